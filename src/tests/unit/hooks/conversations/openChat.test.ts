/** An open chat follows the server, and keeps what the server does not have yet. */
import { assert, describe, it } from "@effect/vitest"
import { withAsk, withAskFailed, withAskTaken, withoutAsk } from "@/hooks/conversations/chatAsks"
import { withChange, withConversation, withEvents, withReading } from "@/hooks/conversations/chatChanges"
import { emptyChat, isBeingWritten, type OpenChat } from "@/hooks/conversations/openChat"
import type { Change, Message } from "@/services/conversations/Conversation"
import {
  answered,
  askOf,
  conversationOf,
  lastStatus,
  leafChanged,
  messagesAdded,
  questionOf,
  runChanged,
  running,
  runOf,
  shownIn,
  shownTexts,
  summaryOf,
} from "@/tests/support/openChats"
import { startedAt } from "@/tests/support/planEvents"
import { eventsOfAnswer, eventsWriting } from "@/tests/support/storedConversations"

const oneTurn = [questionOf("q1"), answered("a1", "q1", "One.")]
const opened = (...messages: ReadonlyArray<Message>): OpenChat =>
  withConversation(emptyChat("chat", "loading"), conversationOf(messages))
const after = (chat: OpenChat, ...changes: ReadonlyArray<Change>): OpenChat =>
  changes.reduce(withChange, chat)

/** A chat whose answer a1 is read. */
const reading = (): OpenChat => {
  const message = running("a1", "q1")
  const chat = opened(questionOf("q1"), message)
  return isBeingWritten(message) ? withReading(chat, message) : chat
}

describe("a chat that was opened", () => {
  it("shows its branch, its title and its draft", () => {
    const chat = withConversation(
      emptyChat("chat", "loading"),
      conversationOf([...oneTurn, answered("b1", "q1", "Another.")], { draft: "And", leafId: "a1" }),
    )
    assert.deepStrictEqual(shownTexts(chat), ["Question q1?", "One."])
    assert.deepInclude(chat, { title: "Trip to Oslo", draft: "And", isSaved: true })
  })

  it("keeps what is being written when it is read anew", () => {
    const chat = { ...opened(...oneTurn), draft: "And n" }
    assert.strictEqual(withConversation(chat, conversationOf(oneTurn, { draft: "And" })).draft, "And n")
  })

  it("keeps the identity of messages that are as they were", () => {
    const chat = opened(...oneTurn)
    const again = withConversation(
      chat,
      conversationOf(structuredClone([...oneTurn, questionOf("q2", "a1")])),
    )
    assert.strictEqual(again.messages.get("a1"), chat.messages.get("a1"))
    assert.deepStrictEqual(shownTexts(again), ["Question q1?", "One.", "Question q2?"])
  })

  it("changes of other chats leave it as it is", () => {
    const chat = opened(...oneTurn)
    const other = { ...messagesAdded(questionOf("q2", "a1")), conversationId: "other" }
    assert.strictEqual(after(chat, other, { type: "conversation-removed", id: "other" }), chat)
  })

  it("says that it was deleted elsewhere, and still shows what it had", () => {
    const chat = after(opened(...oneTurn), { type: "conversation-removed", id: "chat" })
    assert.strictEqual(chat.state.status, "failed")
    assert.deepStrictEqual(shownTexts(chat), ["Question q1?", "One."])
  })
})

describe("another window asks", () => {
  const added = messagesAdded(questionOf("q2", "a1"), running("a2", "q2"))

  it.each([
    ["the messages first", [added, leafChanged("a2")]],
    ["the leaf first", [leafChanged("a2"), added]],
  ] as const)("whoever reads the end sees it there (%s)", (_, changes) =>
    assert.deepStrictEqual(shownTexts(after(opened(...oneTurn), ...changes)), [
      "Question q1?",
      "One.",
      "Question q2?",
      "",
    ]),
  )

  it("for another answer: it is shown", () => {
    const changes = [leafChanged("b1"), messagesAdded(running("b1", "q1"))]
    assert.deepStrictEqual(shownTexts(after(opened(...oneTurn), ...changes)), ["Question q1?", ""])
  })

  it("until its messages are here, the branch that was shown stays", () =>
    assert.deepStrictEqual(shownTexts(after(opened(...oneTurn), leafChanged("b1"))), [
      "Question q1?",
      "One.",
    ]))
})

describe("the shown branch", () => {
  const two = () => opened(...oneTurn, answered("b1", "q1", "Another."))

  it("follows the server when it has changed there", () =>
    assert.deepStrictEqual(shownTexts(after(two(), leafChanged("a1"))), ["Question q1?", "One."]))

  it("stays as it was chosen here when something else has changed, or when it is read anew", () => {
    const chat = { ...two(), leafId: "a1" }
    assert.strictEqual(after(chat, leafChanged("b1")).leafId, "a1")
    const again = conversationOf([...chat.messages.values()], { leafId: "b1" })
    assert.strictEqual(withConversation(chat, again).leafId, "a1")
  })
})

