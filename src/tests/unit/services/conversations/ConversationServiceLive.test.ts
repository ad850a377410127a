import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import type { Change } from "@/services/conversations/Conversation"
import { defaults } from "@/services/conversations/ConversationServiceLive"
import { live, newStore, numbersOf, pass, question, reading, textOf } from "@/tests/support/keptChats"
import { answers, drips, makeWorld, refuses, stallsAfter } from "@/tests/support/world"

const sentence = "The sky is blue because air scatters blue light."

const moment = pass("1 second")
const gapless = (events: ReadonlyArray<{ readonly sequence: number }>) =>
  Array.from(events, (_, index) => index)

describe("a question", () => {
  it.effect("is answered, and both are there for whoever opens the chat", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers(sentence)] })
      const { chats } = yield* live(world, newStore())
      assert.strictEqual(yield* chats.ask(question("Why is the sky blue?")), "running")
      const { events, ended } = yield* reading(chats)
      yield* moment
      yield* ended
      assert.deepStrictEqual(numbersOf(events), gapless(events))
      assert.strictEqual(events[0]?.type, "plan-started")
      assert.strictEqual(events.at(-1)?.type, "plan-completed")
      assert.strictEqual(textOf(events), sentence)

      const { summary, messages } = yield* chats.open("chat-1")
      assert.strictEqual(summary.title, "Why is the sky blue?")
      assert.strictEqual(summary.leafId, "answer-1")
      assert.isFalse(summary.isRunning)
      assert.deepStrictEqual(
        messages.map(({ id, parentId, text }) => [id, parentId, text]),
        [
          ["question-1", undefined, "Why is the sky blue?"],
          ["answer-1", "question-1", sentence],
        ],
      )
      assert.strictEqual(messages[1]?.run?.status, "completed")
      assert.include(messages[1]?.run?.events, "plan-completed")
    }),
  )

  it.effect("that is asked again under the same name is answered once", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sentence, "100 millis")] })
      const { chats } = yield* live(world, newStore())
      const statuses = yield* Effect.all([chats.ask(question("Why?")), chats.ask(question("Why?"))], {
        concurrency: "unbounded",
      })
      assert.deepStrictEqual(statuses, ["running", "running"])
      yield* pass("1 minute")
      assert.strictEqual(yield* chats.ask(question("Why?")), "completed")
      assert.lengthOf(world.calls, 1)
      assert.lengthOf((yield* chats.open("chat-1")).messages, 2)
    }),
  )

  it.effect("goes on when whoever asked it has left", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sentence, "100 millis")] })
      const { chats } = yield* live(world, newStore())
      const page = yield* Effect.forkChild(
        Effect.andThen(
          chats.ask(question("Why?")),
          Stream.runDrain(chats.attach({ runId: "run-1", from: 0 })),
        ),
      )
      yield* pass("500 millis")
      yield* Fiber.interrupt(page)
      yield* pass("1 minute")
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.text, sentence)
    }),
  )

  it.effect("is sent with the way that leads to it, and with no other branch", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers("One."), answers("Another."), answers("Two.")] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("First?"))
      yield* moment
      const again = question("", { runId: "run-2", answerId: "answer-2" })
      yield* chats.ask({
        runId: again.runId,
        conversationId: again.conversationId,
        questionId: again.questionId,
        answerId: again.answerId,
        preferredProvider: again.preferredProvider,
      })
      yield* moment
      yield* chats.ask(
        question("Second?", {
          runId: "run-3",
          questionId: "question-3",
          question: { parentId: "answer-2", text: "Second?" },
          answerId: "answer-3",
        }),
      )
      yield* moment
      assert.deepStrictEqual(world.calls.map(({ body }) => body["messages"]).slice(1), [
        [{ role: "user", content: "First?" }],
        [
          { role: "user", content: "First?" },
          { role: "assistant", content: "Another." },
          { role: "user", content: "Second?" },
        ],
      ])
      const { messages } = yield* chats.open("chat-1")
      assert.deepStrictEqual(
        messages.filter(({ parentId }) => parentId === "question-1").map(({ id }) => id),
        ["answer-1", "answer-2"],
      )
    }),
  )

  it.effect.each([
    ["without a word", question("  "), "InvalidRequest"],
    [
      "after a message that is not there",
      question("Why?", { question: { parentId: "nowhere", text: "Why?" } }),
      "NotFound",
    ],
  ] as const)("%s is refused, and nothing is kept of it", ([, request, reason]) =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({}), newStore())
      assert.strictEqual((yield* Effect.flip(chats.ask(request))).reason, reason)
      assert.strictEqual((yield* Effect.flip(chats.open("chat-1"))).reason, "NotFound")
      assert.strictEqual(
        (yield* Effect.flip(Stream.runDrain(chats.attach({ runId: "run-1", from: 0 })))).reason,
        "NotFound",
      )
    }),
  )

  it.effect("cannot follow a message of another chat", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [answers(sentence)] }), newStore())
      yield* chats.ask(question("Why?"))
      const error = yield* Effect.flip(
        chats.ask({
          ...question("And?"),
          runId: "run-2",
          conversationId: "chat-2",
          questionId: "question-2",
          question: { parentId: "answer-1", text: "And?" },
          answerId: "answer-2",
        }),
      )
      assert.strictEqual(error.reason, "InvalidRequest")
    }),
  )
})

