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
    const world = makeWorld({ openai: [stallsAfter("The sky is blue "), drips(sentence, "20 millis")] })
    const first = yield* live(world, store)
    const a = yield* pageOf(first.chats)
    a.page.follow(); a.page.look("chat"); yield* moment
    a.page.ask(askOf(1)); yield* moment; yield* first.die
    const { chats } = yield* live(world, store, { afterRestart: "ask" }); yield* moment
    const { page } = yield* pageOf(chats)
    page.follow(); page.look("chat"); yield* moment
    console.log("M before", JSON.stringify(shownTexts(page.store.chat("chat"))), lastStatus(page.store.chat("chat"))?.state)
    page.resume("chat", "a1")
    for (let i = 0; i < 6; i++) { yield* pass("40 millis"); const r = page.store.chat("chat")?.reading.get([...page.store.chat("chat")!.reading.keys()][0] ?? ""); console.log("M streaming", JSON.stringify(r?.view.text), r?.view.status.state) }
    yield* moment
    console.log("M after", JSON.stringify(shownTexts(page.store.chat("chat"))), lastStatus(page.store.chat("chat"))?.state)
  }))
})
