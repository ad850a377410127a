import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import { strToU8, zipSync, type Zippable } from "fflate"
import { limits } from "@/services/conversations/archive/limits"
import type { ArchivePart } from "@/services/conversations/archive/ArchivePart"
import { readArchive } from "@/server/archive/readArchive"
import { conversationsIn, partsOf, streamOf } from "../../../support/archives"
import { bytesOf } from "../../../support/bytes"
import { chatGptChat, claudeChat } from "../../../support/foreignExports"

const chats = [chatGptChat, claudeChat, { title: 'a "quoted] {title\\', nested: [[{ "}": "ä€😀" }]] }]
const commander = (conversations: string, version = 1) =>
  `\uFEFF {"format":"commander-conversations","version":${version},"exportedAt":"x","conversations":[${conversations}]} `
const json = JSON.stringify(chats, undefined, 2)

const zipOf = (files: Zippable): Uint8Array =>
  zipSync({ "chat.html": strToU8("<html>".repeat(5000)), "user.json": strToU8("{}"), ...files })

/** Of a file in a zip that is as long as it is packed, in bytes (PKWARE APPNOTE §4.3.7). */
const headerOf = (name: string, size: number): Uint8Array => {
  const header = new DataView(new ArrayBuffer(30))
  header.setUint32(0, 0x04034b50, true)
  header.setUint32(18, size, true)
  header.setUint32(22, size, true)
  header.setUint16(26, name.length, true)
  return Uint8Array.of(...new Uint8Array(header.buffer), ...bytesOf(name))
}

const failureOf = (file: Uint8Array | string) =>
  Effect.map(Effect.flip(partsOf(file)), ({ message }) => message)

describe("a file of conversations", () => {
  it.effect("is taken apart into them", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(conversationsIn(yield* partsOf(json)), chats)
      const ours = commander(chats.map((chat) => JSON.stringify(chat)).join(","))
      assert.deepStrictEqual(conversationsIn(yield* partsOf(ours)), chats)
    }),
  )

  it.effect("may come in any pieces", () =>
    Effect.gen(function* () {
      const zipped = zipOf({ "export/conversations.json": strToU8(json) })
      for (const size of [1, 2, 3, 7, 100_000]) {
        assert.deepStrictEqual(conversationsIn(yield* partsOf(json, size)), chats)
        assert.deepStrictEqual(conversationsIn(yield* partsOf(zipped, size)), chats)
      }
    }),
  )

  it.effect("is found in a zip file, whatever else that holds", () =>
    Effect.gen(function* () {
      const zipped = zipOf({
        "conversations-000.json": [strToU8(JSON.stringify([chatGptChat])), { level: 0 }],
        "shared_conversations.json": strToU8('[{"id":"x"}]'),
        "conversations-001.json": strToU8(JSON.stringify([claudeChat])),
        "image.zip": [zipSync({ "a.txt": strToU8("a") }), { level: 0 }],
      })
      assert.deepStrictEqual(conversationsIn(yield* partsOf(zipped)), [chatGptChat, claudeChat])
    }),
  )

  it.effect("tells how much of it has been read, at last all", () =>
    Effect.gen(function* () {
      const long = JSON.stringify(Array.from({ length: 40 }, () => ({ title: "x".repeat(50_000) })))
      const positions = (yield* partsOf(long, 60_000)).flatMap((part) =>
        part.type === "position" ? [part.bytesRead] : [],
      )
      assert.isAbove(positions.length, 5)
      assert.deepStrictEqual(
        positions,
        positions.toSorted((one, other) => one - other),
      )
      assert.strictEqual(positions.at(-1), long.length)
    }),
  )

  it.effect("may be empty of conversations", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(conversationsIn(yield* partsOf("[ ]")), [])
      assert.deepStrictEqual(conversationsIn(yield* partsOf(commander(""))), [])
    }),
  )
})