describe("what must not be asked", () => {
  it.effect("a question in a chat that was deleted is refused, and the deleted chat stays whole", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [answers(sentence)] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("Why?"))
      yield* moment
      yield* chats.remove("chat-1")
      const further = { runId: "run-2", questionId: "question-2", answerId: "answer-2" }
      const afterIt = { ...further, question: { parentId: "answer-1", text: "And?" } }
      assert.strictEqual((yield* Effect.flip(chats.ask(question("", afterIt)))).reason, "NotFound")
      // Without a parent it is the store that knows the chat.
      assert.strictEqual(
        (yield* Effect.flip(chats.ask(question("Another?", further)))).reason,
        "InvalidRequest",
      )
      yield* moment
      assert.lengthOf(world.calls, 1)
      yield* chats.restore("chat-1")
      assert.lengthOf((yield* chats.open("chat-1")).messages, 2)
    }),
  )

  it.effect.each([
    question("Why?", { answerId: "question-1" }),
    question("Why?", { question: { parentId: "question-1", text: "Why?" } }),
    question("Why?", { question: { parentId: "answer-1", text: "Why?" } }),
  ])("two messages of one name (%#)", (request) =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({}), newStore())
      assert.strictEqual((yield* Effect.flip(chats.ask(request))).reason, "InvalidRequest")
    }),
  )
})

describe("readers", () => {
  it.effect("who come late get everything, those who come back get the rest, and all see the same", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sentence, "100 millis")] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("Why?"))
      const first = yield* reading(chats)
      yield* pass("550 millis")
      const seen = first.events.length
      assert.isAbove(textOf(first.events).length, 0)
      const late = yield* reading(chats)
      const back = yield* reading(chats, "run-1", seen)
      yield* pass("1 minute")
      yield* Effect.all([first.ended, late.ended, back.ended])
      assert.deepStrictEqual(late.events, first.events)
      assert.deepStrictEqual(back.events, first.events.slice(seen))
      assert.lengthOf(world.calls, 1)
    }),
  )

  it.effect("who are slow hold nobody up, and miss nothing of an answer longer than memory holds", () =>
    Effect.gen(function* () {
      const text = Array.from({ length: 5000 }, (_, index) => `w${index} `).join("")
      const { chats } = yield* live(makeWorld({ openai: [drips(text, "1 millis")] }), newStore())
      yield* chats.ask(question("Why?"))
      let slowText = ""
      const slow = yield* Effect.forkChild(
        Stream.runForEachArray(chats.attach({ runId: "run-1", from: 0 }), (events) =>
          Effect.andThen(
            Effect.sync(() => {
              if (events[0].sequence === 0) slowText = ""
              slowText += textOf(events)
            }),
            Effect.sleep("5 seconds"),
          ),
        ),
      )
      const quick = yield* reading(chats)
      yield* pass("12 seconds")
      yield* quick.ended
      assert.strictEqual(textOf(quick.events), text)
      yield* pass("10 minutes")
      yield* Fiber.join(slow)
      assert.strictEqual(slowText, text)
    }),
  )

  it.effect("who have seen more than there is, of a log that is lost, begin anew", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [stallsAfter("The sky"), answers(sentence)] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("Why?"))
      yield* moment
      const ahead = yield* reading(chats, "run-1", 500)
      yield* moment
      assert.strictEqual(ahead.events[0]?.type, "plan-started")
      yield* chats.stop("run-1")
      const later = yield* reading(chats, "run-1", 500)
      yield* moment
      assert.strictEqual(textOf(later.events), "The sky")
    }),
  )

  it.effect("of a run that has ended get its compacted record, whole even from the middle of a text", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [drips(sentence, "10 millis")] }), newStore())
      yield* chats.ask(question("Why?"))
      const { events } = yield* reading(chats)
      yield* pass("1 minute")
      const inside = events.findIndex(({ type }) => type === "text-delta") + 2
      const anew = yield* reading(chats, "run-1", inside)
      const nothing = yield* reading(chats, "run-1", events.length)
      yield* moment
      assert.strictEqual(anew.events[0]?.type, "plan-started")
      assert.strictEqual(textOf(anew.events), sentence)
      assert.lengthOf(
        anew.events.filter(({ type }) => type === "text-delta"),
        1,
      )
      yield* nothing.ended
      assert.lengthOf(nothing.events, 0)
    }),
  )
})

