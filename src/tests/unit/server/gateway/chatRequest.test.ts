import { assert, describe, it } from "@effect/vitest"
import * as Arr from "effect/Array"
import * as Result from "effect/Result"
import { toChatRequest } from "@/server/gateway/chatRequest"
import type { CompletionRequest } from "@/server/gateway/CompletionRequest"
import type { Target } from "@/services/ai/orchestration/PlanEvent"
import { anthropic, ollama, openai } from "@/tests/support/planEvents"

const user = { role: "user", content: "Hi" }

const convert = (
  fields: Partial<CompletionRequest>,
  targets: Arr.NonEmptyReadonlyArray<Target> = [openai],
  isWhole = false,
) => toChatRequest({ messages: [user], ...fields }, { targets, isWhole })

const converted = (...args: Parameters<typeof convert>) => Result.getOrThrow(convert(...args))

describe("messages", () => {
  it("keep their words; developer is another name of the system", () => {
    const { messages } = converted({
      messages: [
        { role: "system", content: "Be brief." },
        { role: "developer", content: "Be kind." },
        {
          role: "user",
          content: [
            { type: "text", text: "One" },
            { type: "text", text: " two?" },
          ],
        },
        { role: "assistant", content: "Three." },
        user,
      ],
    })
    assert.deepStrictEqual(messages, [
      { role: "system", content: "Be brief." },
      { role: "system", content: "Be kind." },
      { role: "user", content: "One two?" },
      { role: "assistant", content: "Three." },
      { role: "user", content: "Hi" },
    ])
  })

  it.each<
    readonly [what: string, message: CompletionRequest["messages"][number], param: string, told: RegExp]
  >([
    [
      "a picture",
      { role: "user", content: [{ type: "image_url" }] },
      "messages[1].content",
      /"image_url": this server takes text/,
    ],
    [
      "a sound",
      { role: "user", content: [{ type: "text", text: "a" }, { type: "input_audio" }] },
      "messages[1].content",
      /"input_audio"/,
    ],
    [
      "a text that is missing",
      { role: "user", content: [{ type: "text" }] },
      "messages[1].content",
      /without its text/,
    ],
    ["null", { role: "assistant", content: null }, "messages[1].content", /is empty: this server takes text/],
    ["nothing", { role: "assistant" }, "messages[1].content", /is empty/],
    [
      "the answer of a tool",
      { role: "tool", content: "5" },
      "messages[1].role",
      /"tool"; this server takes system, developer, user, assistant/,
    ],
    ["a role of an object's own", { role: "constructor", content: "5" }, "messages[1].role", /"constructor"/],
  ])("%s is refused with its place", (_what, message, param, told) => {
    const error = Result.getOrThrow(Result.flip(convert({ messages: [user, message] })))
    assert.deepInclude({ ...error }, { status: 400, type: "invalid_request_error", param })
    assert.match(error.message, told)
  })
})

describe("options", () => {
  it("are taken over under their own names", () => {
    const { options } = converted({ temperature: 0.3, top_p: 0.9, max_tokens: 5, stop: "END" })
    assert.deepStrictEqual(options, {
      temperature: 0.3,
      topP: 0.9,
      maxOutputTokens: 5,
      stopSequences: ["END"],
    })
  })

  it("that are null are left to the provider; the newer name of the limit comes first", () => {
    assert.deepStrictEqual(
      converted({ temperature: null, top_p: null, max_tokens: null, stop: null }).options,
      {},
    )
    assert.deepStrictEqual(converted({ max_tokens: 5, max_completion_tokens: 7, stop: ["a", "b"] }).options, {
      maxOutputTokens: 7,
      stopSequences: ["a", "b"],
    })
  })
})

describe("the plan", () => {
  it("is the default one of the preferred model when nobody else is named", () => {
    const request = converted({})
    assert.deepStrictEqual(request.preferredProvider, { key: "openai", modelName: "gpt-5.4" })
    assert.notProperty(request, "plan")
  })

  it("asks the first as a preferred one, the others once, nobody else, and continues what breaks off", () => {
    const { plan, preferredProvider } = converted({}, [anthropic, openai, ollama], true)
    assert.deepStrictEqual(preferredProvider, { key: "anthropic", modelName: "claude-haiku-5-5" })
    assert.deepStrictEqual(
      plan?.steps.map(({ provider, model, attempts }) => [provider, model, attempts]),
      [
        ["anthropic", "claude-haiku-5-5", 3],
        ["openai", "gpt-5.4", 1],
        ["ollama", "gemma3:1b", 1],
      ],
    )
    assert.strictEqual(plan?.onPartial, "resume")
    assert.strictEqual(plan?.maxAttempts, 6)
  })

  it("of one target has one step", () => {
    assert.strictEqual(converted({}, [openai], true).plan?.steps.length, 1)
  })

  it("has room for everyone who is named", () => {
    const many = Arr.makeBy(10, (index) => ({ provider: "openai", model: `m${index}` }))
    assert.strictEqual(converted({}, many, true).plan?.maxAttempts, 12)
  })
})
