/**
 * 03: a program written for `effect/ai`, with tools and an answer that has a schema, under a plan.
 *
 *     npm run build && node examples/03-tools-and-structured-output.ts
 *
 * The program below knows nothing of plans. `AiPlan.layer` gives it a language model whose every request is a run: the first
 * step fails, the second answers.
 */
import { AiPlan, AiPlanStep, layerModels, planMetadataOf, PlanServicesLive } from "commander-ai"
import { FullAppLayer } from "commander-ai/runtime"
import { Console, Effect, Layer, Schema, Stream } from "effect"
import { AiError, Chat, LanguageModel, Tool, Toolkit, type Response } from "effect/ai"

const Weather = Tool.make("Weather", {
  description: "The weather of a city now",
  parameters: Schema.Struct({ city: Schema.String }),
  success: Schema.Struct({ degrees: Schema.Finite, sky: Schema.String }),
})
const Tools = Toolkit.make(Weather)
const ToolsLive = Tools.toLayer({
  Weather: ({ city }) =>
    Effect.as(Console.log(`   (looks up ${city})`), { degrees: city === "Bern" ? 3 : 21, sky: "clear" }),
})

const Advice = Schema.Struct({
  clothes: Schema.Array(Schema.String),
  umbrella: Schema.Boolean,
  reason: Schema.String,
})

const program = Effect.gen(function* () {
  // Asks until no tool is called any more; `Chat` keeps the conversation, the results of the tools included.
  const chat = yield* Chat.fromPrompt("What should I wear in Bern?")
  let answer = yield* chat.generateText({ prompt: [], toolkit: Tools })
  while (answer.toolCalls.length > 0) {
    answer = yield* chat.generateText({ prompt: [], toolkit: Tools })
  }
  yield* Console.log(answer.text)

  // The same conversation goes on, with an answer that is checked against its schema.
  const { value, content } = yield* chat.generateObject({ prompt: "As a list, please.", schema: Advice })
  yield* Console.log(value)

  // Every answer says what its run tried.
  for (const { provider, model, error } of planMetadataOf(content)?.attempts ?? []) {
    yield* Console.log(`${provider}/${model}: ${error === null ? "answered" : error.message}`)
  }
})

// In place of real providers, so that the example runs without a key. Example 04 says more of them.
const busy = AiError.make({
  module: "Busy",
  method: "streamText",
  reason: new AiError.InternalProviderError({ description: "too many people are asking" }),
})
const Busy = Layer.effect(
  LanguageModel.LanguageModel,
  LanguageModel.make({ streamText: () => Stream.fail(busy), generateText: () => Effect.fail(busy) }),
)

const finish: Response.FinishPartEncoded = {
  type: "finish",
  reason: "stop",
  usage: { inputTokens: { total: 20 }, outputTokens: { total: 10 } },
}
const Scripted = Layer.effect(
  LanguageModel.LanguageModel,
  LanguageModel.make({
    streamText: ({ prompt }) => {
      const knowsTheWeather = prompt.content.some(({ role }) => role === "tool")
      return knowsTheWeather
        ? Stream.make(
            { type: "text-start", id: "1" },
            { type: "text-delta", id: "1", delta: "A coat: it is 3 degrees, and clear." },
            { type: "text-end", id: "1" },
            finish,
          )
        : Stream.make(
            { type: "tool-call", id: "call-1", name: "Weather", params: { city: "Bern" } },
            { ...finish, reason: "tool-calls" },
          )
    },
    generateText: () => {
      const advice = { clothes: ["coat", "scarf"], umbrella: false, reason: "3 degrees, but clear" }
      return Effect.succeed([{ type: "text", text: JSON.stringify(advice) }, finish])
    },
  }),
)

const plan = AiPlan.make({
  name: "advice",
  steps: [AiPlanStep.make({ provider: "busy" }), AiPlanStep.make({ provider: "scripted" })],
})

const Model = AiPlan.layer(plan, { temperature: 0.2 }).pipe(
  Layer.provide(PlanServicesLive),
  Layer.provide(layerModels({ busy: Busy, scripted: Scripted })),
  Layer.provideMerge(FullAppLayer),
)

await Effect.runPromise(Effect.provide(program, Layer.merge(Model, ToolsLive)))