describe("an answer that is being written", () => {
  it("grows with its events, and is complete with the last", () => {
    const chat = withEvents(reading(), "run-a1", eventsWriting("Half", " an"))
    assert.deepStrictEqual(shownTexts(chat), ["Question q1?", "Half an"])
    assert.strictEqual(lastStatus(chat)?.state, "running")
    const whole = withEvents(chat, "run-a1", eventsOfAnswer(["Half", " an", " answer"]).slice(5))
    assert.deepStrictEqual(shownTexts(whole).at(-1), "Half an answer")
    assert.strictEqual(lastStatus(whole)?.state, "complete")
  })

  it("begins anew with the event of number 0", () => {
    const chat = withEvents(reading(), "run-a1", eventsWriting("Half", " an"))
    assert.strictEqual(shownTexts(withEvents(chat, "run-a1", eventsWriting("Half an"))).at(-1), "Half an")
  })

  it("is as recorded once the server says that the run has ended", () => {
    const chat = withEvents(reading(), "run-a1", eventsWriting("Half"))
    const ended = after(chat, runChanged("a1", runOf("run-a1", "completed", ["Half an answer"])))
    assert.strictEqual(shownTexts(ended).at(-1), "Half an answer")
    assert.strictEqual(lastStatus(ended)?.state, "complete")
    assert.strictEqual(ended.reading.size, 0)
  })

  it("late events of a run that has ended change nothing", () => {
    const ended = after(reading(), runChanged("a1", runOf("run-a1", "completed", ["An answer"])))
    assert.strictEqual(withEvents(ended, "run-a1", eventsWriting("Late")), ended)
  })

  it("keeps what was read when the chat is read anew", () => {
    const chat = withEvents(reading(), "run-a1", eventsWriting("Half"))
    const again = withConversation(chat, conversationOf([questionOf("q1"), running("a1", "q1")]))
    assert.strictEqual(shownTexts(again).at(-1), "Half")
    assert.strictEqual(again.reading.get("run-a1")?.next, 4)
  })

  it("that goes on after an interruption keeps what was seen on the screen", () => {
    const stopped = after(reading(), runChanged("a1", runOf("run-a1", "interrupted", ["Half", " an"])))
    assert.strictEqual(lastStatus(stopped)?.state, "interrupted")
    for (const chat of [
      after(stopped, runChanged("a1", runOf("run-a1", "running"))),
      withConversation(stopped, conversationOf([questionOf("q1"), running("a1", "q1")])),
    ]) {
      assert.strictEqual(shownTexts(chat).at(-1), "Half an")
      assert.strictEqual(lastStatus(chat)?.state, "running")
      // How many events its record has joined is not known.
      assert.strictEqual(chat.reading.get("run-a1")?.next, 0)
    }
  })
})

describe("a question on its way", () => {
  const asked = () => withAsk(opened(...oneTurn), askOf(2, "a1"), startedAt)

  it("is shown at once, with an answer that runs", () => {
    assert.deepStrictEqual(shownTexts(asked()), ["Question q1?", "One.", "Question q2?", ""])
    assert.strictEqual(lastStatus(asked())?.state, "running")
  })

  it("names the chat that it makes", () =>
    assert.strictEqual(withAsk(emptyChat("chat", "ready"), askOf(1), startedAt).title, "Question q1?"))

  it("stays when the chat is read anew and the server has it not", () => {
    const again = withConversation(asked(), conversationOf(oneTurn))
    assert.deepStrictEqual(shownTexts(again), ["Question q1?", "One.", "Question q2?", ""])
    assert.strictEqual(again.asks.size, 1)
  })

  it.each([
    [
      "its messages",
      (chat: OpenChat) => after(chat, messagesAdded(questionOf("q2", "a1"), running("a2", "q2"))),
    ],
    [
      "the chat",
      (chat: OpenChat) =>
        withConversation(chat, conversationOf([...oneTurn, questionOf("q2", "a1"), running("a2", "q2")])),
    ],
    ["the call's answer", (chat: OpenChat) => withAskTaken(chat, "a2")],
  ])("has arrived when %s say so, also after it seemed to have failed", (_, arrives) => {
    const failed = withAskFailed(asked(), "a2", { sentence: "No line.", at: startedAt })
    const chat = arrives(failed)
    assert.strictEqual(chat.asks.size, 0)
    assert.strictEqual(lastStatus(chat)?.state, "running")
    assert.deepStrictEqual(shownTexts(chat), ["Question q1?", "One.", "Question q2?", ""])
  })

  it("that could not be sent stays, with the reason and a way to try again", () => {
    const status = lastStatus(withAskFailed(asked(), "a2", { sentence: "No line.", at: startedAt }))
    assert.deepInclude(status?.state === "failed" && status.error, {
      sentence: "No line.",
      remedy: { kind: "try-again" },
    })
  })

  it("is tried again as the same", () => {
    const failed = withAskFailed(asked(), "a2", { sentence: "No line.", at: startedAt })
    const again = withAsk(failed, askOf(2, "a1"), startedAt)
    assert.strictEqual(lastStatus(again)?.state, "running")
    assert.lengthOf(shownIn(again), 4)
  })

  it("is not left behind when another window goes elsewhere", () => {
    const failed = withAskFailed(asked(), "a2", { sentence: "No line.", at: startedAt })
    const changed = after(failed, messagesAdded(answered("b1", "q1", "Another.")), leafChanged("b1"))
    assert.strictEqual(shownTexts(changed).at(-2), "Question q2?")
  })

  it("that was taken back leaves nothing", () => {
    const chat = withoutAsk(asked(), { request: askOf(2, "a1") })
    assert.deepStrictEqual(shownTexts(chat), ["Question q1?", "One."])
    assert.deepStrictEqual([...chat.messages.keys()], ["q1", "a1"])
  })

  it("for another answer that was taken back leaves its question", () => {
    const { question: _, ...request } = { ...askOf(2), questionId: "q1" }
    const chat = withoutAsk(withAsk(opened(...oneTurn), request, startedAt), { request })
    assert.deepStrictEqual([...chat.messages.keys()], ["q1", "a1"])
    assert.strictEqual(chat.leafId, "q1")
  })

  it("a chat that was new is saved when the server tells of it", () => {
    const chat = withAsk(emptyChat("chat", "ready"), askOf(1), startedAt)
    assert.isFalse(chat.isSaved)
    assert.isTrue(after(chat, { type: "conversation-changed", summary: summaryOf({ leafId: "a1" }) }).isSaved)
  })
})
