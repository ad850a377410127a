/** Messages as the pane gets them: records are read late and once, and what did not change is the same object. */
import { assert, describe, it } from "@effect/vitest"
import { chatMessages } from "@/hooks/conversations/chatMessages"
import type { Message } from "@/services/conversations/Conversation"
import { answered, answerOf, questionOf, running, runOf } from "@/tests/support/openChats"
import { startedAt } from "@/tests/support/planEvents"

const nothing = { asks: new Map(), reading: new Map() }
const viewOf = (message: Message) => {
  const [shown] = chatMessages([message], nothing)
  if (shown?.role !== "assistant") throw new Error("it is no answer")
  return { shown, view: shown.view() }
}

describe("an answer that has ended", () => {
  it("has its text and its timeline", () => {
    const { shown, view } = viewOf(answered("a1", "q1", "One."))
    assert.strictEqual(shown.text, "One.")
    assert.strictEqual(view.text, "One.")
    assert.strictEqual(view.status.state, "complete")
    assert.lengthOf(view.timeline, 1)
  })

  it("has its record read only when it is looked at", () => {
    const message = answered("a1", "q1", "One.")
    let reads = 0
    const run = Object.defineProperty({ ...runOf("run-a1", "completed") }, "events", {
      get: () => {
        reads += 1
        return message.run?.events
      },
    })
    const [shown] = chatMessages([{ ...message, run }], nothing)
    assert.strictEqual(shown?.text, "One.")
    assert.strictEqual(reads, 0)
    const views = shown?.role === "assistant" ? [shown.view(), shown.view()] : []
    assert.isAbove(reads, 0)
    assert.strictEqual(views[0], views[1])
  })

  it("is the same object as long as its message is", () => {
    const messages = [questionOf("q1"), answered("a1", "q1", "One."), running("a2", "q1")]
    const [first, second] = [chatMessages(messages, nothing), chatMessages(messages, nothing)]
    assert.deepStrictEqual(
      first.map((message, index) => message === second[index]),
      [true, true, true],
    )
  })

  it("that cannot be read shows its text and says so", () => {
    const { view } = viewOf(answerOf("a1", "q1", { ...runOf("run-a1", "completed"), events: "[{" }, "One."))
    assert.strictEqual(view.text, "One.")
    assert.match(view.status.state === "failed" ? view.status.error.sentence : "", /cannot be read/)
  })

  it("that was interrupted has its text, ended attempts and a state of its own", () => {
    const { shown, view } = viewOf(answerOf("a1", "q1", runOf("run-a1", "interrupted", ["Half", " an"])))
    assert.strictEqual(shown.text, "Half an")
    assert.isFalse(shown.isRunning)
    // Numbers 0 to 4, ten milliseconds each.
    assert.deepStrictEqual(view.status, { state: "interrupted", duration: 40 })
    const [row] = view.timeline
    assert.strictEqual(row?.kind === "attempt" && row.outcome.state, "stopped")
  })

  it("that came from elsewhere has its text, its origin and no timeline", () => {
    const { view } = viewOf({
      id: "a1",
      parentId: "q1",
      role: "assistant",
      text: "One.",
      createdAt: startedAt,
      origin: "ChatGPT, gpt-4o",
    })
    assert.deepInclude(view, { text: "One.", origin: "ChatGPT, gpt-4o", timeline: [] })
    assert.strictEqual(view.status.state, "complete")
  })
})
