import { describe, expect, it } from "@effect/vitest"
import type * as Prompt from "effect/ai/Prompt"
import { continued } from "@/services/ai/orchestration/continuation"
import { restOf, taskOf } from "@/services/ai/providers/simulator/task"
import { promptOf } from "../../../../../support/conversations"

const user = (content: string): Prompt.MessageEncoded => ({ role: "user", content })
const assistant = (content: string): Prompt.MessageEncoded => ({ role: "assistant", content })
const question = promptOf(
  { role: "system", content: "Be brief." },
  user("One?"),
  assistant("1"),
  user("Two?"),
)

const cases: ReadonlyArray<readonly [what: string, prompt: Prompt.Prompt, asks: string, begun: string]> = [
  ["nothing", promptOf(), "", ""],
  ["a question", question, "Two?", ""],
  ["a prefill", continued(question, { mode: "prefill", text: "It is \n" }), "Two?", "It is"],
  ["an instruction to go on", continued(question, { mode: "instruction", text: "It is" }), "Two?", "It is"],
  ["a user who wants more", promptOf(user("Two?"), assistant("It is"), user("Continue.")), "Continue.", ""],
  ["another question", promptOf(user("Two?"), assistant("It is"), user("Three?")), "Three?", ""],
  [
    "an instruction after no answer",
    promptOf(user("It was cut off. Continue.")),
    "It was cut off. Continue.",
    "",
  ],
]

describe("what the simulator is asked", () => {
  it.each(cases)("in a conversation that ends with %s", (_what, prompt, asks, begun) => {
    expect(taskOf(prompt)).toEqual({ question: asks, begun })
  })
})

describe("the rest of an answer", () => {
  const text = "One two.\n\nThree"

  it.each([
    ["", text],
    ["One", " two.\n\nThree"],
    ["One t", "wo.\n\nThree"],
    ["One two.", "\n\nThree"],
    ["One two.\n\n", "\n\nThree"],
    [text, ""],
  ])("after %j begins with the white space that was trimmed", (begun, rest) => {
    expect(restOf(text, begun)).toBe(rest)
  })

  it("is the whole answer when somebody else's words stand before it", () => {
    expect(restOf(text, "Two three")).toBe(text)
  })
})
