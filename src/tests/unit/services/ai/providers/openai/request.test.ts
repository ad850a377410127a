import { describe, expect, it } from "@effect/vitest"
import type { StreamTextOptions } from "@/services/ai/core"
import type { ToolChoice } from "@/services/ai/core/GenerationOptions"
import { toRequest, type ChatCompletionRequest } from "@/services/ai/providers/openai/request"
import { conversations, promptOf, weather } from "../../../../../support/conversations"

const base: StreamTextOptions = { prompt: promptOf({ role: "user", content: "Hi" }) }
const ask = (
  options: Partial<StreamTextOptions>,
  model = "gpt-4.1",
  provider = "openai",
): ChatCompletionRequest => toRequest(provider, model, { ...base, ...options })

describe("a Chat Completions request", () => {
  it("streams, and asks for the usage", () => {
    expect(ask({})).toEqual({
      model: "gpt-4.1",
      messages: [{ role: "user", content: "Hi" }],
      stream: true,
      stream_options: { include_usage: true },
    })
  })

  const messages: ReadonlyArray<readonly [keyof typeof conversations, ReadonlyArray<object>]> = [
    [
      "severalTurns",
      [
        { role: "system", content: "Be brief." },
        { role: "user", content: "One?" },
        { role: "assistant", content: "1" },
        { role: "user", content: "Two?" },
      ],
    ],
    [
      "twoSystemMessages",
      [
        { role: "system", content: "Be brief." },
        { role: "system", content: "Be kind." },
        { role: "user", content: "Hi" },
      ],
    ],
    ["textInPieces", [{ role: "user", content: "Hello world" }]],
    [
      "imageBytes",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "What is it?" },
            { type: "image_url", image_url: { url: "data:image/png;base64,AQID" } },
          ],
        },
      ],
    ],
    [
      "imageBase64",
      [{ role: "user", content: [{ type: "image_url", image_url: { url: "data:image/jpeg;base64,AQID" } }] }],
    ],
    [
      "imageUrl",
      [{ role: "user", content: [{ type: "image_url", image_url: { url: "https://x.example/a.png" } }] }],
    ],
    [
      "toolRound",
      [
        { role: "user", content: "Weather in Bern and Rome?" },
        {
          role: "assistant",
          content: "Let me look.",
          tool_calls: [
            { id: "c1", type: "function", function: { name: "weather", arguments: '{"city":"Bern"}' } },
            { id: "c2", type: "function", function: { name: "weather", arguments: '{"city":"Rome"}' } },
          ],
        },
        { role: "tool", tool_call_id: "c1", content: '{"degrees":3}' },
        { role: "tool", tool_call_id: "c2", content: "sunny" },
      ],
    ],
    [
      "toolCallWithoutText",
      [
        {
          role: "assistant",
          content: null,
          tool_calls: [{ id: "c1", type: "function", function: { name: "weather", arguments: "{}" } }],
        },
      ],
    ],
    ["reasoningBefore", [{ role: "assistant", content: "42" }]],
  ]

  it.each(messages)("writes the conversation %s in its dialect", (name, expected) => {
    expect(ask({ prompt: conversations[name] }).messages).toEqual(expected)
  })

  it("writes a string for a tool that returned nothing", () => {
    const [message] = ask({ prompt: conversations.toolWithoutResult }).messages
    expect(typeof message?.content).toBe("string")
  })

  const sampling: ReadonlyArray<readonly [provider: string, model: string, taken: boolean]> = [
    ["openai", "gpt-4.1", true],
    ["openai", "gpt-4o", true],
    ["openai", "gpt-5.4", false],
    ["openai", "gpt-5.4-mini", false],
    ["openai", "gpt-5-chat-latest", true],
    ["openai", "gpt-5.1-chat-latest", true],
    ["openai", "o3", false],
    ["openai", "o4-mini", false],
    ["openai", "an-unknown-model", true],
    ["groq", "gpt-5.4", true],
    ["ollama", "gemma3:1b", true],
  ]

  it.each(sampling)("to %s's %s sends temperature and top_p: %s", (provider, model, taken) => {
    const request = ask({ temperature: 0.2, topP: 0.9 }, model, provider)
    expect(request.temperature).toBe(taken ? 0.2 : undefined)
    expect(request.top_p).toBe(taken ? 0.9 : undefined)
    expect("temperature" in request).toBe(taken)
  })

  it("sends a temperature of zero", () => {
    expect(ask({ temperature: 0 }).temperature).toBe(0)
  })

  it("names the limit of the answer as OpenAI does for OpenAI, and as everyone else does for the others", () => {
    expect(ask({ maxOutputTokens: 9 })).toMatchObject({ max_completion_tokens: 9 })
    expect(ask({ maxOutputTokens: 9 })).not.toHaveProperty("max_tokens")
    expect(ask({ maxOutputTokens: 9 }, "m", "groq")).toMatchObject({ max_tokens: 9 })
    expect(ask({ maxOutputTokens: 9 }, "m", "groq")).not.toHaveProperty("max_completion_tokens")
  })

  it("sends stop sequences, and no empty list of them", () => {
    expect(ask({ stopSequences: ["END", "\n"] }).stop).toEqual(["END", "\n"])
    expect(ask({ stopSequences: [] })).not.toHaveProperty("stop")
  })

  it("sends tools, and no empty list of them", () => {
    expect(ask({ tools: [weather] }).tools).toEqual([{ type: "function", function: weather }])
    expect(ask({ tools: [] })).not.toHaveProperty("tools")
  })

  const choices: ReadonlyArray<readonly [ToolChoice, unknown]> = [
    ["auto", "auto"],
    ["none", "none"],
    ["required", "required"],
    [{ tool: "weather" }, { type: "function", function: { name: "weather" } }],
  ]

  it.each(choices)("writes the tool choice %j in its words", (toolChoice, expected) => {
    expect(ask({ tools: [weather], toolChoice }).tool_choice).toEqual(expected)
    expect(ask({ tools: [], toolChoice })).not.toHaveProperty("tool_choice")
  })

  const closed = {
    type: "object",
    properties: { city: { type: "string" } },
    required: ["city"],
    additionalProperties: false,
  }

  it("holds the model to a schema exactly where that is possible", () => {
    const format = (schema: Readonly<Record<string, unknown>>, name = "city") =>
      ask({ responseFormat: { type: "json", name, schema } }).response_format
    expect(format(closed)).toEqual({
      type: "json_schema",
      json_schema: { name: "city", schema: closed, strict: true },
    })
    const open = { ...closed, additionalProperties: true }
    expect(format(open)).toEqual({
      type: "json_schema",
      json_schema: { name: "city", schema: open, strict: false },
    })
  })

  const names: ReadonlyArray<readonly [name: string, written: string]> = [
    ["LaunchPlan", "LaunchPlan"],
    ["acme/domain/Product", "acme_domain_Product"],
    ["Größe", "Gr_e"],
    ["", "answer"],
    ["x".repeat(80), "x".repeat(64)],
  ]

  it.each(names)("writes the name %j of a schema as %j", (name, written) => {
    expect(ask({ responseFormat: { type: "json", name, schema: closed } }).response_format).toMatchObject({
      json_schema: { name: written },
    })
  })

  it("sends a tool's own output for the model in place of its result, without its pictures", () => {
    const { messages } = ask({
      prompt: promptOf({
        role: "tool",
        content: [
          {
            type: "tool-result",
            id: "c1",
            name: "draw",
            isFailure: false,
            result: { path: "a.png" },
            modelOutput: [
              { type: "text", text: "Drawn." },
              { type: "file", mediaType: "image/png", data: "AQID" },
            ],
          },
        ],
      }),
    })
    expect(messages).toEqual([{ role: "tool", tool_call_id: "c1", content: "Drawn." }])
  })
})