describe("stop", () => {
  it.effect("ends the run for everybody, closes the provider's request and keeps what was said", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [stallsAfter("The sky is")] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("Why?"))
      const { events, ended } = yield* reading(chats)
      yield* moment
      assert.strictEqual(world.open(), 1)
      yield* chats.stop("run-1")
      yield* ended
      assert.strictEqual(world.open(), 0)
      const last = events.at(-1)
      assert.strictEqual(
        last?.type === "plan-failed" && last.error._tag === "AIProviderError" && last.error.reason,
        "Aborted",
      )
      assert.deepStrictEqual(numbersOf(events), gapless(events))
      const [, answer] = (yield* chats.open("chat-1")).messages
      assert.strictEqual(answer?.text, "The sky is")
      assert.strictEqual(answer?.run?.status, "stopped")
      const { usage } = chats
      const [row] = yield* usage({ by: "model", limit: 10 })
      assert.strictEqual(row?.attempts, 1)
      assert.isAbove(row?.outputTokens ?? 0, 0)
    }),
  )

  it.effect("twice at once ends it once", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [stallsAfter("The sky is")] }), newStore())
      yield* chats.ask(question("Why?"))
      const { events, ended } = yield* reading(chats)
      yield* moment
      yield* Effect.all([chats.stop("run-1"), chats.stop("run-1"), chats.remove("chat-1")], {
        concurrency: "unbounded",
      })
      yield* ended
      assert.lengthOf(
        events.filter(({ type }) => type === "plan-failed"),
        1,
      )
      assert.strictEqual(events.at(-1)?.type, "plan-failed")
    }),
  )

  it.effect("of a run that has ended changes nothing; of one that nobody knows is an error", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [answers(sentence)] }), newStore())
      yield* chats.ask(question("Why?"))
      yield* moment
      yield* chats.stop("run-1")
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.run?.status, "completed")
      assert.strictEqual((yield* Effect.flip(chats.stop("run-2"))).reason, "NotFound")
    }),
  )
})

