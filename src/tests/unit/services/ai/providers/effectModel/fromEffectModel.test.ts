import { assert, describe, it } from "@effect/vitest"
import * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import { toCodecOpenAI } from "effect/ai/OpenAiStructuredOutput"
import type * as Response from "effect/ai/Response"
import * as Tool from "effect/ai/Tool"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { StreamTextOptions } from "@/services/ai/core"
import { fromEffectModel } from "@/services/ai/providers/effectModel/fromEffectModel"
import { conversations, promptOf, weather } from "@/tests/support/conversations"
import { drain, finishIn, finishPart, textIn, textPart } from "@/tests/support/parts"
import { calls, says, scriptedModel, type Script } from "@/tests/support/scriptedModel"

const target = { provider: "mine", model: "default" }
const prompt = promptOf({ role: "user", content: "Hi" })

const ask = (script: Script, options: Partial<StreamTextOptions> = {}) => {
  const scripted = scriptedModel(script)
  const answer = Effect.gen(function* () {
    const model = fromEffectModel(target, yield* LanguageModel.LanguageModel)
    return yield* drain(model.streamText({ prompt, ...options }))
  }).pipe(Effect.provide(scripted.layer))
  return { asked: scripted.asked, answer }
}

const refused = (reason: AiError.AiErrorReason) =>
  Stream.fail(AiError.make({ module: "Theirs", method: "streamText", reason }))

describe("an effect/ai model as a provider", () => {
  it.effect("answers with its parts, and is asked the conversation as it is", () =>
    Effect.gen(function* () {
      const { asked, answer } = ask({ streamText: () => says("Hello.") }, { prompt: conversations.toolRound })
      const { parts, error } = yield* answer
      assert.isUndefined(error)
      assert.strictEqual(textIn(parts), "Hello.")
      assert.strictEqual(finishIn(parts)?.reason, "stop")
      assert.deepStrictEqual(
        asked[0]?.prompt.content.map(({ role }) => role),
        ["user", "assistant", "tool"],
      )
      assert.deepStrictEqual(asked[0]?.tools, [])
    }),
  )

  it.effect("gives a whole answer out of its stream", () =>
    Effect.gen(function* () {
      const { layer } = scriptedModel({ streamText: () => says("Hello.") })
      yield* Effect.gen(function* () {
        const model = fromEffectModel(target, yield* LanguageModel.LanguageModel)
        const { text, finishReason } = yield* model.generateText({ prompt, model: "default" })
        assert.strictEqual(text, "Hello.")
        assert.strictEqual(finishReason, "stop")
      }).pipe(Effect.provide(layer))
    }),
  )

  it.effect("is offered tools by their JSON schemas, and calls them without running any", () =>
    Effect.gen(function* () {
      const { asked, answer } = ask(
        { streamText: () => calls("weather", { city: "Bern" }) },
        { tools: [weather], toolChoice: { tool: "weather" } },
      )
      const { parts, error } = yield* answer
      assert.isUndefined(error)
      assert.deepInclude(parts[0], { type: "tool-call", name: "weather", params: { city: "Bern" } })
      assert.deepStrictEqual(asked[0]?.toolChoice, { tool: "weather" })
      const [offered] = asked[0]?.tools ?? []
      assert.isDefined(offered)
      assert.deepStrictEqual(Tool.getJsonSchema(offered), weather.parameters)
      assert.strictEqual(Tool.getDescription(offered), weather.description)
    }),
  )

  it.effect("hands a call on that it made up, as other providers do", () =>
    Effect.gen(function* () {
      const { parts, error } = yield* ask(
        { streamText: () => calls("unheard-of", [1]) },
        { tools: [weather] },
      ).answer
      assert.isUndefined(error)
      assert.deepInclude(parts[0], { type: "tool-call", name: "unheard-of", params: [1] })
    }),
  )

  it.effect("is not asked for a model that it is not", () =>
    Effect.gen(function* () {
      const { asked, answer } = ask({}, { model: "gpt-5.4" })
      const { error } = yield* answer
      assert(error?._tag === "AIProviderError")
      assert.strictEqual(error.reason, "TargetUnsupported")
      assert.include(error.message, '"gpt-5.4"')
      assert.deepStrictEqual(asked, [])
    }),
  )

  type Part = Response.StreamPartEncoded
  const broken: ReadonlyArray<readonly [string, ReadonlyArray<Part>, string]> = [
    ["ends without a finish", [textPart("Once")], "Cut"],
    ["ends for an unknown reason", [textPart("Once"), finishPart("unknown")], "Cut"],
    [
      "has an error among its parts",
      [textPart("Once"), { type: "error", error: { message: "Overloaded" } }],
      "Overloaded",
    ],
  ]

  it.effect.each(broken)("that %s fails", ([_name, parts, reason]) =>
    Effect.gen(function* () {
      const drained = yield* ask({ streamText: () => Stream.fromIterable(parts) }).answer
      assert(drained.error?._tag === "AIProviderError")
      assert.strictEqual(drained.error.reason, reason)
      assert.strictEqual(textIn(drained.parts), "Once")
    }),
  )

  it.effect("that cannot be reached says so, and one that is lost on the way that it was cut", () =>
    Effect.gen(function* () {
      const lost = refused(
        new AiError.NetworkError({ reason: "TransportError", method: "POST", url: "https://x.example" }),
      )
      const unreachable = yield* ask({ streamText: () => lost }).answer
      assert(unreachable.error?._tag === "AIProviderError")
      assert.strictEqual(unreachable.error.reason, "ConnectionFailed")
      const cut = yield* ask({ streamText: () => Stream.concat(Stream.succeed(textPart("Once")), lost) })
        .answer
      assert(cut.error?._tag === "AIProviderError")
      assert.strictEqual(cut.error.reason, "Cut")
      assert.strictEqual(textIn(cut.parts), "Once")
    }),
  )

  it.effect("reads the date of a wait by the clock", () =>
    Effect.gen(function* () {
      const headers = { "retry-after": "Thu, 01 Jan 1970 00:00:07 GMT" }
      const { error } = yield* ask({
        streamText: () =>
          refused(new AiError.RateLimitError({ http: { response: { status: 429, headers } } })),
      }).answer
      assert(error?._tag === "AIProviderError")
      assert.deepStrictEqual(error.retryAfter, Duration.seconds(7))
    }),
  )
})

