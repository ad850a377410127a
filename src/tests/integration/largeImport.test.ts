/** Exports of many megabytes, made while they are sent. */
import { request } from "node:http"
import { Readable } from "node:stream"
import { pipeline } from "node:stream/promises"
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import { layerSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { exportAddress, importAddress } from "@/services/conversations/archive/archiveRoutes"
import { ImportProgress } from "@/services/conversations/archive/ImportProgress"
import { ConversationStore } from "@/services/conversations/ConversationStore"
import { layerMemoryStore } from "@/services/conversations/memoryStore"
import { rescued } from "../support/archives"
import { startArchiveServer } from "../support/archiveServer"
import { chatGptOf, textContent } from "../support/foreignExports"
import { randomText, seededDice } from "../support/randomTexts"
import { temporaryFolder } from "../support/temporaryFolder"

const megabyte = 1024 ** 2

/** Conversations of some 100 kB each. */
const exportOf = function* (bytes: number): Generator<string> {
  const dice = seededDice(7)
  const words = Array.from({ length: 200 }, () => randomText(dice)).join(" ")
  let made = 0
  for (let chat = 0; made < bytes; chat++) {
    const nodes = Array.from({ length: 40 }, (_, index) => ({
      id: `m${index}`,
      ...(index === 0 ? {} : { parent: `m${index - 1}` }),
      role: index % 2 === 0 ? "user" : "assistant",
      seconds: 1_600_000_000 + chat * 5000 + index * 60,
      content: textContent(words.slice(index * 7, index * 7 + 1500)),
    }))
    const json = JSON.stringify(chatGptOf(nodes, { conversation_id: `chat-${chat}` }))
    made += Buffer.byteLength(json)
    yield `${chat === 0 ? "[" : ","}${json}`
  }
  yield "]"
}

const decodeProgress = Schema.decodeUnknownEffect(Schema.fromJsonString(ImportProgress))

const sent = (server: string, file: Iterable<string>) =>
  Effect.promise(async () => {
    const asked = request(server + importAddress("large"), { method: "POST" })
    const answered = new Promise<string>((resolve, reject) => {
      asked.on("error", reject)
      asked.on("response", (response) => {
        response
          .setEncoding("utf8")
          .toArray()
          .then((pieces) => resolve(pieces.join("")), reject)
      })
    })
    await pipeline(Readable.from(file), asked)
    return answered
  }).pipe(Effect.flatMap(decodeProgress))

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

/** In bytes, of what is in use. */
const memory = (): number => {
  collectGarbage()
  const { heapUsed, external } = process.memoryUsage()
  return heapUsed + external
}

describe("a large file", () => {
  it.live("of 100 MB is taken in with the memory of a few conversations", () =>
    Effect.gen(function* () {
      const before = memory()
      let puts = 0
      let peak = 0
      const measuring = Layer.effect(
        ConversationStore,
        Effect.map(ConversationStore, (store) => ({
          ...store,
          put: () =>
            Effect.sync(() => {
              if (puts++ % 50 === 0) peak = Math.max(peak, memory() - before)
            }),
        })),
      ).pipe(Layer.provide(Layer.fresh(layerMemoryStore)))
      const { url } = yield* startArchiveServer(measuring)
      const progress = yield* sent(url, exportOf(100 * megabyte))
      assert.isAbove(progress.bytesRead, 100 * megabyte)
      assert.deepInclude(progress, { read: puts, added: puts, failed: 0 })
      assert.isBelow(peak, 50 * megabyte)
    }),
  )

  it.live("of 20 MB goes into the database while others are served", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { url, store } = yield* startArchiveServer(layerSqliteStore({ folder }))
      yield* store.put(rescued)
      const importing = yield* Effect.forkChild(sent(url, exportOf(20 * megabyte)), {
        startImmediately: true,
      })
      let served = 0
      yield* Effect.promise(() => fetch(url + exportAddress("chat", "markdown"))).pipe(
        Effect.andThen(Effect.sync(() => served++)),
        Effect.repeat({ while: () => importing.pollUnsafe() === undefined }),
      )
      const progress = yield* Fiber.join(importing)
      assert.isAbove(progress.added, 200)
      assert.strictEqual((yield* store.ids).length, progress.added + 1)
      assert.isAbove(served, 20)
    }),
  )
})