describe("a file that is something else", () => {
  const foreign: ReadonlyArray<readonly [string, string | Uint8Array]> = [
    ["empty", ""],
    ["text", "Dear diary"],
    ["a picture", new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a])],
    ["a list of numbers", "[1, 2]"],
    ["another object", '{"users": [{"name": "x"}]}'],
    ["an object of our format without conversations", '{"format":"commander-conversations","version":1}'],
    ["a zip without conversations", zipOf({})],
    ["an endless string", `{"format": "${"x".repeat(limits.shell + 1)}`],
  ]
  it.effect.each(foreign)("is refused: %s", ([, file]) =>
    Effect.map(failureOf(file), (message) => assert.match(message, /^This is no export of Commander/)),
  )

  it.effect("is refused when a newer Commander wrote it", () =>
    Effect.map(failureOf(commander(JSON.stringify(claudeChat), 2)), (message) =>
      assert.match(message, /newer Commander/),
    ),
  )
})

describe("a file that is damaged", () => {
  /** What was found before the error. */
  const found = (file: Uint8Array | string) =>
    Effect.gen(function* () {
      const parts: Array<ArchivePart> = []
      const reading = Stream.runForEach(readArchive(streamOf(file)), (part) =>
        Effect.sync(() => parts.push(part)),
      )
      const { message } = yield* Effect.flip(reading)
      return { message, parts }
    })

  it.effect("gives what is whole before its end, and says that it ends too early", () =>
    Effect.gen(function* () {
      const cut = json.slice(0, json.indexOf("Flour"))
      const { message, parts } = yield* found(cut)
      assert.match(message, /ends in the middle/)
      assert.deepStrictEqual(conversationsIn(parts), [chatGptChat])
      assert.deepInclude(parts.at(-1), { type: "position", bytesRead: bytesOf(cut).length })
    }),
  )

  it.effect("says so when there is something else between its conversations", () =>
    Effect.gen(function* () {
      const { message, parts } = yield* found(json.replace("},\n  {", "} oops {"))
      assert.match(message, /damaged/)
      assert.strictEqual(conversationsIn(parts).length, 3)
    }),
  )

  it.effect("says so of a zip file that was cut off or changed", () =>
    Effect.gen(function* () {
      const zipped = zipOf({ "conversations.json": strToU8(json) })
      const start = zipped.length - 600
      assert.match((yield* found(zipped.subarray(0, start))).message, /zip file is damaged/)
      assert.match(
        (yield* found(zipped.fill(0xff, start - 200, start - 100))).message,
        /damaged|ends in the middle/,
      )
    }),
  )
})

describe("a file that is too much", () => {
  it.effect("is read without the conversations that are too large or too deep", () =>
    Effect.gen(function* () {
      const large = `{"title": "Large", "text": "${"x".repeat(limits.conversation)}"}`
      const deep = `{"name": "Deep", "a": ${"[".repeat(limits.depth)}${"]".repeat(limits.depth)}}`
      const parts = yield* partsOf(`[${large},${deep},{"title": "Good"}]`, 60_000)
      assert.deepStrictEqual(
        parts.filter(({ type }) => type !== "position"),
        [
          { type: "unreadable", title: "Large", why: "it is larger than 32 MB" },
          { type: "unreadable", title: "Deep", why: "its JSON is nested more than 200 levels deep" },
          { type: "conversation", json: '{"title": "Good"}' },
        ],
      )
    }),
  )

  it.effect("is refused when it unpacks to far more than it is", () =>
    Effect.gen(function* () {
      const bomb = zipSync({
        "conversations.json": bytesOf(`[{"title":"${"x".repeat(limits.unpackedUnsuspected)}`),
      })
      assert.match(yield* failureOf(bomb), /unpacks to more/)
    }),
  )

  it.effect("is refused when it is longer than any archive", () =>
    Effect.gen(function* () {
      const piece = new Uint8Array(1024 ** 2).fill(0x20)
      const endless = Stream.concat(
        Stream.make(headerOf("film.mp4", 0xfffffff0)),
        Stream.forever(Stream.make(piece)),
      )
      const { message } = yield* Effect.flip(Stream.runDrain(readArchive(endless)))
      assert.match(message, /larger than 2 GB/)
    }),
  )
})
