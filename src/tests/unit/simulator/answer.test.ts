import { describe, expect, it } from "@effect/vitest"
import { answerText, answerTokens, reasoningTokens, tokensFrom } from "@/simulator/answer"

const trimmed = (tokens: ReadonlyArray<string>): ReadonlyArray<string> => tokens.map((token) => token.trim())

describe("the answer of the fault upstream", () => {
  it("has 60 tokens unless told otherwise", () => {
    expect(answerTokens()).toHaveLength(60)
    expect(answerTokens(0)).toEqual([])
  })

  it("never says a token twice, in a thousand of them, thoughts included", () => {
    const tokens = trimmed([...answerTokens(1000), ...reasoningTokens(50)])
    expect(new Set(tokens).size).toBe(tokens.length)
    expect(tokens).not.toContain("")
  })

  it("begins like every longer one", () => {
    expect(answerText(180).startsWith(answerText())).toBe(true)
    expect(answerText(60)).toBe(answerText(200).slice(0, answerText(60).length))
  })

  it("has words of several bytes a letter, a word in two tokens, and white space that a trim would take", () => {
    const tokens = answerTokens()
    expect(new TextEncoder().encode(answerText()).length).toBeGreaterThan(answerText().length)
    expect(answerText()).toContain(" lighthouse ")
    expect(tokens.map((token) => token !== token.trimEnd()).filter(Boolean)).toHaveLength(1)
    expect(tokens[19]).toBe(" fades.\n")
  })

  it("goes on from every place in it without loss and without repetition", () => {
    const text = answerText()
    for (const start of Array(text.length + 1).keys())
      expect(tokensFrom(answerTokens(), start).join("")).toBe(text.slice(start))
  })
})
