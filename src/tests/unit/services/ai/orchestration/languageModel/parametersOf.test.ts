import { assert, describe, it } from "@effect/vitest"
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Prompt from "effect/ai/Prompt"
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { GenerationParameters } from "@/services/ai/core"
import { parametersOf } from "@/services/ai/orchestration/languageModel/parametersOf"

const optionsOf = (
  more: Partial<Pick<LanguageModel.ProviderOptions, "tools" | "toolChoice" | "responseFormat">>,
): Effect.Effect<LanguageModel.ProviderOptions> =>
  Effect.map(Effect.scoped(Effect.makeSpanScoped("test")), (span) => ({
    prompt: Prompt.make("Hi"),
    tools: [],
    toolChoice: "none",
    responseFormat: { type: "text" },
    span,
    previousResponseId: undefined,
    incrementalPrompt: undefined,
    ...more,
  }))

const ask = (more: Parameters<typeof optionsOf>[0]) =>
  Effect.flatMap(optionsOf(more), (options) => parametersOf("generateText", options))

const Weather = Tool.make("weather", {
  description: "The weather of a city",
  parameters: Schema.Struct({ city: Schema.String }),
})
const Now = Tool.make("now")
const Search = Tool.dynamic("search", {
  parameters: { type: "object", properties: { query: { type: "string" } }, required: ["query"] },
})
const Anything = Tool.dynamic("anything")
const WebSearch = Tool.providerDefined({
  id: "vendor.web_search",
  customName: "WebSearch",
  providerName: "web_search",
})

describe("what a program asks of a model", () => {
  it.effect("is nothing when it only asks for text", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* ask({}), {})
    }),
  )

  it.effect("offers tools by their JSON schemas, which always say that they are objects", () =>
    Effect.gen(function* () {
      const { tools } = yield* ask({ tools: [Weather, Now, Search, Anything], toolChoice: "auto" })
      assert.deepStrictEqual(
        tools?.map(({ name, description }) => [name, description]),
        [
          ["weather", "The weather of a city"],
          ["now", undefined],
          ["search", undefined],
          ["anything", undefined],
        ],
      )
      assert.deepInclude(tools?.[0]?.parameters, {
        properties: { city: { type: "string" } },
        required: ["city"],
      })
      assert.deepStrictEqual(tools?.[2]?.parameters, {
        type: "object",
        properties: { query: { type: "string" } },
        required: ["query"],
      })
      for (const { parameters } of tools ?? []) {
        assert.strictEqual(parameters["type"], "object")
        assert.isObject(parameters["properties"])
      }
    }),
  )

  const choices: ReadonlyArray<
    readonly [LanguageModel.ToolChoice<string>, GenerationParameters["toolChoice"]]
  > = [
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [{ tool: "weather" }, { tool: "weather" }],
    [{ oneOf: ["weather", "now"] }, "auto"],
    [{ oneOf: ["weather"], mode: "auto" }, "auto"],
    [{ oneOf: ["weather"], mode: "required" }, "required"],
  ]

  it.effect.each(choices)("passes the choice %j on", ([toolChoice, expected]) =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* ask({ tools: [Weather], toolChoice })).toolChoice, expected)
      assert.notProperty(yield* ask({ tools: [], toolChoice }), "toolChoice")
    }),
  )

  it.effect("is refused when a tool belongs to one provider", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(ask({ tools: [Weather, WebSearch(undefined)], toolChoice: "auto" }))
      assert.strictEqual(error.reason._tag, "ToolConfigurationError")
      assert.include(error.message, "AiPlan.generateText")
      assert.include(error.message, "WebSearch")
    }),
  )

  it.effect("tells a schema in the narrowest dialect: closed, everything required", () =>
    Effect.gen(function* () {
      const schema = Schema.Struct({ title: Schema.String, note: Schema.optionalKey(Schema.String) })
      assert.deepStrictEqual(
        (yield* ask({ responseFormat: { type: "json", objectName: "Plan", schema } })).responseFormat,
        {
          type: "json",
          name: "Plan",
          schema: {
            type: "object",
            properties: {
              title: { type: "string" },
              note: { anyOf: [{ type: "string" }, { type: "null" }] },
            },
            required: ["title", "note"],
            additionalProperties: false,
          },
        },
      )
    }),
  )

  it.effect("is refused when a schema's root is no object", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(
        ask({ responseFormat: { type: "json", objectName: "x", schema: Schema.Array(Schema.String) } }),
      )
      assert.strictEqual(error.reason._tag, "UnsupportedSchemaError")
    }),
  )
})
