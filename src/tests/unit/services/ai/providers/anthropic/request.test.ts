import { describe, expect, it } from "@effect/vitest"
import type { StreamTextOptions } from "@/services/ai/core"
import type { ToolChoice } from "@/services/ai/core/GenerationOptions"
import { toRequest, type MessagesRequest } from "@/services/ai/providers/anthropic/request"
import { conversations, promptOf, weather } from "../../../../../support/conversations"

const base: StreamTextOptions = { prompt: promptOf({ role: "user", content: "Hi" }) }
const ask = (options: Partial<StreamTextOptions>, model = "claude-haiku-4-5"): MessagesRequest =>
  toRequest(model, { ...base, ...options })

const text = (value: string) => ({ type: "text", text: value })

describe("a Messages request", () => {
  it("streams, and has the limit that Messages requires", () => {
    expect(ask({})).toEqual({
      model: "claude-haiku-4-5",
      messages: [{ role: "user", content: [text("Hi")] }],
      max_tokens: 8192,
      stream: true,
    })
  })

  const cases: ReadonlyArray<
    readonly [keyof typeof conversations, Partial<Pick<MessagesRequest, "system" | "messages">>]
  > = [
    [
      "severalTurns",
      {
        system: "Be brief.",
        messages: [
          { role: "user", content: [text("One?")] },
          { role: "assistant", content: [text("1")] },
          { role: "user", content: [text("Two?")] },
        ],
      },
    ],
    [
      "twoSystemMessages",
      { system: "Be brief.\n\nBe kind.", messages: [{ role: "user", content: [text("Hi")] }] },
    ],
    [
      "sameRoleInARow",
      {
        messages: [
          { role: "user", content: [text("One?"), text("Two?")] },
          { role: "assistant", content: "12" },
        ],
      },
    ],
    ["emptyTurn", { messages: [{ role: "user", content: [text("Hi"), text("Still there?")] }] }],
    [
      "imageBytes",
      {
        messages: [
          {
            role: "user",
            content: [
              text("What is it?"),
              { type: "image", source: { type: "base64", media_type: "image/png", data: "AQID" } },
            ],
          },
        ],
      },
    ],
    [
      "imageBase64",
      {
        messages: [
          {
            role: "user",
            content: [{ type: "image", source: { type: "base64", media_type: "image/jpeg", data: "AQID" } }],
          },
        ],
      },
    ],
    [
      "imageUrl",
      {
        messages: [
          {
            role: "user",
            content: [{ type: "image", source: { type: "url", url: "https://x.example/a.png" } }],
          },
        ],
      },
    ],
    [
      "document",
      {
        messages: [
          {
            role: "user",
            content: [
              { type: "document", source: { type: "base64", media_type: "application/pdf", data: "AQID" } },
            ],
          },
        ],
      },
    ],
    [
      "toolRound",
      {
        messages: [
          { role: "user", content: [text("Weather in Bern and Rome?")] },
          {
            role: "assistant",
            content: [
              text("Let me look."),
              { type: "tool_use", id: "c1", name: "weather", input: { city: "Bern" } },
              { type: "tool_use", id: "c2", name: "weather", input: { city: "Rome" } },
            ],
          },
          {
            role: "user",
            content: [
              { type: "tool_result", tool_use_id: "c1", content: '{"degrees":3}', is_error: false },
              { type: "tool_result", tool_use_id: "c2", content: "sunny", is_error: true },
            ],
          },
        ],
      },
    ],
    ["reasoningBefore", { messages: [{ role: "assistant", content: "42" }] }],
  ]

  it.each(cases)("writes the conversation %s in its dialect", (name, expected) => {
    const request = ask({ prompt: conversations[name] })
    expect(request.messages).toEqual(expected.messages)
    expect(request.system).toBe(expected.system)
  })

  const sampling: ReadonlyArray<readonly [model: string, taken: boolean]> = [
    ["claude-haiku-4-5", true],
    ["claude-sonnet-4-6", true],
    ["claude-opus-4-7", false],
    ["claude-sonnet-5-5", false],
    ["claude-haiku-5-5", false],
    ["claude-mythos-preview", false],
    ["claude-3-5-sonnet-latest", true],
    ["claude-sonnet-4-20250514", true],
    ["an-unknown-model", true],
  ]

  it.each(sampling)("to %s sends temperature or top_p: %s", (model, taken) => {
    expect("temperature" in ask({ temperature: 0.2 }, model)).toBe(taken)
    expect("top_p" in ask({ topP: 0.9 }, model)).toBe(taken)
  })

  it("sends temperature rather than both, and not more than Messages takes", () => {
    expect(ask({ temperature: 1.7, topP: 0.9 })).toMatchObject({ temperature: 1 })
    expect(ask({ temperature: 1.7, topP: 0.9 })).not.toHaveProperty("top_p")
    expect(ask({ temperature: 0 }).temperature).toBe(0)
  })

  it("sends limit, stop sequences and tools under its names", () => {
    expect(ask({ maxOutputTokens: 9, stopSequences: ["END"], tools: [weather] })).toMatchObject({
      max_tokens: 9,
      stop_sequences: ["END"],
      tools: [{ name: "weather", description: "The weather of a city", input_schema: weather.parameters }],
    })
  })

  it("sends no empty lists", () => {
    const request = ask({ stopSequences: [], tools: [] })
    expect(request).not.toHaveProperty("stop_sequences")
    expect(request).not.toHaveProperty("tools")
  })

  const prefills: ReadonlyArray<readonly [string, ReadonlyArray<string>, string | undefined]> = [
    ["one text", ["Once upon a"], "Once upon a"],
    ["a text with white space at its end", ["Once upon a \n\t"], "Once upon a"],
    ["a text with white space elsewhere", ["  Once\n\nupon a"], "  Once\n\nupon a"],
    ["several texts", ["Once ", "upon ", " "], "Once upon"],
    ["white space alone", [" \n"], undefined],
  ]

  it.each(prefills)("writes an assistant's %s that stands last as one string", (_name, texts, expected) => {
    const question = { role: "user", content: "Tell me a story." } as const
    const { messages } = ask({
      prompt: promptOf(question, {
        role: "assistant",
        content: texts.map((part) => ({ type: "text" as const, text: part })),
      }),
    })
    expect(messages.slice(1)).toEqual(
      expected === undefined ? [] : [{ role: "assistant", content: expected }],
    )
  })

  it("writes an assistant's text that does not stand last, or with a tool call, as it came", () => {
    const { messages } = ask({
      prompt: promptOf(
        { role: "assistant", content: "One " },
        { role: "user", content: "Two?" },
        {
          role: "assistant",
          content: [
            { type: "text", text: "Let me look. " },
            { type: "tool-call", id: "c1", name: "weather", params: {} },
          ],
        },
      ),
    })
    expect(messages[0]?.content).toEqual([text("One ")])
    expect(messages[2]?.content).toEqual([
      text("Let me look. "),
      { type: "tool_use", id: "c1", name: "weather", input: {} },
    ])
  })

  const choices: ReadonlyArray<readonly [ToolChoice, object]> = [
    ["auto", { type: "auto" }],
    ["none", { type: "none" }],
    ["required", { type: "any" }],
    [{ tool: "weather" }, { type: "tool", name: "weather" }],
  ]

  it.each(choices)("writes the tool choice %j in its words", (toolChoice, expected) => {
    expect(ask({ tools: [weather], toolChoice }).tool_choice).toEqual(expected)
    expect(ask({ tools: [], toolChoice })).not.toHaveProperty("tool_choice")
  })

  it("asks for JSON of a schema without a beta header, every object closed", () => {
    const schema = { type: "object", properties: { n: { type: "integer", minimum: 1 } }, required: ["n"] }
    expect(ask({ responseFormat: { type: "json", name: "count", schema } }).output_config).toEqual({
      format: {
        type: "json_schema",
        schema: {
          type: "object",
          properties: { n: { type: "integer", description: "{minimum: 1}" } },
          required: ["n"],
          additionalProperties: false,
        },
      },
    })
  })

  it("sends a tool's own output for the model in place of its result, pictures too", () => {
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
              { type: "text", text: "Drawn:" },
              { type: "file", mediaType: "image/png", data: "AQID" },
            ],
          },
        ],
      }),
    })
    expect(messages[0]?.content).toMatchObject([
      {
        type: "tool_result",
        content: [
          text("Drawn:"),
          { type: "image", source: { type: "base64", media_type: "image/png", data: "AQID" } },
        ],
      },
    ])
  })

  it("writes a string for a tool that returned nothing", () => {
    const [block] = ask({ prompt: conversations.toolWithoutResult }).messages[0]?.content ?? []
    expect(block).toHaveProperty("content")
    expect(block).not.toMatchObject({ content: undefined })
  })
})
