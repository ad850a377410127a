import { describe, expect, it } from "@effect/vitest"
import * as Prompt from "effect/ai/Prompt"
import { estimatePromptTokens, estimateTokens } from "@/services/ai/core/tokens"

describe("estimateTokens", () => {
  /** With the count of OpenAI's `o200k_base`. */
  const samples: ReadonlyArray<readonly [what: string, tokens: number, text: string]> = [
    [
      "English",
      40,
      "The connection was lost before the answer had ended. Commander asked the next provider on the list, which continued the text exactly where it had stopped, so that nobody had to read the first half twice.",
    ],
    [
      "German",
      35,
      "Die Verbindung brach ab, bevor die Antwort zu Ende war. Der nächste Anbieter auf der Liste setzte den Text genau an der Stelle fort, an der er aufgehört hatte.",
    ],
    [
      "Japanese",
      37,
      "回答が終わる前に接続が切れました。次のプロバイダーは、文章が止まったところから正確に続きを書きました。",
    ],
    ["Chinese", 25, "在回答结束之前连接中断了。列表中的下一个提供者从文本停止的地方继续写下去。"],
    [
      "Korean",
      35,
      "답변이 끝나기 전에 연결이 끊어졌습니다. 목록의 다음 제공자가 글이 멈춘 바로 그 자리에서 이어서 썼습니다.",
    ],
    [
      "TypeScript",
      67,
      "export const totalsOf = (attempts: ReadonlyArray<Attempt>): Totals =>\n  attempts.reduce((totals, { usage, cost }) => ({\n    inputTokens: totals.inputTokens + (usage.inputTokens ?? 0),\n    usd: totals.usd + (cost.usd ?? 0),\n  }), none)\n",
    ],
    [
      "JSON",
      52,
      '{"id":"chatcmpl-1","object":"chat.completion.chunk","created":1766000000,"model":"gpt-5.4","choices":[{"index":0,"delta":{"content":"Hello"},"finish_reason":null}]}',
    ],
  ]

  it.each(samples)("is within a quarter of the real count of %s", (_what, tokens, text) => {
    expect(estimateTokens(text) / tokens).toBeGreaterThanOrEqual(0.75)
    expect(estimateTokens(text) / tokens).toBeLessThanOrEqual(1.25)
  })

  it("is nothing for nothing", () => {
    expect(estimateTokens("")).toBe(0)
  })

  const long = 2_000_000
  it.each([
    ["one word", "a".repeat(long)],
    ["blanks", " ".repeat(long)],
    ["blanks between words", "a ".repeat(long / 2)],
    ["braces", "{".repeat(long)],
    ["accents", "ä".repeat(long)],
    ["emoji", "😀".repeat(long / 2)],
    ["ideographs", "汉".repeat(long)],
  ])("takes time that grows no faster than the text: %s", (_what, text) => {
    // Two million characters at the square of their number would take hours.
    expect(estimateTokens(text)).toBeGreaterThanOrEqual(0)
  })
})

describe("estimatePromptTokens", () => {
  const of = (...messages: ReadonlyArray<Prompt.MessageEncoded>): number =>
    estimatePromptTokens(Prompt.make(messages))
  const file = (mediaType: string, data: string | Uint8Array | URL): Prompt.MessageEncoded => ({
    role: "user",
    content: [{ type: "file", mediaType, data }],
  })
  const perMessage = 3

  it("counts the text of every role, and a little for each message", () => {
    const text = "Why is the sky blue?"
    const tokens = estimateTokens(text)
    expect(of({ role: "system", content: text })).toBe(tokens + perMessage)
    expect(of({ role: "user", content: text }, { role: "assistant", content: text })).toBe(
      2 * (tokens + perMessage),
    )
    expect(of({ role: "assistant", content: [{ type: "reasoning", text }] })).toBe(tokens + perMessage)
  })

  it("counts calls of tools and their results", () => {
    const params = { city: "Paris", days: [1, 2, 3] }
    expect(
      of({
        role: "assistant",
        content: [{ type: "tool-call", id: "1", name: "weather", params, providerExecuted: false }],
      }),
    ).toBe(estimateTokens("weather") + estimateTokens(JSON.stringify(params)) + perMessage)
    expect(
      of({
        role: "tool",
        content: [
          { type: "tool-result", id: "1", name: "weather", isFailure: false, result: "Rain, 12 degrees" },
        ],
      }),
    ).toBe(estimateTokens("Rain, 12 degrees") + perMessage)
  })

  it("counts a picture the same, however large its file is and wherever it lies", () => {
    const small = of(file("image/png", new Uint8Array(10)))
    expect(small).toBe(1600 + perMessage)
    expect(of(file("image/png", new Uint8Array(1_000_000)))).toBe(small)
    expect(of(file("image/jpeg", new URL("https://example.com/a.jpg")))).toBe(small)
  })

  it("counts a document by its size, text much denser than a PDF", () => {
    expect(of(file("text/plain", new Uint8Array(4000)))).toBe(1000 + perMessage)
    expect(of(file("text/plain", "A".repeat(4000)))).toBe(750 + perMessage)
    expect(of(file("application/pdf", new Uint8Array(1_000_000)))).toBe(10_000 + perMessage)
    expect(of(file("application/pdf", new URL("https://example.com/a.pdf")))).toBe(perMessage)
  })
})
