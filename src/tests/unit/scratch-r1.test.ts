import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { StoreError } from "@/services/conversations/ConversationStore"
import { live, newStore, numbersOf, pass, question, reading, textOf } from "@/tests/support/keptChats"
import { answers, chooses, drips, makeWorld, stallsAfter } from "@/tests/support/world"
import { makeFailingStore } from "@/tests/support/failingStore"
import { shelterOf } from "@/services/conversations/shelter"

const sentence = "The sky is blue because air scatters blue light."
const moment = pass("1 second")
const sl = (s: any, ms: string, keys: string[]) => {
  const o: any = { ...s }
  for (const k of keys) o[k] = (...a: any[]) => Effect.andThen(Effect.sleep(ms as any), s[k](...a))
  return o
}
const T = (n: string, f: () => Effect.Effect<any, any, any>) => it.effect(n, f as any, 30000)


import { makeSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { encodeEvents, decodeEvents } from "@/services/conversations/eventCodec"
import { compacted } from "@/services/conversations/compaction"
import { AIProviderError } from "@/services/ai/core/AIProviderError"
import { endingOf as handEnding, turnOf as handTurn, eventsWriting } from "@/tests/support/storedConversations"
import { makeLiveRun, show, close } from "@/services/conversations/runLog/liveRun"
import { readRun } from "@/services/conversations/runLog/readRun"
describe("scratch", () => {


  T("M real page", () => Effect.gen(function* () {
    const { pageOf } = yield* Effect.promise(() => import("@/tests/support/pageOfChats"))
    const { askOf, lastStatus, shownTexts } = yield* Effect.promise(() => import("@/tests/support/openChats"))
    const store = newStore()
    const world = makeWorld({ openai: [stallsAfter("The sky is blue "), answers(sentence)] })
    const first = yield* live(world, store)
    const a = yield* pageOf(first.chats)
    a.page.follow(); a.page.look("chat"); yield* moment
    a.page.ask(askOf(1)); yield* moment; yield* first.die
    const { chats } = yield* live(world, store, { afterRestart: "ask" }); yield* moment
    const { page } = yield* pageOf(chats)
    page.follow(); page.look("chat"); yield* moment
    console.log("M before", JSON.stringify(shownTexts(page.store.chat("chat"))), lastStatus(page.store.chat("chat"))?.state)
    page.resume("chat", "a1")
    for (let i = 0; i < 5; i++) { yield* pass("10 millis"); const r = page.store.chat("chat")?.reading.get([...page.store.chat("chat")!.reading.keys()][0] ?? ""); console.log("M streaming", JSON.stringify(r?.view.text), r?.view.status.state) }
    yield* moment
    console.log("M after", JSON.stringify(shownTexts(page.store.chat("chat"))), lastStatus(page.store.chat("chat"))?.state)
  }))
  T("N seen, not on disk, killed, resumed: reader ahead of the log", () => Effect.gen(function* () {
    const primary = makeFailingStore()
    const world = makeWorld({ openai: [drips("The sky is blue because ONE two three four five six seven eight nine ten", "1 second"), answers("The sky is green since A B C D E F G H I J K L M")] })
    const life1 = yield* shelterOf(primary)
    const first = yield* live(world, life1)
    yield* first.chats.ask(question("Why?"))
    const r = yield* reading(first.chats)
    yield* pass("5 seconds"); primary.failWrites("Full"); yield* pass("5 seconds")
    yield* first.die
    const inside = primary.inside
    const second = yield* live(world, inside)
    const back = yield* reading(second.chats, "run-1", r.events.at(-1)!.sequence + 1)
    yield* pass("5 seconds")
    console.log("N seen", JSON.stringify(textOf(r.events)), "then", JSON.stringify(textOf(back.events)), back.events.at(-1)?.type)
    console.log("N saved", JSON.stringify((yield* second.chats.open("chat-1")).messages[1]?.text))
  }))
  T("O deferred: restore after import over a deleted chat; begin clears deleted?", () => Effect.gen(function* () {
    const store = yield* makeSqliteStore({ folder: yield* temporaryFolder })
    const t = handTurn()
    yield* store.begin(t); yield* store.finish(handEnding(t, { pieces: ["whole answer"] }))
    yield* store.finish({ ...handEnding(t, { pieces: ["other"] }), status: "stopped" })
    console.log("O finish twice:", (yield* store.run(t.run.id))?.status, (yield* store.messages("chat"))[1]?.text)
    const t2 = handTurn({ number: 2, parentId: "chat-a1" })
    yield* store.setDeleted("chat", 5)
    yield* store.begin(t2)
    console.log("O begin in deleted ok; conversation", yield* store.conversation("chat"), "runningRuns", (yield* store.runningRuns).length)
  }))
  T("P defect in follow", () => Effect.gen(function* () {
    const inner = newStore()
    const store: any = { ...inner, append: () => Effect.die("boom") }
    const world = makeWorld({ openai: [answers(sentence)] })
    const { chats } = yield* live(world, store)
    yield* chats.ask(question("Why?")); yield* moment
    const s = yield* Effect.forkChild(chats.stop("run-1")); yield* pass("1 minute")
    console.log("P stop returned", s.pollUnsafe() !== undefined)
  }))
})
