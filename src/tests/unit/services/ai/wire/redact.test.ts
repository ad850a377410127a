import { describe, expect, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import * as Schema from "effect/Schema"
import { redact } from "@/services/ai/wire/redact"

const key = "q7Zt0Kx2Vb9Lm4Ns8Pw1"
const hide = (text: string, secret = key): string => redact(text, [Redacted.make(secret)])

type Case = readonly [fact: string, text: string, redacted: string]

const ownKey: ReadonlyArray<Case> = [
  ["whole", `the key ${key} is wrong`, "the key [redacted] is wrong"],
  ["at the start", `${key} is wrong`, "[redacted] is wrong"],
  ["at the end", `wrong: ${key}`, "wrong: [redacted]"],
  ["twice", `${key}, ${key}`, "[redacted], [redacted]"],
  ["twice without anything between", `${key}${key}`, "[redacted][redacted]"],
  ["its first half", `${key.slice(0, 10)}… is wrong`, "[redacted]… is wrong"],
  ["its last eight characters", `…${key.slice(-8)}`, "…[redacted]"],
  ["eight characters of its middle", `…${key.slice(5, 13)}…`, "…[redacted]…"],
  ["inside a word", `x${key}y`, "x[redacted]y"],
  ["inside JSON", JSON.stringify({ error: `bad ${key}` }), '{"error":"bad [redacted]"}'],
  ["inside JSON inside JSON", JSON.stringify(JSON.stringify({ k: key })), '"{\\"k\\":\\"[redacted]\\"}"'],
]

const leftAlone: ReadonlyArray<Case> = [
  ["seven characters of it", `…${key.slice(0, 7)}…`, `…${key.slice(0, 7)}…`],
  ["text without it", "the model is overloaded", "the model is overloaded"],
  ["no text", "", ""],
]

const shapes: ReadonlyArray<Case> = [
  ["an OpenAI key", "got sk-proj-abc_DEF-123456", "got [redacted]"],
  ["a key in a header", "authorization: Bearer abc.def~ghi", "authorization: [redacted]"],
  ["a key in a lower-case header", "authorization: bearer abcdefgh", "authorization: [redacted]"],
  ["basic credentials", "Basic dXNlcjpwYXNz", "[redacted]"],
  ["a user and password in a URL", "http://user:pass@host/v1", "http://[redacted]@host/v1"],
  ["the word bearer in a sentence", "Bearer of news", "Bearer of news"],
  ["an e-mail address", "write to help@example.com", "write to help@example.com"],
  ["a URL with a port", "http://127.0.0.1:11434/v1", "http://127.0.0.1:11434/v1"],
]

describe("redact", () => {
  it.each(ownKey)("hides our key: %s", (_fact, text, expected) => {
    expect(hide(text)).toBe(expected)
  })

  it.each(leftAlone)("leaves alone: %s", (_fact, text, expected) => {
    expect(hide(text)).toBe(expected)
  })

  it.each(shapes)("judges credentials that are not ours by their shape: %s", (_fact, text, expected) => {
    expect(redact(text, [])).toBe(expected)
  })

  it("hides a token that stands alone before a URL's host", () => {
    expect(redact("fetch https://ghp4bcdefghijkl@host/v1 failed", [])).not.toContain("ghp4bcdefghijkl")
  })

  it("hides a key of eight characters, or fewer, where it stands whole", () => {
    expect(hide("key abcd1234 refused", "abcd1234")).toBe("key [redacted] refused")
    expect(hide("key pw1 refused", "pw1")).toBe("key [redacted] refused")
  })

  it("hides nothing for an empty secret", () => {
    expect(hide("as it is", "")).toBe("as it is")
  })

  it("hides each of several secrets", () => {
    const secrets = [Redacted.make("first-key-of-two"), Redacted.make("second one")]
    expect(redact("first-key-of-two and second one", secrets)).toBe("[redacted] and [redacted]")
  })

  it("takes the characters of a secret literally", () => {
    expect(hide("a.*+?^${}()|[]\\b", ".*+?^${}()|[]\\")).toBe("a[redacted]b")
    expect(hide("$&$1 here", "$&$1")).toBe("[redacted] here")
  })

  it("hides a key that JSON escapes", () => {
    const quoted = 'abcdefgh"ijklmnop'
    const hidden = hide(JSON.stringify({ message: quoted }), quoted)
    expect(hidden).not.toContain("abcdefgh")
    expect(hidden).not.toContain("ijklmnop")
  })

  it.prop(
    "leaves no eight characters of the key, whatever stands around them",
    { before: Schema.String, after: Schema.String, from: Schema.Int, length: Schema.Int },
    ({ before, after, from, length }) => {
      const start = Math.abs(from) % (key.length - 8)
      const piece = key.slice(start, start + 8 + (Math.abs(length) % key.length))
      const hidden = hide(`${before}${piece}${after}`)
      for (let at = 0; at + 8 <= key.length; at += 1) expect(hidden).not.toContain(key.slice(at, at + 8))
    },
    { arbitrary: { seed: 1, runs: 300 } },
  )

  it("hides a key that comes back in other letters, wherever it stands", () => {
    const secret = Redacted.make("sk-Quartz-Nightingale-77")
    expect(redact("İ KEY SK-QUARTZ-NIGHTINGALE-77 IS WRONG", [secret])).toBe("İ KEY [redacted] IS WRONG")
  })
})