describe("an effect/ai model that is held to a schema", () => {
  const Review = Schema.Struct({ stars: Schema.Int, prices: Schema.Record(Schema.String, Schema.Finite) })
  const codec = toCodecOpenAI(Review)
  const responseFormat = { type: "json", name: "Review", schema: codec.jsonSchema } as const
  const json = '{ "stars": 3, "prices": [{ "0": "used", "1": 2 }, { "0": "new", "1": 5 }] }'
  const answers = (...parts: ReadonlyArray<Response.PartEncoded>) => ({
    generateText: () => Effect.succeed([...parts, finishPart("stop") as Response.FinishPartEncoded]),
  })

  it.effect("is told the schema under its name, and answers with its JSON", () =>
    Effect.gen(function* () {
      const { asked, answer } = ask(
        answers({ type: "reasoning", text: "Hm." }, { type: "text", text: json }),
        {
          responseFormat,
        },
      )
      const { parts, error } = yield* answer
      assert.isUndefined(error)
      assert.deepStrictEqual(
        parts.map(({ type }) => type),
        [
          "reasoning-start",
          "reasoning-delta",
          "reasoning-end",
          "text-start",
          "text-delta",
          "text-end",
          "finish",
        ],
      )
      assert.deepStrictEqual(yield* Schema.decodeEffect(Schema.fromJsonString(codec.codec))(textIn(parts)), {
        stars: 3,
        prices: { used: 2, new: 5 },
      })
      const format = asked[0]?.responseFormat
      assert(format?.type === "json")
      assert.strictEqual(format.objectName, "Review")
      const told = LanguageModel.defaultCodecTransformer(format.schema).jsonSchema
      assert.deepStrictEqual(told["required"], ["stars", "prices"])
    }),
  )

  it.effect("writes text in several pieces once", () =>
    Effect.gen(function* () {
      const half = json.length / 2
      const { parts } = yield* ask(
        answers({ type: "text", text: json.slice(0, half) }, { type: "text", text: json.slice(half) }),
        { responseFormat },
      ).answer
      assert.deepStrictEqual(JSON.parse(textIn(parts)), JSON.parse(json))
    }),
  )

  it.effect("fails when it answers something else", () =>
    Effect.gen(function* () {
      const { error } = yield* ask(answers({ type: "text", text: "Three stars." }), { responseFormat }).answer
      assert(error?._tag === "AIProviderError")
      assert.strictEqual(error.reason, "MalformedResponse")
    }),
  )

  it.effect("fails without being asked when the schema says what Effect cannot", () =>
    Effect.gen(function* () {
      const schema = { type: "object", if: {}, then: { required: ["a"] } }
      const { asked, answer } = ask({}, { responseFormat: { type: "json", name: "x", schema } })
      const { error } = yield* answer
      assert(error?._tag === "AIProviderError")
      assert.strictEqual(error.reason, "TargetUnsupported")
      assert.deepStrictEqual(asked, [])
    }),
  )
})