describe("a process that dies in the middle of an answer", () => {
  it.effect("is followed by one that finishes it: what was seen stays, nothing repeats", () =>
    Effect.gen(function* () {
      const store = newStore()
      const rest = sentence.slice(sentence.indexOf("because"))
      const world = makeWorld({
        openai: [stallsAfter("The sky is blue "), answers(`The sky is blue ${rest}`)],
      })
      const first = yield* live(world, store)
      yield* first.chats.ask(question("Why?"))
      const before = yield* reading(first.chats)
      yield* moment
      assert.strictEqual(textOf(before.events), "The sky is blue ")
      yield* first.die

      const second = yield* live(world, store)
      const after = yield* reading(second.chats, "run-1", before.events.length)
      yield* moment
      yield* after.ended
      const whole = [...before.events, ...after.events]
      assert.deepStrictEqual(numbersOf(whole), gapless(whole))
      assert.strictEqual(textOf(whole), sentence)
      assert.strictEqual(whole.at(-1)?.type, "plan-completed")
      assert.include(
        whole.map(({ type }) => type),
        "answer-resumed",
      )
      assert.deepStrictEqual(world.asked(), ["openai", "openai"])
    }),
  )

  it.effect("leaves the question to be asked when the plan had not even begun", () =>
    Effect.gen(function* () {
      const store = newStore()
      const world = makeWorld({ openai: [answers(sentence)] })
      const first = yield* live(world, store)
      yield* first.chats.ask(question("Why?"))
      yield* first.die
      const { chats } = yield* live(world, store)
      yield* moment
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.text, sentence)
    }),
  )

  it.effect("leaves an interrupted answer where the user wants to be asked, and goes on when told to", () =>
    Effect.gen(function* () {
      const store = newStore()
      const world = makeWorld({ openai: [stallsAfter("The sky is blue "), answers(sentence)] })
      const first = yield* live(world, store)
      yield* first.chats.ask(question("Why?"))
      yield* moment
      yield* first.die

      const { chats } = yield* live(world, store, { afterRestart: "ask" })
      const waiting = yield* reading(chats)
      yield* moment
      yield* waiting.ended
      assert.strictEqual(textOf(waiting.events), "The sky is blue ")
      assert.lengthOf(world.calls, 1)
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.run?.status, "interrupted")

      assert.strictEqual(yield* chats.resume("run-1"), "running")
      const { events, ended } = yield* reading(chats)
      yield* moment
      yield* ended
      assert.strictEqual(textOf(events), sentence)
      assert.strictEqual(yield* chats.resume("run-1"), "completed")
      assert.lengthOf(world.calls, 2)
    }),
  )

  it.effect("keeps the text of an interrupted answer for the questions after it", () =>
    Effect.gen(function* () {
      const store = newStore()
      const world = makeWorld({ openai: [stallsAfter("The sky is blue "), answers("Yes.")] })
      const first = yield* live(world, store)
      yield* first.chats.ask(question("Why?"))
      yield* moment
      yield* first.die
      const { chats } = yield* live(world, store, { afterRestart: "ask" })
      yield* moment
      yield* chats.ask(
        question("", {
          runId: "run-2",
          questionId: "question-2",
          question: { parentId: "answer-1", text: "Really?" },
          answerId: "answer-2",
        }),
      )
      yield* moment
      assert.deepStrictEqual(world.calls[1]?.body["messages"], [
        { role: "user", content: "Why?" },
        { role: "assistant", content: "The sky is blue " },
        { role: "user", content: "Really?" },
      ])
    }),
  )

  it.effect(
    "lets answers that wait for their turn be stopped, removed, and left when it is told to stop",
    () =>
      Effect.gen(function* () {
        const store = newStore()
        const count = defaults.resumedAtOnce + 4
        const world = makeWorld({ openai: [stallsAfter("The sky ")] })
        const first = yield* live(world, store)
        for (let index = 0; index < count; index += 1) {
          const name = `${index}`
          yield* first.chats.ask(
            question("Why?", {
              runId: `run-${name}`,
              conversationId: `chat-${name}`,
              questionId: `question-${name}`,
              answerId: `answer-${name}`,
            }),
          )
        }
        yield* moment
        yield* first.die
        const { chats, keeper } = yield* live(world, store, { grace: Duration.zero })
        yield* moment
        const asked = world.calls.length
        assert.strictEqual(asked, count + defaults.resumedAtOnce)
        const all = yield* Effect.forEach(yield* chats.list({ limit: 50 }), ({ id }) => chats.open(id))
        const logs = yield* Effect.forEach(all, ({ summary, messages }) =>
          Effect.map(store.run(messages[1]?.run?.id ?? ""), (run) => ({ id: summary.id, run })),
        )
        const [stopped, removed] = logs.filter(({ run }) => run?.starts === 1)
        yield* chats.stop(stopped?.run?.id ?? "")
        yield* chats.remove(removed?.id ?? "")
        yield* keeper.settle
        yield* moment
        assert.lengthOf(world.calls, asked)
        assert.strictEqual(world.open(), 0)
        assert.strictEqual((yield* chats.open(stopped?.id ?? "")).messages[1]?.run?.status, "stopped")
      }),
  )

  it.effect("does not begin a run for ever: one that may be the reason waits for the user", () =>
    Effect.gen(function* () {
      const store = newStore()
      const world = makeWorld({ openai: [stallsAfter("The sky")] })
      const first = yield* live(world, store)
      yield* first.chats.ask(question("Why?"))
      yield* moment
      yield* first.die
      for (let start = 1; start < defaults.starts; start += 1) {
        const next = yield* live(world, store)
        yield* moment
        yield* next.die
      }
      const asked = world.calls.length
      const { chats } = yield* live(world, store)
      yield* moment
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.run?.status, "interrupted")
      assert.lengthOf(world.calls, asked)
    }),
  )
})

