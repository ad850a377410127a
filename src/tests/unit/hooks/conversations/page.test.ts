/** The page over real chats in memory: what it shows, what it asks for, and what survives leaving, reloads and a lost line. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as TestClock from "effect/testing/TestClock"
import { defaults as draftDefaults } from "@/hooks/conversations/drafts"
import { isBeingWritten } from "@/hooks/conversations/openChat"
import type { Page } from "@/hooks/conversations/page"
import { live, newStore, pass, type Life } from "@/tests/support/keptChats"
import { askOf, lastStatus, shownTexts } from "@/tests/support/openChats"
import { pageOf } from "@/tests/support/pageOfChats"
import { answers, drips, makeWorld, type Move } from "@/tests/support/world"

const sentence = "The sky is blue because air scatters blue light."

const moment = pass("1 second")

/** A server whose only vendor plays these moves, and a page that follows it and looks at the chat. */
const opened = (...moves: ReadonlyArray<Move>) =>
  Effect.gen(function* () {
    const store = newStore()
    const { chats, die } = yield* live(makeWorld({ openai: moves }), store)
    const first = yield* pageOf(chats)
    first.page.follow()
    const leave = first.page.look("chat")
    yield* moment
    return { ...first, chats, leave, die, store }
  })

const asked = (...moves: ReadonlyArray<Move>) =>
  Effect.gen(function* () {
    const all = yield* opened(...moves)
    all.page.ask(askOf(1))
    yield* moment
    return all
  })

const textsIn = (page: Page) => shownTexts(page.store.chat("chat"))
const listed = (page: Page) => page.store.getState().list.summaries.map(({ id, title }) => [id, title])

/** Another window on the same chat. */
const another = (chats: Life["chats"]) =>
  Effect.gen(function* () {
    const { page } = yield* pageOf(chats)
    page.follow()
    page.look("chat")
    yield* moment
    return page
  })

const answering = (page: Page) => {
  const message = page.store.chat("chat")?.messages.get("a1")
  if (message === undefined || !isBeingWritten(message)) throw new Error("nothing is being written")
  return message
}

describe("asking", () => {
  it.effect("shows the question at once, then the answer, the chat in the list and what it used", () =>
    Effect.gen(function* () {
      const { page } = yield* opened(answers(sentence))
      page.ask(askOf(1))
      assert.deepStrictEqual(textsIn(page), ["Question q1?", ""])
      yield* moment
      assert.deepStrictEqual(textsIn(page), ["Question q1?", sentence])
      assert.deepStrictEqual(listed(page), [["chat", "Question q1?"]])
      assert.strictEqual(page.store.chat("chat")?.usage[0]?.attempts, 1)
      assert.strictEqual(page.store.chat("chat")?.asks.size, 0)
    }),
  )

  it.effect("the new chat's name is another one as soon as it is used", () =>
    Effect.gen(function* () {
      const { page } = yield* opened(answers(sentence))
      const { newChatId } = page.store.getState()
      page.look(newChatId)
      assert.deepStrictEqual(page.store.chat(newChatId)?.state, { status: "ready" })
      page.ask({ ...askOf(1), conversationId: newChatId })
      assert.notStrictEqual(page.store.getState().newChatId, newChatId)
      yield* moment
      assert.deepStrictEqual(shownTexts(page.store.chat(newChatId)), ["Question q1?", sentence])
    }),
  )

  it.effect("a chat that is left before the first word has its answer when it is looked at again", () =>
    Effect.gen(function* () {
      const { page, leave } = yield* opened(drips(sentence, "1 second"))
      page.ask(askOf(1))
      leave()
      yield* pass("3 seconds")
      assert.isUndefined(page.store.chat("chat"))
      page.look("chat")
      yield* moment
      assert.match(textsIn(page)[1] ?? "", /^The sky/)
      yield* pass("1 minute")
      assert.deepStrictEqual(textsIn(page), ["Question q1?", sentence])
    }),
  )

  it.effect("another window sees the same answer grow, and stops it", () =>
    Effect.gen(function* () {
      const { page, chats } = yield* asked(drips(sentence, "1 second"))
      const other = yield* another(chats)
      yield* pass("3 seconds")
      assert.match(textsIn(other)[1] ?? "", /^The sky/)
      assert.deepStrictEqual(textsIn(other), textsIn(page))
      other.stop(answering(other))
      yield* moment
      for (const window of [page, other]) {
        assert.strictEqual(lastStatus(window.store.chat("chat"))?.state, "stopped")
        assert.match(textsIn(window)[1] ?? "", /^The sky/)
      }
    }),
  )

  it.effect("a question that is stopped on its way is stopped once it has arrived", () =>
    Effect.gen(function* () {
      const { page } = yield* opened(drips(sentence, "1 second"))
      page.ask(askOf(1))
      page.stop(answering(page))
      yield* moment
      assert.strictEqual(lastStatus(page.store.chat("chat"))?.state, "stopped")
    }),
  )

  it.effect("an answer that the server left in the middle goes on when it is continued", () =>
    Effect.gen(function* () {
      const { page: before, store, die } = yield* asked(drips(sentence, "1 second"))
      yield* pass("4 seconds")
      const [, seen = ""] = textsIn(before)
      assert.match(seen, /^The sky is/)
      yield* die
      const rest = makeWorld({ openai: [answers(sentence.slice(seen.length))] })
      const again = yield* live(rest, store, { afterRestart: "ask" })
      const page = yield* another(again.chats)
      assert.strictEqual(lastStatus(page.store.chat("chat"))?.state, "interrupted")
      assert.deepStrictEqual(textsIn(page), ["Question q1?", seen])
      page.resume("chat", "a1")
      yield* moment
      assert.deepStrictEqual(textsIn(page), ["Question q1?", sentence])
      assert.strictEqual(lastStatus(page.store.chat("chat"))?.state, "complete")
    }),
  )
})

