/** The messages of a conversation, and what of them is sent to a model. */
import { assert, describe, it } from "@effect/vitest"
import { newAnswer } from "@/hooks/ai/answerReducer"
import type { AnswerView, UserMessageView } from "@/hooks/ai/chatState"
import {
  conversationReducer,
  toChatMessages,
  untilLastQuestion,
  type Messages,
} from "@/hooks/ai/conversationReducer"
import {
  answerStarted,
  attemptStarted,
  completed,
  eventsOf,
  openai,
  planStarted,
  record,
  startedAt,
  text,
} from "@/tests/support/planEvents"

const question = (id: string, words: string): UserMessageView => ({ role: "user", id, text: words })
const answer = (id: string): AnswerView => newAnswer(id, { provider: "openai" }, startedAt)

const asked = (messages: Messages, number: number): Messages =>
  conversationReducer(messages, {
    type: "asked",
    question: question(`question-${number}`, `Question ${number}?`),
    answer: answer(`answer-${number}`),
  })

const answered = (messages: Messages, number: number, words: string): Messages =>
  conversationReducer(messages, {
    type: "events",
    answerId: `answer-${number}`,
    events: eventsOf([
      planStarted(openai),
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text(words),
      completed(openai, record(1, openai)),
    ]),
  })

const twoTurns = answered(asked(answered(asked([], 0), 0, "First."), 1), 1, "Second.")
const textsOf = (messages: Messages): ReadonlyArray<string> => messages.map((message) => message.text)

describe("conversationReducer", () => {
  it("a question comes with its empty answer", () => {
    const messages = asked([], 0)
    assert.deepStrictEqual(textsOf(messages), ["Question 0?", ""])
    assert.strictEqual(messages[1]?.role === "assistant" && messages[1].status.state, "running")
  })

  it("events go to their answer alone", () =>
    assert.deepStrictEqual(textsOf(twoTurns), ["Question 0?", "First.", "Question 1?", "Second."]))

  it("messages that did not change keep their identity", () => {
    const before = asked(answered(asked([], 0), 0, "First."), 1)
    const after = answered(before, 1, "Second.")
    assert.deepStrictEqual(
      after.map((message, index) => message === before[index]),
      [true, true, true, false],
    )
    const stopped = conversationReducer(before, { type: "stopped", answerId: "answer-1", at: startedAt + 1 })
    assert.deepStrictEqual(
      stopped.map((message, index) => message === before[index]),
      [true, true, true, false],
    )
  })

  it("asking again takes the last answer's place and keeps all before it", () => {
    const again = conversationReducer(twoTurns, { type: "asked-again", answer: answer("answer-2") })
    assert.deepStrictEqual(textsOf(again), ["Question 0?", "First.", "Question 1?", ""])
    assert.deepStrictEqual(
      again.slice(0, 3).map((message, index) => message === twoTurns[index]),
      [true, true, true],
    )
  })

  it("events of an answer that was replaced go nowhere", () => {
    const again = conversationReducer(twoTurns, { type: "asked-again", answer: answer("answer-2") })
    assert.deepStrictEqual(answered(again, 1, "Late."), again)
  })

  it("stopping closes the answer with what it has", () => {
    const running = conversationReducer(asked([], 0), {
      type: "events",
      answerId: "answer-0",
      events: eventsOf([
        planStarted(openai),
        attemptStarted(1, openai),
        answerStarted(1, openai),
        text("Half"),
      ]),
    })
    const stopped = conversationReducer(running, {
      type: "stopped",
      answerId: "answer-0",
      at: startedAt + 99,
    }).at(-1)
    assert.strictEqual(stopped?.text, "Half")
    assert.deepStrictEqual(stopped?.role === "assistant" && stopped.status, {
      state: "stopped",
      duration: 99,
    })
  })
})

describe("untilLastQuestion", () => {
  it("ends with the last question", () => {
    assert.deepStrictEqual(textsOf(untilLastQuestion(twoTurns)), ["Question 0?", "First.", "Question 1?"])
    assert.deepStrictEqual(untilLastQuestion([]), [])
  })
})

describe("toChatMessages", () => {
  it("sends what was shown, with its roles", () =>
    assert.deepStrictEqual(toChatMessages(twoTurns), [
      { role: "user", content: "Question 0?" },
      { role: "assistant", content: "First." },
      { role: "user", content: "Question 1?" },
      { role: "assistant", content: "Second." },
    ]))

  it("leaves out answers that never began, which some vendors refuse", () =>
    assert.deepStrictEqual(toChatMessages(asked(asked([], 0), 1)), [
      { role: "user", content: "Question 0?" },
      { role: "user", content: "Question 1?" },
    ]))
})
