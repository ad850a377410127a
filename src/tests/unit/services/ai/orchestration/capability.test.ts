import { describe, expect, it } from "@effect/vitest"
import * as Prompt from "effect/ai/Prompt"
import { AIProviderError, type GenerationParameters } from "@/services/ai/core"
import type { ModelFacts } from "@/services/ai/core/ModelFacts"
import { factsOf } from "@/services/ai/core/models"
import { estimatePromptTokens } from "@/services/ai/core/tokens"
import {
  certainShare,
  describeLack,
  lacks,
  needsOf,
  rejectedFeature,
  type Feature,
  type Lack,
} from "@/services/ai/orchestration/capability"
import { classify } from "@/services/ai/wire/classify"
import { weather } from "@/tests/support/conversations"

const able = factsOf("somebody", "something")
const text = Prompt.make("Why is the sky blue?")
const picture = Prompt.make([
  { role: "user", content: [{ type: "file", mediaType: "image/png", data: new Uint8Array([1]) }] },
])
const document = Prompt.make([
  { role: "user", content: [{ type: "file", mediaType: "application/pdf", data: new Uint8Array([1]) }] },
])
const json = { type: "json", name: "city", schema: { type: "object" } } as const
const needs = (prompt: Prompt.Prompt, options: GenerationParameters = {}) => needsOf({ prompt, options })

describe("what a request needs", () => {
  interface Row {
    readonly fact: string
    readonly prompt?: Prompt.Prompt
    readonly options?: GenerationParameters
    readonly needed: ReadonlyArray<Lack>
  }
  const unable: ModelFacts = { ...able, tools: false, forcedTools: false, images: false, jsonSchema: false }

  const rows: ReadonlyArray<Row> = [
    { fact: "nothing, for a text", needed: [] },
    { fact: "tools, where there are some", options: { tools: [weather] }, needed: ["tools"] },
    { fact: "none, for an empty list", options: { tools: [] }, needed: [] },
    {
      fact: "that one is called, where it says so",
      options: { tools: [weather], toolChoice: "required" },
      needed: ["tools", "tool-choice"],
    },
    {
      fact: "that this one is called",
      options: { tools: [weather], toolChoice: { tool: "weather" } },
      needed: ["tools", "tool-choice"],
    },
    {
      fact: "nothing more, where the model may choose",
      options: { tools: [weather], toolChoice: "auto" },
      needed: ["tools"],
    },
    { fact: "eyes, for a picture", prompt: picture, needed: ["images"] },
    { fact: "none, for a document", prompt: document, needed: [] },
    { fact: "a schema, for JSON", options: { responseFormat: json }, needed: ["json-schema"] },
    {
      fact: "several things at once, in one order",
      prompt: picture,
      options: { responseFormat: json, tools: [weather] },
      needed: ["tools", "images", "json-schema"],
    },
    {
      fact: "no sampling: a model that refuses it is not sent any",
      options: { temperature: 0.7, topP: 0.9 },
      needed: [],
    },
  ]

  it.each(rows)("$fact", ({ prompt = text, options = {}, needed }) => {
    const found = needs(prompt, options)
    expect(lacks(found, unable)).toEqual(needed)
    expect(lacks(found, able)).toEqual([])
    for (const lack of needed) expect(describeLack(lack, found, unable)).toMatch(/^it cannot /)
  })
})

describe("the context window", () => {
  const words = (count: number) => Prompt.make("word ".repeat(count))
  const estimated = (count: number) => estimatePromptTokens(words(count))
  const windowOf = (contextWindow: number): ModelFacts => ({ ...able, contextWindow })

  it("is no lack while the part of the estimate that is certain fits", () => {
    const tokens = estimated(10_000)
    expect(lacks(needs(words(10_000)), windowOf(tokens))).toEqual([])
    expect(lacks(needs(words(10_000)), windowOf(Math.ceil(tokens * certainShare)))).toEqual([])
    expect(lacks(needs(words(10_000)), windowOf(Math.floor(tokens * certainShare) - 1))).toEqual([
      "context-window",
    ])
  })

  it("holds the answer too, to its last token", () => {
    const room = 20_000 - estimated(10_000) * certainShare
    const facts = windowOf(20_000)
    expect(lacks(needs(words(10_000), { maxOutputTokens: Math.floor(room) }), facts)).toEqual([])
    expect(lacks(needs(words(10_000), { maxOutputTokens: Math.floor(room) + 1 }), facts)).toEqual([
      "context-window",
    ])
  })

  it("holds the tools and the schema too", () => {
    const plain = needs(text).estimatedInputTokens()
    expect(needs(text, { tools: [weather] }).estimatedInputTokens()).toBeGreaterThan(plain)
    expect(needs(text, { responseFormat: json }).estimatedInputTokens()).toBeGreaterThan(plain)
  })

  it("is never too small where it is not known, and then nothing is counted", () => {
    const whole = needs(words(10_000))
    const uncounted = {
      ...whole,
      estimatedInputTokens: () => {
        throw new Error("counted")
      },
    }
    expect(lacks(uncounted, able)).toEqual([])
  })

  it("is told with the numbers", () => {
    const found = needs(words(10_000), { maxOutputTokens: 2000 })
    expect(describeLack("context-window", found, windowOf(4096))).toBe(
      `it has room for 4,096 tokens, too few for about ${estimated(10_000).toLocaleString("en-US")} of the request and 2,000 of its answer`,
    )
  })
})