describe("a process that is told to stop", () => {
  it.effect("lets answers end within the grace time and begins nothing new", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sentence, "100 millis")] })
      const { chats, keeper } = yield* live(world, newStore(), { grace: Duration.seconds(30) })
      yield* chats.ask(question("Why?"))
      const settling = yield* Effect.forkChild(keeper.settle)
      yield* moment
      assert.isUndefined(settling.pollUnsafe())
      const refused = chats.ask(question("And?", { runId: "run-2", conversationId: "chat-2" }))
      assert.strictEqual((yield* Effect.flip(refused)).reason, "Stopping")
      yield* pass("29 seconds")
      yield* Fiber.join(settling)
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.text, sentence)
    }),
  )

  it.effect("leaves longer answers where they stand, and the next one finishes them", () =>
    Effect.gen(function* () {
      const store = newStore()
      const world = makeWorld({ openai: [stallsAfter("The sky is blue "), answers(sentence)] })
      const first = yield* live(world, store, { grace: Duration.seconds(2) })
      yield* first.chats.ask(question("Why?"))
      const reader = yield* reading(first.chats)
      const settling = yield* Effect.forkChild(first.keeper.settle)
      yield* pass("3 seconds")
      yield* Fiber.join(settling)
      yield* reader.ended
      assert.strictEqual(textOf(reader.events), "The sky is blue ")
      yield* first.die
      const { chats } = yield* live(world, store)
      yield* moment
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.text, sentence)
    }),
  )
})

describe("chats", () => {
  it.effect("that are deleted stop answering, can be had back for a while, and are gone after it", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [stallsAfter("The sky is")] })
      const { chats } = yield* live(world, newStore())
      yield* chats.ask(question("Why?"))
      yield* moment
      yield* chats.remove("chat-1")
      assert.strictEqual(world.open(), 0)
      assert.deepStrictEqual(yield* chats.list({ limit: 10 }), [])
      assert.strictEqual((yield* Effect.flip(chats.open("chat-1"))).reason, "NotFound")
      yield* chats.restore("chat-1")
      assert.strictEqual((yield* chats.open("chat-1")).messages[1]?.text, "The sky is")
      yield* chats.remove("chat-1")
      yield* pass(Duration.sum(defaults.undoWindow, defaults.purgeInterval))
      assert.strictEqual((yield* Effect.flip(chats.restore("chat-1"))).reason, "NotFound")
    }),
  )

  it.effect("tell every viewer what has changed in them", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [answers(sentence)] }), newStore())
      const changes: Array<Change> = []
      yield* Effect.forkScoped(
        Stream.runForEach(chats.changes, (change) => Effect.sync(() => changes.push(change))),
      )
      yield* pass("1 millis")
      yield* chats.ask(question("Why?"))
      yield* moment
      yield* chats.update("chat-1", { title: "Sky", pinned: true })
      yield* chats.update("chat-1", { draft: "And then" })
      yield* chats.remove("chat-1")
      yield* moment
      const told = changes.map((change) => {
        if (change.type === "run-changed") return `${change.type} ${change.run.status}`
        if (change.type !== "conversation-changed") return change.type
        return `${change.type} ${change.summary.title} ${change.summary.isRunning ? "running" : "quiet"}`
      })
      assert.deepStrictEqual(told, [
        "resynchronise",
        "conversation-changed Why? running",
        "messages-added",
        "run-changed completed",
        "conversation-changed Why? quiet",
        "conversation-changed Sky quiet",
        "conversation-removed",
      ])
      assert.strictEqual((yield* Effect.flip(chats.update("chat-2", { title: "No" }))).reason, "NotFound")
    }),
  )

  it.effect("keep an answer that failed, with its attempts", () =>
    Effect.gen(function* () {
      const { chats } = yield* live(makeWorld({ openai: [refuses(400)] }), newStore())
      yield* chats.ask(question("Why?"))
      yield* moment
      const [, answer] = (yield* chats.open("chat-1")).messages
      assert.strictEqual(answer?.run?.status, "failed")
      assert.include(answer?.run?.events, "attempt-failed")
    }),
  )
})
