import { describe, expect, it } from "@effect/vitest"
import { isPrefilled, saidOf, wordsBefore, type Turn } from "@/simulator/continuation"

const text = "One two.\nThree four"
const user = (words: string): Turn => ({ role: "user", text: words })
const assistant = (words: string): Turn => ({ role: "assistant", text: words })

const cases: ReadonlyArray<readonly [what: string, turns: ReadonlyArray<Turn>, said: number]> = [
  ["nothing", [], 0],
  ["a question", [user("Hi")], 0],
  ["a prefill", [user("Hi"), assistant("One two.")], 8],
  ["a prefill inside a word", [user("Hi"), assistant("One tw")], 6],
  ["a prefill with white space at its end", [user("Hi"), assistant("One two.\n")], 8],
  ["a prefill of the whole text", [user("Hi"), assistant(text)], text.length],
  ["a prefill of white space", [user("Hi"), assistant(" \n")], 0],
  ["a prefill of something else", [user("Hi"), assistant("two.")], 0],
  ["an instruction", [user("Hi"), assistant("One"), user("Go on exactly where you stopped.")], 3],
  ["two messages after it", [user("Hi"), assistant("One"), user("Go on."), user("Now.")], 0],
  ["a new question after a whole answer", [user("Hi"), assistant(text), user("And why?")], 0],
  ["an instruction after a whole answer", [user("Hi"), assistant(text), user("Continue.")], text.length],
  ["the user's own words", [user("One"), user("Continue.")], 0],
]

describe("what was already said", () => {
  it.each(cases)("in a conversation that ends with %s", (_what, turns, said) => {
    expect(saidOf(turns, text)).toBe(said)
  })

  it("knows a prefill by whose message is the last", () => {
    expect(isPrefilled([user("Hi"), assistant("")])).toBe(true)
    expect(isPrefilled([assistant("One"), user("Hi")])).toBe(false)
    expect(isPrefilled([])).toBe(false)
  })

  it("finds where the last words begin, at most the whole text", () => {
    expect(text.slice(wordsBefore(text, text.length, 2))).toBe("Three four")
    expect(text.slice(wordsBefore(text, 6, 1), 6)).toBe("tw")
    expect(wordsBefore(text, 6, 9)).toBe(0)
    expect(wordsBefore("", 0, 3)).toBe(0)
  })
})
