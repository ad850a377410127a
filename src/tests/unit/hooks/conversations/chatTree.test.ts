/** Messages as a tree: which way through it is shown, and what stands beside it. */
import { assert, describe, it } from "@effect/vitest"
import { branchesOf, branchTo, leafUnder, type Messages } from "@/hooks/conversations/chatTree"
import type { Message } from "@/services/conversations/Conversation"
import { answered, questionOf } from "@/tests/support/openChats"

const treeOf = (...messages: ReadonlyArray<Message>): Messages =>
  new Map(messages.map((message) => [message.id, message]))

/** q1 has two answers; the first goes on to q2, the second to q3, of which there is a version q4. */
const tree = treeOf(
  questionOf("q1"),
  answered("a1", "q1", "One."),
  questionOf("q2", "a1"),
  answered("b1", "q1", "Another."),
  questionOf("q3", "b1"),
  answered("a3", "q3", "Three."),
  questionOf("q4", "b1"),
)

const idsOf = (messages: ReadonlyArray<Message>): ReadonlyArray<string> => messages.map(({ id }) => id)

describe("branchTo", () => {
  it("leads from the first message to the leaf", () =>
    assert.deepStrictEqual(idsOf(branchTo(tree, "q2")), ["q1", "a1", "q2"]))

  it("ends in the middle when that is the leaf", () =>
    assert.deepStrictEqual(idsOf(branchTo(tree, "b1")), ["q1", "b1"]))

  it.each([undefined, "nobody"])("leads to the youngest message when the leaf is %s", (leafId) =>
    assert.deepStrictEqual(idsOf(branchTo(tree, leafId)), ["q1", "b1", "q4"]),
  )

  it("is empty without messages", () => assert.deepStrictEqual(branchTo(treeOf(), undefined), []))
})

describe("leafUnder", () => {
  it.each([
    ["q1", "q4"],
    ["a1", "q2"],
    ["b1", "q4"],
    ["q3", "a3"],
    ["q2", "q2"],
  ])("of %s is %s", (id, leaf) => assert.strictEqual(leafUnder(tree, id), leaf))
})

describe("branchesOf", () => {
  it("names the place of each message that has others beside it", () =>
    assert.deepStrictEqual(
      [...branchesOf(tree, branchTo(tree, "a3"))],
      [
        ["b1", { place: 2, count: 2, previous: "a1", next: undefined }],
        ["q3", { place: 1, count: 2, previous: undefined, next: "q4" }],
      ],
    ))

  it("knows versions of the first question, which follow nothing", () => {
    const twice = treeOf(questionOf("q1"), answered("a1", "q1", "One."), questionOf("q2"))
    assert.deepStrictEqual(branchesOf(twice, branchTo(twice, "q2")).get("q2"), {
      place: 2,
      count: 2,
      previous: "q1",
      next: undefined,
    })
  })
})