describe("what a rejection says that the model lacks", () => {
  const openai = (message: string, param: string | null = null): object => ({
    error: { message, type: "invalid_request_error", param, code: null },
  })
  const anthropic = (message: string): object => ({
    type: "error",
    error: { type: "invalid_request_error", message },
  })
  const rejection = (status: number, body: object): AIProviderError =>
    classify({
      provider: "vendor",
      model: "m-1",
      status,
      headers: {},
      body: JSON.stringify(body),
      now: 0,
      secrets: [],
    })

  /** The sentences are real: from Ollama's source, the vendors' error pages and bodies quoted in public issue threads. */
  const rows: ReadonlyArray<
    readonly [feature: Feature | undefined, status: number, body: ReturnType<typeof openai>]
  > = [
    ["tools", 400, openai("registry.ollama.ai/library/gemma3:1b does not support tools")],
    [
      "tools",
      404,
      openai("tools is not supported in this model. For a list of supported models, refer to …"),
    ],
    [
      "tools",
      404,
      openai("No endpoints found that support tool use. To learn more about provider routing, …"),
    ],
    ["tools", 400, openai("deepseek-reasoner does not support Function Calling")],
    ["tools", 400, openai("<400> InternalError.Algo.InvalidParameter: The tool call is not supported.")],
    ["tools", 405, openai("Tool calling is not supported for model: mistralai/Mistral-Small-24B")],
    ["tool-choice", 400, anthropic('tool_choice: type "tool" and "any" are not supported for this model.')],
    [
      "tool-choice",
      400,
      openai("Unsupported parameter: 'tool_choice' is not supported with this model.", "tool_choice"),
    ],
    ["images", 400, openai("Invalid content type. image_url is only supported by certain models.")],
    ["images", 404, openai("No endpoints found that support image input")],
    ["images", 400, openai("this model does not support image input (ref: b8bd630e)")],
    ["images", 400, openai("image_url is not supported with this model")],
    [
      "json-schema",
      400,
      openai("Invalid parameter: 'response_format' of type 'json_schema' is not supported with this model."),
    ],
    [
      "json-schema",
      400,
      openai(
        "The parameter `response_format.type` specified in the request are not valid: invalid value: `json_schema`, supported values are: `json_object` and `text`.",
      ),
    ],
    ["json-schema", 400, anthropic("output_config.format: Extra inputs are not permitted")],
    [
      "sampling",
      400,
      openai(
        "Unsupported value: 'temperature' does not support 0.7 with this model. Only the default (1) value is supported.",
        "temperature",
      ),
    ],
    ["sampling", 400, openai("Unsupported parameter: 'top_p' is not supported with this model.")],
    ["sampling", 400, anthropic("`temperature` is deprecated for this model.")],
    [
      "prefill",
      400,
      anthropic(
        "This model does not support assistant message prefill. The conversation must end with a user message.",
      ),
    ],
    [
      "prefill",
      400,
      openai("Expected last role User or Tool (or Assistant with prefix True) for serving but got assistant"),
    ],

    [undefined, 400, anthropic("`temperature` and `top_p` cannot both be specified for this model.")],
    [
      undefined,
      400,
      openai(
        "Invalid schema for response_format 'city': In context=(), 'additionalProperties' is required to be supplied and to be false.",
      ),
    ],
    [
      undefined,
      400,
      anthropic("output_config.format.schema: For 'integer' type, property 'minimum' is not supported"),
    ],
    [
      undefined,
      400,
      openai(
        "Invalid value for 'tool_choice': no function named `x` was specified in the 'tools' parameter.",
      ),
    ],
    [undefined, 404, openai("The model `gpt-image-0` does not exist or is not supported")],
    [undefined, 400, openai("The model `tool-writer` is not supported")],
    [undefined, 400, openai("messages: at least one message is required")],
    [undefined, 400, openai("This model's maximum context length is 8192 tokens")],
    [undefined, 429, openai("Rate limit reached for a model that does not support tools")],
    [undefined, 500, openai("this model is missing data required for image input")],
  ]

  it.each(rows)("%s: %i %o", (feature, status, body) => {
    expect(rejectedFeature(rejection(status, body))).toBe(feature)
  })

  it("is nothing where the run itself failed", () => {
    const error = AIProviderError.of({
      provider: "vendor",
      reason: "Stalled",
      message: "does not support tools",
    })
    expect(rejectedFeature(error)).toBeUndefined()
  })
})
