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

describe("x", () => { T("cycle", () => Effect.gen(function* () {
  const store = yield* shelterOf(yield* makeSqliteStore({ folder: yield* temporaryFolder }))
  const world = makeWorld({ openai: [answers(sentence)] })
  const { chats } = yield* live(world, store)
  console.log("Q asked", yield* chats.ask(question("Y?", { runId: "run-3", conversationId: "chat-3", questionId: "z", answerId: "z" }))); yield* moment
  console.log("Q state", JSON.stringify((yield* Stream.runCollect(Stream.take(store.state, 1)))).slice(0,160))
  console.log("Q now the next question")
  yield* chats.ask(question("N?", { runId: "run-4", conversationId: "chat-3", questionId: "q4", answerId: "a4", question: { parentId: "z", text: "N?" } }))
  console.log("Q survived")
})) })
