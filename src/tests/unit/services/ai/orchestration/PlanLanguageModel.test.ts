/** A plan behind `effect/ai`'s model: what its runs are asked for, and what programs that know nothing of plans get. */
import { assert, describe, it } from "@effect/vitest"
import * as AiError from "effect/ai/AiError"
import * as Chat from "effect/ai/Chat"
import * as LanguageModel from "effect/ai/LanguageModel"
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Ref from "effect/Ref"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import {
  AiPlan,
  AiPlanStep,
  AIProviderError,
  layerModels,
  PlanLanguageModelsLive,
  planMetadataOf,
  PlanRunner,
  PlanServicesLive,
  type RunRequest,
} from "@/services/ai"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import { TelemetryService } from "@/services/telemetry"
import { drain, finishPart, textPart } from "@/tests/support/parts"
import {
  answerStarted,
  anthropic,
  completed,
  cut,
  eventsOf,
  failed,
  openai,
  planStarted,
  text,
} from "@/tests/support/planEvents"
import { calls, says, scriptedModel, type ScriptedModel } from "@/tests/support/scriptedModel"
import { answers, breaksAfter, makeWorld, refuses, type World } from "@/tests/support/world"

const unheard = Layer.succeed(TelemetryService, TelemetryService.of({ trackEvent: () => Effect.void }))

const plan = AiPlan.make({
  name: "test",
  steps: [AiPlanStep.make({ provider: "openai" }), AiPlanStep.make({ provider: "anthropic" })],
})

/** An engine whose runs all have these events. */
const engine = (bodies: ReadonlyArray<PlanEventBody>) => {
  const runs: Array<RunRequest> = []
  const runner = PlanRunner.of({
    run: (request) => {
      runs.push(request)
      return Stream.fromIterable(eventsOf(bodies))
    },
  })
  const layer = (under: AiPlan = plan, sampling?: Parameters<typeof AiPlan.layer>[1]) =>
    AiPlan.layer(under, sampling).pipe(
      Layer.provide(PlanLanguageModelsLive),
      Layer.provide(Layer.succeed(PlanRunner, runner)),
    )
  return { runs, layer }
}

const answering = (words: string): ReadonlyArray<PlanEventBody> => [
  planStarted(openai, anthropic),
  answerStarted(1, openai),
  text(words),
  completed(openai),
]

const Review = Schema.Struct({ stars: Schema.Int, note: Schema.optionalKey(Schema.String) })

describe("what a run of the plan is asked for", () => {
  it.effect("is the conversation, and the sampling that the plan's layer was given", () =>
    Effect.gen(function* () {
      const { runs, layer } = engine(answering("Hi."))
      const { text: answer } = yield* LanguageModel.generateText({
        prompt: [
          { role: "system", content: "Be brief." },
          { role: "user", content: "Hello" },
        ],
      }).pipe(Effect.provide(layer(plan, { temperature: 0.2, maxOutputTokens: 9 })))
      assert.strictEqual(answer, "Hi.")
      assert.deepStrictEqual(
        runs[0]?.prompt.content.map(({ role }) => role),
        ["system", "user"],
      )
      assert.deepStrictEqual(runs[0]?.options, { temperature: 0.2, maxOutputTokens: 9 })
    }),
  )

  type OnPartial = AiPlan["onPartial"]
  const modes: ReadonlyArray<
    readonly [planned: OnPartial, streamed: OnPartial, whole: OnPartial, structured: OnPartial]
  > = [
    ["resume", "resume", "resume", "restart"],
    ["restart", "resume", "restart", "restart"],
    ["fail", "fail", "fail", "fail"],
  ]

  it.effect.each(modes)(
    "of a plan with %s is to %s a stream, to %s a whole text, to %s a structure",
    ([planned, streamed, whole, structured]) =>
      Effect.gen(function* () {
        const { runs, layer } = engine(answering('{"stars":3,"note":null}'))
        yield* Effect.gen(function* () {
          yield* Stream.runDrain(LanguageModel.streamText({ prompt: "Hello" }))
          yield* LanguageModel.generateText({ prompt: "Hello" })
          yield* LanguageModel.generateObject({ prompt: "Hello", schema: Review })
        }).pipe(Effect.provide(layer(plan.with({ onPartial: planned }))))
        assert.deepStrictEqual(
          runs.map((run) => run.plan.onPartial),
          [streamed, whole, structured],
        )
      }),
  )

  it.effect("is JSON of the schema where a program wants an object, read back as the schema says", () =>
    Effect.gen(function* () {
      const { runs, layer } = engine(answering('{"stars":3,"note":null}'))
      const { value } = yield* LanguageModel.generateObject({
        prompt: "Hello",
        schema: Review,
        objectName: "Review",
      }).pipe(Effect.provide(layer()))
      assert.deepStrictEqual(value, { stars: 3 })
      assert.deepInclude(runs[0]?.options?.responseFormat, { type: "json", name: "Review" })
    }),
  )

  it.effect("is nothing at all when a tool belongs to one provider", () =>
    Effect.gen(function* () {
      const { runs, layer } = engine(answering("Hi."))
      const WebSearch = Tool.providerDefined({
        id: "vendor.web_search",
        customName: "WebSearch",
        providerName: "web_search",
      })
      const toolkit = Toolkit.make(WebSearch(undefined))
      const drained = yield* drain(LanguageModel.streamText({ prompt: "Hello", toolkit })).pipe(
        Effect.provide(layer()),
      )
      assert(AiError.isAiError(drained.error))
      assert.strictEqual(drained.error.reason._tag, "ToolConfigurationError")
      assert.deepStrictEqual(runs, [])
    }),
  )
})