describe("what happens while a chat is being opened", () => {
  it.effect("is not lost, though the server read the chat before", () =>
    Effect.gen(function* () {
      const { chats } = yield* asked(answers(sentence), answers("More."))
      const slow = {
        ...chats,
        open: (id: string) => Effect.tap(chats.open(id), () => Effect.sleep("5 seconds")),
      }
      const { page } = yield* pageOf(slow)
      page.follow()
      page.look("chat")
      yield* moment
      yield* chats.ask(askOf(2, "a1"))
      yield* pass("10 seconds")
      assert.deepStrictEqual(textsIn(page), ["Question q1?", sentence, "Question q2?", "More."])
      assert.strictEqual(lastStatus(page.store.chat("chat"))?.state, "complete")
    }),
  )
})

describe("a line that is cut", () => {
  it.effect("a question that cannot be sent stays and is answered once when it is tried again", () =>
    Effect.gen(function* () {
      const { page, line, chats } = yield* opened(answers(sentence))
      line.isCut = true
      page.ask(askOf(1))
      yield* moment
      assert.strictEqual(textsIn(page)[0], "Question q1?")
      const status = lastStatus(page.store.chat("chat"))
      assert.strictEqual(status?.state === "failed" && status.error.sentence, "The server does not answer.")
      line.isCut = false
      page.ask(askOf(1))
      page.ask(askOf(1))
      yield* moment
      assert.deepStrictEqual(textsIn(page), ["Question q1?", sentence])
      assert.lengthOf((yield* chats.open("chat")).messages, 2)
    }),
  )

  it.effect("a question that could not be sent is in the composer after a reload", () =>
    Effect.gen(function* () {
      const { page, line, chats, texts } = yield* opened(answers(sentence))
      page.write("chat", "Why is the sky blue?")
      line.isCut = true
      page.ask(askOf(1, undefined, "Why is the sky blue?"))
      yield* moment
      assert.strictEqual(page.store.chat("chat")?.draft, "")
      const reloaded = yield* pageOf(chats, texts)
      reloaded.page.look("chat")
      yield* moment
      assert.strictEqual(reloaded.page.store.chat("chat")?.draft, "Why is the sky blue?")
      assert.strictEqual(reloaded.page.store.chat("chat")?.state.status, "ready")
    }),
  )

  it.effect("one that could not be sent is there when the chat is left and looked at again", () =>
    Effect.gen(function* () {
      const { page, line, leave } = yield* opened(answers(sentence))
      line.isCut = true
      page.ask(askOf(1))
      yield* moment
      leave()
      page.look("chat")
      yield* moment
      assert.strictEqual(textsIn(page)[0], "Question q1?")
    }),
  )

  it.effect("what could not be changed is taken back, with a sentence", () =>
    Effect.gen(function* () {
      const { page, line } = yield* asked(answers(sentence))
      line.isCut = true
      page.rename("chat", "Blue")
      assert.deepStrictEqual(listed(page), [["chat", "Blue"]])
      yield* moment
      assert.deepStrictEqual(listed(page), [["chat", "Question q1?"]])
      assert.strictEqual(page.store.getState().problem, "The server does not answer.")
      page.remove("chat")
      assert.deepStrictEqual(listed(page), [])
      yield* moment
      assert.deepStrictEqual(listed(page), [["chat", "Question q1?"]])
      assert.isUndefined(page.store.getState().removed)
    }),
  )
})

