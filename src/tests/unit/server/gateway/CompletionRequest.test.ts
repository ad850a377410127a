import { assert, describe, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { parseCompletionRequest, type CompletionRequest } from "@/server/gateway/CompletionRequest"
import type { DialectError } from "@/server/gateway/DialectError"

const messages = [{ role: "user", content: "Hi" }]
const parse = (fields: object) =>
  parseCompletionRequest(JSON.stringify({ model: "openai/m", messages, ...fields }))

const taken = (fields: object): CompletionRequest => Result.getOrThrow(parse(fields))
const refused = (fields: object): DialectError => Result.getOrThrow(Result.flip(parse(fields)))

describe("a request of a client", () => {
  it("may carry fields that nobody here knows", () => {
    const request = taken({ seed: 1, user: "u", logit_bias: {}, metadata: { a: "b" }, store: true })
    assert.deepStrictEqual(Object.keys(request), ["model", "messages"])
  })

  it("may write null where it means nothing", () => {
    const names = [
      "models",
      "fallbacks",
      "stream",
      "stream_options",
      "temperature",
      "top_p",
      "max_tokens",
      "max_completion_tokens",
      "stop",
      "n",
      "tools",
      "functions",
      "response_format",
      "modalities",
    ]
    assert.doesNotThrow(() => taken(Object.fromEntries(names.map((name) => [name, null]))))
  })

  it.each([
    { tools: [], functions: [] },
    { response_format: { type: "text" } },
    { modalities: ["text"] },
    { n: 1 },
    { tool_choice: "none" },
  ])("may ask in many words for what it gets anyway: %o", (fields) => {
    assert.doesNotThrow(() => taken(fields))
  })

  it.each([
    ["tools", { tools: [{ type: "function", function: { name: "f" } }] }],
    ["functions", { functions: [{ name: "f" }] }],
    ["response_format", { response_format: { type: "json_object" } }],
    ["response_format", { response_format: { type: "json_schema", json_schema: {} } }],
    ["modalities", { modalities: ["text", "audio"] }],
    ["n", { n: 2 }],
  ])("is refused when %s asks for more than text: ignoring it would change the answer", (param, fields) => {
    const error = refused(fields)
    assert.deepInclude(
      { ...error },
      { status: 400, type: "invalid_request_error", param, isRetryable: false },
    )
  })

  it.each([
    ["temperature", { temperature: 2.5 }, "temperature: Expected a value between 0 and 2"],
    ["top_p", { top_p: -1 }, "top_p: Expected a value between 0 and 1"],
    ["model", { model: "m".repeat(301) }, "model: Expected a value with a length of at most 300"],
    ["fallbacks[0]", { fallbacks: ["m".repeat(301)] }, "fallbacks[0]: Expected a value with a length of at"],
    ["max_tokens", { max_tokens: 0 }, "max_tokens: Expected a value greater than 0"],
    ["max_completion_tokens", { max_completion_tokens: 1.5 }, "max_completion_tokens: Expected an integer"],
    ["messages", { messages: "Hi" }, "messages: Expected array"],
    ["messages[0].role", { messages: [{ content: "Hi" }] }, "messages[0].role: Missing key"],
    [
      "messages[1].content",
      { messages: [...messages, { role: "user", content: 5 }] },
      "messages[1].content: ",
    ],
    [
      "stream_options.include_usage",
      { stream_options: { include_usage: 1 } },
      "stream_options.include_usage: ",
    ],
  ])("that is wrong is told where: %s", (param, fields, told) => {
    const error = refused(fields)
    assert.strictEqual(error.status, 400)
    assert.strictEqual(error.param, param)
    assert.isTrue(error.message.startsWith(told), error.message)
  })

  it.each(["", "{", "no", "{'model': 1}"])("has to be JSON: %j", (text) => {
    const error = Result.getOrThrow(Result.flip(parseCompletionRequest(text)))
    assert.strictEqual(error.status, 400)
    assert.strictEqual(error.message, "the body is not JSON")
  })

  it.each(["null", "[]", '"text"', "5"])("has to be an object: %s", (text) => {
    const error = Result.getOrThrow(Result.flip(parseCompletionRequest(text)))
    assert.strictEqual(error.status, 400)
    assert.match(error.message, /^the body is wrong: /)
  })
})