describe("a run that fails", () => {
  const limited = AIProviderError.of({
    ...openai,
    reason: "RateLimited",
    message: "slow down",
    retryAfter: Duration.seconds(7),
  })

  it.effect("fails a whole answer with an error of effect/ai, and its wait", () =>
    Effect.gen(function* () {
      const { layer } = engine([planStarted(), failed(limited)])
      const error = yield* Effect.flip(
        LanguageModel.generateText({ prompt: "Hello" }).pipe(Effect.provide(layer())),
      )
      assert.strictEqual(error.reason._tag, "RateLimitError")
      assert.deepStrictEqual(error.retryAfter, Duration.seconds(7))
      assert.strictEqual(error.reason.cause, limited)
    }),
  )

  it.effect("fails a stream after what was shown of it", () =>
    Effect.gen(function* () {
      const { layer } = engine([planStarted(), answerStarted(1, openai), text("Once"), failed(cut, true)])
      const { parts, error } = yield* drain(LanguageModel.streamText({ prompt: "Hello" })).pipe(
        Effect.provide(layer()),
      )
      assert.deepStrictEqual(
        parts.map(({ type }) => type),
        ["response-metadata", "text-start", "text-delta"],
      )
      assert(AiError.isAiError(error))
      assert.strictEqual(error.reason.cause, cut)
    }),
  )

  it.effect("is a failure of a whole answer, also when a part of it was there", () =>
    Effect.gen(function* () {
      const { layer } = engine([planStarted(), answerStarted(1, openai), text("Once"), failed(cut, true)])
      const error = yield* Effect.flip(
        LanguageModel.generateText({ prompt: "Hello" }).pipe(Effect.provide(layer())),
      )
      assert.strictEqual(error.reason.cause, cut)
    }),
  )
})

describe("a program written for effect/ai, under a plan over the vendors", () => {
  const overWorld = (world: World) =>
    AiPlan.layer(plan).pipe(Layer.provide(PlanServicesLive), Layer.provide(Layer.merge(world.layer, unheard)))

  it.effect("gets its answer from the next provider when the first refuses", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [refuses(401)], anthropic: [answers("Rayleigh scattering.")] })
      const response = yield* LanguageModel.generateText({ prompt: "Why is the sky blue?" }).pipe(
        Effect.provide(overWorld(world)),
      )
      assert.strictEqual(response.text, "Rayleigh scattering.")
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.deepStrictEqual(
        planMetadataOf(response.content)?.attempts.map(({ provider, error }) => [provider, error?.reason]),
        [
          ["openai", "InvalidKey"],
          ["anthropic", undefined],
        ],
      )
    }),
  )

  it.effect("gets an object whole from another provider when the first breaks off inside it", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter('{"stars": 3, "no')],
        anthropic: [answers('{"stars": 4, "note": "Good."}')],
      })
      const { value } = yield* LanguageModel.generateObject({ prompt: "Review it.", schema: Review }).pipe(
        Effect.provide(overWorld(world)),
      )
      assert.deepStrictEqual(value, { stars: 4, note: "Good." })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.nestedPropertyVal(world.calls[0]?.body, "response_format.json_schema.strict", true)
      assert.nestedPropertyVal(world.calls[1]?.body, "output_config.format.type", "json_schema")
      assert.lengthOf(world.calls[1]?.body["messages"] as ReadonlyArray<unknown>, 1)
    }),
  )
})

