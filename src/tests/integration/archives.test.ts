/** Conversations that leave through one server's doors and come in through another's. */
import { request, type ClientRequest } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { strToU8, zipSync } from "fflate"
import { exportAddress, importArchive } from "@/client/conversationArchive"
import { layerSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { importAddress, importProgressAddress } from "@/services/conversations/archive/archiveRoutes"
import { layerMemoryStore } from "@/services/conversations/memoryStore"
import { conversationsIn, partsOf, randomWhole, rescued } from "../support/archives"
import { startArchiveServer } from "../support/archiveServer"
import { chatGptChat, chatGptOf, claudeChat, textContent } from "../support/foreignExports"
import { seededDice } from "../support/randomTexts"
import { send } from "../support/rawHttp"
import { plain } from "../support/storedConversations"
import { temporaryFolder } from "../support/temporaryFolder"

const server = Effect.suspend(() => startArchiveServer(Layer.fresh(layerMemoryStore)))

const sqliteServer = Effect.flatMap(temporaryFolder, (folder) =>
  startArchiveServer(layerSqliteStore({ folder })),
)

const wholes = [1, 2, 3, 4, 5].map((seed) => randomWhole(seededDice(seed), `chat-${seed}`))

const imported = (file: Blob, url: string) =>
  Effect.map(Stream.runCollect(importArchive(file, url)), (told) => told.at(-1))

const fetched = (address: string) =>
  Effect.promise(async () => {
    const response = await fetch(address)
    return { status: response.status, headers: response.headers, text: await response.text() }
  })

describe("a download", () => {
  it.live("of everything is what another server takes in, to the last event", () =>
    Effect.gen(function* () {
      const [from, to] = [yield* server, yield* sqliteServer]
      yield* Effect.forEach(wholes, from.store.put)
      const { headers, text } = yield* fetched(from.url + exportAddress(undefined, "json"))
      assert.match(
        headers.get("content-disposition") ?? "",
        /filename="commander-conversations-\d{4}-\d\d-\d\d\.json"/,
      )
      const progress = yield* imported(new Blob([text]), to.url)
      assert.deepInclude(progress, { read: 5, added: 5, bytesRead: Buffer.byteLength(text) })
      for (const whole of wholes) {
        const there = yield* to.store.whole(whole.conversation.id)
        assert.deepStrictEqual(there && plain(there), plain(whole))
      }
      assert.deepInclude(yield* imported(new Blob([text]), to.url), { read: 5, alreadyHere: 5, added: 0 })
    }),
  )

  it.live("of one conversation is named after it", () =>
    Effect.gen(function* () {
      const { url, store } = yield* server
      yield* store.put(rescued)
      const markdown = yield* fetched(url + exportAddress("chat", "markdown"))
      assert.strictEqual(markdown.headers.get("content-type"), "text/markdown; charset=utf-8")
      assert.match(markdown.headers.get("content-disposition") ?? "", /^attachment; filename="Fjords\.md"/)
      assert.match(markdown.text, /^# Fjords\n/)
      const json = yield* fetched(url + exportAddress("chat", "json"))
      assert.deepStrictEqual(conversationsIn(yield* partsOf(json.text)).length, 1)
    }),
  )

  it.live("of what is not there is refused with a sentence", () =>
    Effect.gen(function* () {
      const { url, port } = yield* server
      for (const format of ["json", "markdown"] as const) {
        const { status, text } = yield* fetched(url + exportAddress("no body", format))
        assert.strictEqual(status, 404)
        assert.match(text, /no such chat/)
      }
      assert.strictEqual((yield* fetched(`${url}/api/conversations/chat/export.pdf`)).status, 404)
      const stranger = { path: exportAddress(undefined, "json"), headers: { origin: "http://evil.example" } }
      assert.strictEqual((yield* send(port, stranger)).status, 403)
    }),
  )
})

describe("a file that is sent in", () => {
  it.live("may be a zip file", () =>
    Effect.gen(function* () {
      const { url, store } = yield* server
      const zipped = zipSync({ "conversations.json": strToU8(JSON.stringify([chatGptChat, claudeChat])) })
      assert.deepInclude(yield* imported(new Blob([zipped]), url), { read: 2, added: 2 })
      assert.strictEqual((yield* store.ids).length, 2)
    }),
  )

  it.live("that is no export is refused, although it is long", () =>
    Effect.gen(function* () {
      const { url, store } = yield* server
      const error = yield* Effect.flip(imported(new Blob([new Uint8Array(30_000_000)]), url))
      assert.strictEqual(error.reason, "InvalidRequest")
      assert.match(error.message, /^This is no export of Commander/)
      assert.deepStrictEqual(yield* store.ids, [])
    }),
  )

  it.live("that is cut off leaves in what was whole, and says so", () =>
    Effect.gen(function* () {
      const { url, store } = yield* server
      const text = JSON.stringify([chatGptChat, claudeChat])
      const error = yield* Effect.flip(imported(new Blob([text.slice(0, -100)]), url))
      assert.match(error.message, /ends in the middle.* What was read before that is in\.$/)
      assert.strictEqual((yield* store.ids).length, 1)
    }),
  )

  it.live("that is too long is refused before it is read", () =>
    Effect.gen(function* () {
      const { port } = yield* server
      const headers = { "content-length": String(3 * 1024 ** 3) }
      const { status, body } = yield* send(port, {
        method: "POST",
        path: importAddress("i"),
        headers,
        body: "[",
      })
      assert.strictEqual(status, 413)
      assert.match(body, /larger than 2 GB/)
    }),
  )

  it.live("cannot be sent by another site's page", () =>
    Effect.gen(function* () {
      const { port } = yield* server
      const headers = { origin: "http://evil.example" }
      const path = importAddress("i")
      assert.strictEqual((yield* send(port, { method: "POST", path, headers, body: "[]" })).status, 403)
    }),
  )

  it.live("tells a page that the server is gone", () =>
    Effect.map(Effect.flip(imported(new Blob(["[]"]), "http://127.0.0.1:1")), (error) =>
      assert.strictEqual(error.reason, "Disconnected"),
    ),
  )

  it.live("tells how far it is, and stops where its sender leaves", () =>
    Effect.gen(function* () {
      const { url, store } = yield* server
      const asked = request(url + importAddress("mine"), { method: "POST" })
      asked.on("error", () => {})
      yield* Effect.promise(() => written(asked, `[${chats(20)}`))
      const progress = fetched(url + importProgressAddress("mine"))
      yield* Effect.repeat(progress, {
        until: ({ text }) => /"bytesRead":[5-9]\d{5},"read":[1-9]/.test(text),
      })
      yield* Effect.repeat(store.ids, { until: ({ length }) => length === 20 })
      asked.destroy()
      yield* Effect.repeat(progress, { until: ({ status }) => status === 204 })
      assert.strictEqual((yield* store.ids).length, 20)
    }),
  )
})

const chats = (count: number): string =>
  Array.from({ length: count }, (_, index) =>
    JSON.stringify(
      chatGptOf([{ id: "q", content: textContent("x".repeat(40_000)) }], { conversation_id: `c${index}` }),
    ),
  ).join(",")

const written = (asked: ClientRequest, text: string): Promise<void> =>
  new Promise((resolve) => asked.write(text, () => resolve()))