describe("drafts", () => {
  it.effect("go to the server after a pause, and are there in another window", () =>
    Effect.gen(function* () {
      const { page, chats, texts } = yield* asked(answers(sentence))
      page.write("chat", "And wh")
      yield* TestClock.adjust("100 millis")
      page.write("chat", "And why")
      assert.strictEqual(page.store.chat("chat")?.draft, "And why")
      assert.strictEqual((yield* chats.open("chat")).draft, "")
      assert.strictEqual(texts.get("chat"), "And why")
      yield* TestClock.adjust(draftDefaults.pause)
      assert.strictEqual((yield* chats.open("chat")).draft, "And why")
      assert.isFalse(texts.has("chat"))
      assert.strictEqual((yield* another(chats)).store.chat("chat")?.draft, "And why")
    }),
  )

  it.effect("a reload before the pause is over loses nothing", () =>
    Effect.gen(function* () {
      const { page, chats, texts } = yield* asked(answers(sentence))
      page.write("chat", "And why")
      const reloaded = yield* pageOf(chats, texts)
      reloaded.page.look("chat")
      yield* moment
      assert.strictEqual(reloaded.page.store.chat("chat")?.draft, "And why")
    }),
  )

  it.effect(
    "stay when another question is edited or asked again, and go with the question that they became",
    () =>
      Effect.gen(function* () {
        const { page, chats } = yield* asked(answers(sentence))
        page.write("chat", "And why")
        yield* moment
        page.ask({ ...askOf(2, undefined, "Why not?"), conversationId: "chat" })
        yield* moment
        assert.strictEqual(page.store.chat("chat")?.draft, "And why")
        assert.strictEqual((yield* chats.open("chat")).draft, "And why")
        page.ask({ ...askOf(3, undefined, "And why"), conversationId: "chat" })
        yield* moment
        assert.strictEqual(page.store.chat("chat")?.draft, "")
        assert.strictEqual((yield* chats.open("chat")).draft, "")
      }),
  )

  it.effect("a chat that is not made yet has one too, and no question that was sent comes back as one", () =>
    Effect.gen(function* () {
      const { chats, texts, page } = yield* opened(answers(sentence))
      const { newChatId } = page.store.getState()
      page.look(newChatId)
      page.write(newChatId, "Why")
      const reloaded = yield* pageOf(chats, texts)
      const { newChatId: next } = reloaded.page.store.getState()
      reloaded.page.look(next)
      assert.strictEqual(reloaded.page.store.chat(next)?.draft, "Why")
      reloaded.page.write(next, "Why?")
      reloaded.page.ask({ ...askOf(1, undefined, "Why?"), conversationId: next })
      yield* moment
      assert.strictEqual(texts.size, 0)
    }),
  )
})

describe("the list", () => {
  it.effect("renames, pins, removes and takes that back, in every window", () =>
    Effect.gen(function* () {
      const { page, chats } = yield* asked(answers(sentence))
      const other = yield* another(chats)
      page.rename("chat", "  Blue  ")
      page.setPinned("chat", true)
      yield* moment
      assert.deepStrictEqual(listed(other), [["chat", "Blue"]])
      assert.isTrue(other.store.getState().list.summaries[0]?.pinned)
      assert.strictEqual(other.store.chat("chat")?.title, "Blue")
      page.remove("chat")
      assert.deepStrictEqual(listed(page), [])
      yield* moment
      assert.deepStrictEqual(listed(other), [])
      assert.strictEqual(other.store.chat("chat")?.state.status, "failed")
      assert.strictEqual(page.store.getState().removed?.title, "Blue")
      page.undoRemove()
      yield* moment
      for (const window of [page, other]) {
        assert.deepStrictEqual(listed(window), [["chat", "Blue"]])
        assert.strictEqual(window.store.chat("chat")?.state.status, "ready")
      }
      assert.isUndefined(page.store.getState().removed)
    }),
  )

  it.effect("a blank title changes nothing", () =>
    Effect.gen(function* () {
      const { page } = yield* asked(answers(sentence))
      page.rename("chat", "  ")
      yield* moment
      assert.deepStrictEqual(listed(page), [["chat", "Question q1?"]])
    }),
  )
})

describe("branches", () => {
  it.effect("one that is chosen here is shown in other windows and after a reload", () =>
    Effect.gen(function* () {
      const { page, chats } = yield* asked(answers("One."), answers("Another."))
      const { question: _, ...again } = askOf(2)
      page.ask({ ...again, questionId: "q1" })
      yield* moment
      const other = yield* another(chats)
      assert.deepStrictEqual(textsIn(other), ["Question q1?", "Another."])
      page.selectBranch("chat", "a1")
      assert.deepStrictEqual(textsIn(page), ["Question q1?", "One."])
      yield* moment
      assert.deepStrictEqual(textsIn(other), ["Question q1?", "One."])
      assert.deepStrictEqual(textsIn(yield* another(chats)), ["Question q1?", "One."])
    }),
  )
})

describe("a message that is sought", () => {
  it.effect("changes no branch when it is shown already, or when there is none of that name", () =>
    Effect.gen(function* () {
      const { page, chats } = yield* asked(answers("One."), answers("Another."))
      const { question: _, ...again } = askOf(2)
      page.ask({ ...again, questionId: "q1" })
      yield* moment
      page.selectBranch("chat", "a1")
      page.selectBranch("chat", "q1")
      page.selectBranch("chat", "nobody")
      assert.deepStrictEqual(textsIn(page), ["Question q1?", "One."])
      yield* moment
      assert.strictEqual((yield* chats.open("chat")).summary.leafId, "a1")
    }),
  )
})

describe("a chat that is not there", () => {
  it.effect("says so, whatever stands in the address", () =>
    Effect.gen(function* () {
      const { page } = yield* opened(answers(sentence))
      const state = page.store.chat("chat")?.state
      assert.strictEqual(
        state?.status === "failed" && state.sentence,
        "There is no such chat. It may have been deleted.",
      )
    }),
  )
})