describe("a program written for effect/ai, under a plan over models of its own", () => {
  const weather = Tool.make("weather", {
    description: "The weather of a city",
    parameters: Schema.Struct({ city: Schema.String }),
    success: Schema.Struct({ degrees: Schema.Finite }),
  })
  const tools = Toolkit.make(weather)
  const handlers = tools.toLayer({
    weather: ({ city }) => Effect.succeed({ degrees: city === "Bern" ? 3 : 20 }),
  })

  const overModels = (
    models: Readonly<Record<string, ScriptedModel["layer"]>>,
    first: string,
    ...others: Array<string>
  ) => {
    const step = (provider: string) => AiPlanStep.make({ provider })
    return AiPlan.layer(AiPlan.make({ name: "test", steps: [step(first), ...others.map(step)] })).pipe(
      Layer.provide(PlanServicesLive),
      Layer.provide(layerModels(models)),
      Layer.provide(Layer.merge(makeWorld({}).layer, unheard)),
    )
  }

  it.effect("has its tools called, and their results told to the model", () =>
    Effect.gen(function* () {
      const model = scriptedModel({
        streamText: ({ prompt }) =>
          prompt.content.some(({ role }) => role === "tool")
            ? says("Three degrees.")
            : calls("weather", { city: "Bern" }),
      })
      yield* Effect.gen(function* () {
        const chat = yield* Chat.empty
        const first = yield* chat.generateText({ prompt: "How cold is Bern?", toolkit: tools })
        assert.deepStrictEqual(
          first.toolResults.map(({ result }) => result),
          [{ degrees: 3 }],
        )
        const second = yield* chat.generateText({ prompt: [], toolkit: tools })
        assert.strictEqual(second.text, "Three degrees.")
        assert.deepStrictEqual(
          (yield* Ref.get(chat.history)).content.map(({ role }) => role),
          ["user", "assistant", "tool", "assistant"],
        )
      }).pipe(Effect.provide(handlers), Effect.provide(overModels({ mine: model.layer }, "mine")))
      assert.deepStrictEqual(
        model.asked.map(({ tools: offered }) => offered.map(({ name }) => String(name))),
        [["weather"], ["weather"]],
      )
    }),
  )

  it.effect("streams, with its tools' results before the end", () =>
    Effect.gen(function* () {
      const model = scriptedModel({ streamText: () => calls("weather", { city: "Rome" }) })
      const { parts } = yield* drain(
        LanguageModel.streamText({ prompt: "How warm is Rome?", toolkit: tools }),
      ).pipe(Effect.provide(handlers), Effect.provide(overModels({ mine: model.layer }, "mine")))
      assert.deepStrictEqual(
        parts.map(({ type }) => type),
        [
          "response-metadata",
          "tool-params-start",
          "tool-params-delta",
          "tool-params-end",
          "tool-call",
          "tool-result",
          "finish",
        ],
      )
    }),
  )

  it.effect("is answered by the next model when the first breaks off", () =>
    Effect.gen(function* () {
      const broken = scriptedModel({
        streamText: () =>
          Stream.concat(
            Stream.fromIterable([
              { type: "text-start", id: "1" } as const,
              { type: "text-delta", id: "1", delta: "The sky is " } as const,
            ]),
            Stream.fail(
              AiError.make({
                module: "Broken",
                method: "streamText",
                reason: new AiError.InternalProviderError({ description: "gone" }),
              }),
            ),
          ),
      })
      const whole = scriptedModel({
        streamText: () =>
          Stream.fromIterable([
            { type: "text-start", id: "1" } as const,
            { type: "text-delta", id: "1", delta: "blue." } as const,
            finishPart("stop"),
          ]),
      })
      const { text: answer } = yield* LanguageModel.generateText({ prompt: "Colour of the sky?" }).pipe(
        Effect.provide(overModels({ broken: broken.layer, whole: whole.layer }, "broken", "whole")),
      )
      assert.strictEqual(answer, "The sky is blue.")
      assert.lengthOf(broken.asked, 1)
      assert.lengthOf(whole.asked, 1)
    }),
  )

  const silences: ReadonlyArray<readonly [string, said: string, reason: string, answer: string]> = [
    ["never begins", "", "NoFirstPart", "blue."],
    ["falls silent", "The sky is ", "Stalled", "The sky is blue."],
  ]

  it.effect.each(silences)(
    "waits no longer than its step allows for a model that %s",
    ([_name, said, reason, answer]) =>
      Effect.gen(function* () {
        const silent = scriptedModel({
          streamText: () =>
            Stream.concat(said === "" ? Stream.empty : Stream.succeed(textPart(said)), Stream.never),
        })
        const next = scriptedModel({ streamText: () => says("blue.") })
        const asking = yield* Effect.forkChild(
          LanguageModel.generateText({ prompt: "Colour of the sky?" }).pipe(
            Effect.provide(overModels({ silent: silent.layer, next: next.layer }, "silent", "next")),
          ),
        )
        yield* TestClock.adjust("11 seconds")
        const response = yield* Fiber.join(asking)
        assert.strictEqual(response.text, answer)
        assert.strictEqual(planMetadataOf(response.content)?.attempts[0]?.error?.reason, reason)
      }),
  )
})
