/** What a rescuer is asked: to repeat a few words where the seam can know them again, else only to go on. */
import { assert, describe, it } from "@effect/vitest"
import { continued, modeOf, wordsToRepeat } from "@/services/ai/orchestration/continuation"
import { makeSeam } from "@/services/ai/orchestration/seam"
import { promptOf } from "@/tests/support/conversations"

const question = promptOf({ role: "user", content: "Why?" })
const lastTextOf = (text: string): string => {
  const last = continued(question, { mode: "instruction", text }).content.at(-1)
  return last?.role === "user" ? JSON.stringify(last.content) : ""
}

describe("an instruction to go on", () => {
  it.each(["The sky is blue because", "one two three", "天空是蓝色的因为空气", "a ridiculously-long-word"])(
    "asks for the last words of %j again, and the seam swallows them",
    (text) => {
      const words = wordsToRepeat(text)
      assert(words !== undefined)
      assert.include(lastTextOf(text), "repeat its last five words")
      const seam = makeSeam({ prefix: text, mode: "instruction" })
      assert.strictEqual(seam.push(`${words} and on`) + seam.end(), " and on")
    },
  )

  it.each(["The", "The sky ", "天空", "} } } } }", "1."])(
    "does not ask for %j again: the seam could not tell it from the answer's own words",
    (text) => {
      assert.isUndefined(wordsToRepeat(text))
      assert.notInclude(lastTextOf(text), "repeat")
    },
  )

  it("follows the text without the white space at its end, and the conversation as it was", () => {
    const { content } = continued(question, { mode: "instruction", text: "The sky is \n" })
    assert.deepStrictEqual(
      content.map(({ role }) => role),
      ["user", "assistant", "user"],
    )
    assert.include(JSON.stringify(content[1]), '"The sky is"')
  })
})

describe("the way to continue", () => {
  it("is a prefill where the model takes one, an instruction elsewhere, and a fresh request where nothing was written", () => {
    assert.strictEqual(modeOf("The sky", { prefill: true }), "prefill")
    assert.strictEqual(modeOf("The sky", { prefill: false }), "instruction")
    assert.strictEqual(modeOf(" \n", { prefill: true }), "fresh")
  })
})
