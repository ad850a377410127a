/**
 * 04: any `effect/ai` language model as a step of a plan.
 *
 *     npm run build && node examples/04-any-model-as-a-step.ts
 *
 * A model from a package, or one that you write: behind a plan it is held to the same rules as every provider. Here it loses
 * its connection in the middle of an answer, without a word; nobody notices, for the next step finishes the sentence.
 */
import { AiPlan, AiPlanStep, layerModels, PlanServicesLive } from "commander-ai"
import { FullAppLayer } from "commander-ai/runtime"
import { Console, Effect, Layer, Ref, Stream } from "effect"
import { Chat, LanguageModel, Model, type Prompt, type Response } from "effect/ai"

/** What a model has to give: a stream of parts. */
const words = (text: string): ReadonlyArray<Response.StreamPartEncoded> => [
  { type: "text-start", id: "1" },
  { type: "text-delta", id: "1", delta: text },
]

/** Only a `finish` part says that the answer is complete. */
const end: ReadonlyArray<Response.StreamPartEncoded> = [
  { type: "text-end", id: "1" },
  {
    type: "finish",
    reason: "stop",
    usage: { inputTokens: { total: 12 }, outputTokens: { total: 9 } },
  },
]

/** `Model.make` gives a model its name, which the events of a run tell. */
const house = (name: string, streamText: (prompt: Prompt.Prompt) => typeof end) =>
  Model.make(
    "house",
    name,
    Layer.effect(
      LanguageModel.LanguageModel,
      LanguageModel.make({
        streamText: ({ prompt }) => Stream.fromIterable(streamText(prompt)),
        // Asked only for answers that have a schema, which these models do not give.
        generateText: () => Effect.succeed([]),
      }),
    ),
  )

const Flaky = house("flaky-1", () => words("Nice to meet you. I am a model that"))

const Sturdy = house("sturdy-1", (prompt) => [
  ...words(` always gets to the end. I was asked with ${prompt.content.length} messages.`),
  ...end,
])

const plan = AiPlan.make({
  name: "house models first",
  steps: [AiPlanStep.make({ provider: "flaky" }), AiPlanStep.make({ provider: "sturdy" })],
})

const program = Effect.gen(function* () {
  const chat = yield* Chat.empty
  yield* chat.streamText({ prompt: "Hello, who are you?" }).pipe(
    Stream.runForEach((part) => {
      switch (part.type) {
        case "response-metadata":
          return Console.log(`[${part.modelId}]`)
        case "text-delta":
          return Console.log(part.delta)
        default:
          return Effect.void
      }
    }),
  )
  // The history holds one whole answer, whoever wrote it.
  const { content: history } = yield* Ref.get(chat.history)
  for (const { role, content } of history) {
    yield* Console.log(`${role}: ${typeof content === "string" ? content : textOf(content)}`)
  }
})

const textOf = (parts: ReadonlyArray<{ readonly type: string; readonly text?: string }>): string =>
  parts.map(({ text = "" }) => text).join("")

const LanguageModelLive = AiPlan.layer(plan).pipe(
  // Plans whose steps may name the models below, over the app with its other providers.
  Layer.provide(PlanServicesLive),
  Layer.provide(layerModels({ flaky: Flaky, sturdy: Sturdy })),
  Layer.provideMerge(FullAppLayer),
)

await Effect.runPromise(Effect.provide(program, LanguageModelLive))
