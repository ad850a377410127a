import { assert, describe, it } from "@effect/vitest"
import * as Response from "effect/ai/Response"
import * as DateTime from "effect/DateTime"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { encodePart } from "@/services/ai/providers/effectModel/encodePart"

const usage = new Response.Usage({
  inputTokens: { uncached: 1, total: 3, cacheRead: 2, cacheWrite: undefined },
  outputTokens: { total: 5, text: undefined, reasoning: 1 },
})

const { id: _id, ...source } = { ...Response.makePart("text-start", { id: "" }), type: "source" as const }

/** One of each kind that a stream can have. */
const parts: ReadonlyArray<Response.AnyPart> = [
  Response.makePart("text-start", { id: "1" }),
  Response.makePart("text-delta", { id: "1", delta: "Once" }),
  Response.makePart("text-end", { id: "1" }),
  Response.makePart("reasoning-start", { id: "2" }),
  Response.makePart("reasoning-delta", { id: "2", delta: "Hm." }),
  Response.makePart("reasoning-end", { id: "2" }),
  Response.makePart("tool-params-start", { id: "3", name: "weather", providerExecuted: false }),
  Response.makePart("tool-params-delta", { id: "3", delta: "{}" }),
  Response.makePart("tool-params-end", { id: "3" }),
  Response.makePart("tool-call", { id: "3", name: "weather", params: { a: 1 }, providerExecuted: false }),
  Response.makePart("tool-result", {
    id: "3",
    name: "weather",
    result: new Date(0),
    encodedResult: "1970",
    isFailure: false,
    preliminary: false,
    providerExecuted: true,
  }),
  Response.makePart("tool-approval-request", { approvalId: "4", toolCallId: "3" }),
  Response.makePart("file", { mediaType: "image/png", data: new Uint8Array([1, 2, 3]) }),
  { ...source, sourceType: "url", id: "5", url: new URL("https://x.example/a"), title: "A" },
  { ...source, sourceType: "document", id: "6", mediaType: "text/plain", title: "B" },
  Response.makePart("response-metadata", {
    id: "r",
    modelId: "m",
    timestamp: DateTime.makeUnsafe(0),
  }),
  Response.makePart("response-metadata", { id: "r" }),
  Response.makePart("finish", { reason: "stop", usage, response: undefined }),
]

describe("a part of an effect/ai model's answer", () => {
  const decode = Schema.decodeUnknownEffect(Response.StreamPart())

  it.effect.each(parts)("$type can be decoded again", (part) =>
    Effect.gen(function* () {
      const [encoded] = encodePart(part, String)
      const { type } = yield* decode(encoded)
      assert.strictEqual(type, part.type)
    }),
  )

  it("keeps what it says", () => {
    const said = parts.map((part) => encodePart(part, String)[0])
    assert.deepInclude(said, { type: "file", mediaType: "image/png", data: "AQID" })
    assert.deepInclude(said, {
      type: "source",
      sourceType: "url",
      id: "5",
      url: "https://x.example/a",
      title: "A",
    })
    assert.deepInclude(said, {
      type: "tool-result",
      id: "3",
      name: "weather",
      isFailure: false,
      result: "1970",
      providerExecuted: true,
    })
    assert.deepInclude(said, {
      type: "response-metadata",
      id: "r",
      modelId: "m",
      timestamp: "1970-01-01T00:00:00.000Z",
    })
    assert.deepInclude(said, { type: "finish", reason: "stop", usage, response: undefined })
  })

  it("of a whole answer becomes a block of a stream", () => {
    assert.deepStrictEqual(encodePart(Response.makePart("text", { text: "Once" }), String), [
      { type: "text-start", id: "text" },
      { type: "text-delta", id: "text", delta: "Once" },
      { type: "text-end", id: "text" },
    ])
    assert.deepStrictEqual(
      encodePart(Response.makePart("reasoning", { text: "Hm." }), String).map(({ type }) => type),
      ["reasoning-start", "reasoning-delta", "reasoning-end"],
    )
  })

  it("that is an error says what it means", () => {
    const part = Response.makePart("error", { error: 42 })
    assert.deepStrictEqual(
      encodePart(part, (error) => `meaning of ${String(error)}`),
      [{ type: "error", error: "meaning of 42" }],
    )
  })
})
