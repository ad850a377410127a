import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import type { ArchivePart } from "@/services/conversations/archive/ArchivePart"
import { ConversationArchive } from "@/services/conversations/archive/ConversationArchive"
import { ConversationArchiveLive } from "@/services/conversations/archive/ConversationArchiveLive"
import { defaults } from "@/services/conversations/archive/ImportProgress"
import { limits } from "@/services/conversations/archive/limits"
import { ChangeFeed, ChangeFeedLive } from "@/services/conversations/ChangeFeed"
import {
  ConversationStore,
  StoreError,
  type WholeConversation,
} from "@/services/conversations/ConversationStore"
import { layerMemoryStore } from "@/services/conversations/memoryStore"
import { conversationsIn, partsOf, randomWhole, rescued } from "../../../../support/archives"
import { chatGptChat, chatGptOf, claudeChat } from "../../../../support/foreignExports"
import { seededDice } from "../../../../support/randomTexts"
import { plain } from "../../../../support/storedConversations"

const archives = ConversationArchiveLive.pipe(Layer.provideMerge(ChangeFeedLive))
const overMemory = archives.pipe(Layer.provideMerge(layerMemoryStore))
const elsewhere = Effect.provide(Layer.fresh(overMemory))

const conversationOf = (value: unknown): ArchivePart => ({
  type: "conversation",
  json: JSON.stringify(value),
})

const importing = (parts: Stream.Stream<ArchivePart>) =>
  Effect.flatMap(ConversationArchive, (archive) => Stream.runCollect(archive.import(parts)))

/** The result. */
const imported = (...values: ReadonlyArray<unknown>) =>
  Effect.map(importing(Stream.fromIterable(values.map(conversationOf))), (progress) => progress.at(-1))

const exported = (ids?: ReadonlyArray<string>) =>
  Effect.flatMap(ConversationArchive, (archive) => Stream.mkString(archive.exportJson(ids)))

const stored = (id: string) =>
  Effect.map(
    Effect.flatMap(ConversationStore, (store) => store.whole(id)),
    (whole) => whole && plain(whole),
  )
const ids = Effect.flatMap(ConversationStore, (store) => store.ids)
const put = (whole: WholeConversation) => Effect.flatMap(ConversationStore, (store) => store.put(whole))

const counts = (
  progress: { readonly added: number; readonly alreadyHere: number; readonly failed: number } | undefined,
) => [progress?.added, progress?.alreadyHere, progress?.failed]

describe("conversations that were exported", () => {
  it.effect("are the same where they are imported", () =>
    Effect.gen(function* () {
      const wholes = [1, 2, 3, 4, 5, 6, 7, 8].map((seed) => randomWhole(seededDice(seed), `chat-${seed}`))
      const file = yield* Effect.andThen(Effect.forEach(wholes, put), exported()).pipe(elsewhere)
      const parts = yield* partsOf(file)
      const progress = yield* importing(Stream.fromIterable(parts))
      assert.deepStrictEqual(counts(progress.at(-1)), [8, 0, 0])
      for (const whole of wholes) assert.deepStrictEqual(yield* stored(whole.conversation.id), plain(whole))
      assert.deepStrictEqual(counts((yield* importing(Stream.fromIterable(parts))).at(-1)), [0, 8, 0])
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("are a document that says what it is", () =>
    Effect.gen(function* () {
      yield* put(rescued)
      const [first, ...lines] = (yield* exported(["chat"])).split("\n")
      assert.strictEqual(
        first,
        '{"format":"commander-conversations","version":1,"exportedAt":"1970-01-01T00:00:00.000Z","conversations":[',
      )
      assert.match(lines.join("\n"), /^\{"conversation":\{"id":"chat".*\}\n\]\}\n$/)
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect(
    "are an empty document when there are none, and an error when one that was asked for is not there",
    () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(conversationsIn(yield* partsOf(yield* exported())), [])
        const error = yield* Effect.flip(exported(["nobody"]))
        assert.strictEqual(error.reason, "NotFound")
        const archive = yield* ConversationArchive
        assert.strictEqual((yield* Effect.flip(archive.exportMarkdown("nobody"))).reason, "NotFound")
      }).pipe(Effect.provide(overMemory)),
  )

  it.effect("do not begin to run again", () =>
    Effect.gen(function* () {
      const running = {
        ...rescued,
        messages: rescued.messages.map((message) =>
          message.id === "a" ? { ...message, text: "" } : message,
        ),
        runs: rescued.runs.map((run) => ({
          ...run,
          status: "running" as const,
          events: run.events.slice(0, 4),
        })),
      }
      const file = yield* Effect.andThen(put(running), exported()).pipe(elsewhere)
      yield* importing(Stream.fromIterable(yield* partsOf(file)))
      const store = yield* ConversationStore
      assert.deepStrictEqual(yield* store.runningRuns, [])
      assert.strictEqual((yield* store.run("r"))?.status, "interrupted")
    }).pipe(Effect.provide(overMemory)),
  )
})

describe("conversations that are sent in", () => {
  it.effect("are recognised one by one", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(counts(yield* imported(chatGptChat, claudeChat)), [2, 0, 0])
      assert.deepStrictEqual(counts(yield* imported(claudeChat, chatGptChat)), [0, 2, 0])
      assert.strictEqual((yield* ids).length, 2)
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("stand beside others of their id, once each", () =>
    Effect.gen(function* () {
      const grown = chatGptOf([{ id: "q1", content: { content_type: "text", parts: ["Other"] } }])
      yield* imported(chatGptChat)
      const before = yield* stored(`chatgpt:${chatGptChat.conversation_id}`)
      assert.deepStrictEqual(counts(yield* imported(grown)), [1, 0, 0])
      assert.deepStrictEqual(counts(yield* imported(grown, chatGptChat)), [0, 2, 0])
      assert.deepStrictEqual(yield* stored(`chatgpt:${chatGptChat.conversation_id}`), before)
      const copy = yield* stored(`chatgpt:${chatGptChat.conversation_id}.copy-2`)
      assert.deepStrictEqual(
        copy?.messages.map(({ text }) => text),
        ["Other"],
      )
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("come back when they were deleted", () =>
    Effect.gen(function* () {
      const store = yield* ConversationStore
      yield* put(rescued)
      const parts = yield* partsOf(yield* exported())
      yield* store.setDeleted("chat", 1)
      assert.deepStrictEqual(counts((yield* importing(Stream.fromIterable(parts))).at(-1)), [1, 0, 0])
      assert.deepStrictEqual(yield* ids, ["chat"])
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("that cannot be read are named, and the others go on", () =>
    Effect.gen(function* () {
      const progress = yield* imported(
        chatGptOf([], { title: "Empty" }),
        { conversation: { title: "Half" }, messages: [] },
        { hello: "world" },
        claudeChat,
      )
      assert.deepStrictEqual(
        progress?.failures.map(({ title, why }) => [title, why.slice(0, 30)]),
        [
          ["Empty", "it has no messages"],
          ["Half", "it is not whole: Missing key\n "],
          ["(without a title)", "it is no conversation of Comma"],
        ],
      )
      assert.deepStrictEqual(counts(progress), [1, 0, 3])
      assert.strictEqual(progress?.read, 4)
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("are counted, but not named without end", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: defaults.namedFailures + 5 }, () => chatGptOf([]))
      const progress = yield* imported(...many)
      assert.deepStrictEqual(
        [progress?.failed, progress?.failures.length],
        [many.length, defaults.namedFailures],
      )
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("of a program that nobody knows are refused at the first of them", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(imported({ hello: "world" }, claudeChat))
      assert.strictEqual(error.reason, "InvalidRequest")
      assert.match(error.message, /^This is no export of Commander, ChatGPT or Claude; nothing was imported/)
      assert.deepStrictEqual(yield* ids, [])
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("of one id are kept up to a limit", () =>
    Effect.gen(function* () {
      const different = Array.from({ length: limits.copies + 1 }, (_, index) =>
        chatGptOf([{ id: "q", content: { content_type: "text", parts: [`Question ${index}`] } }]),
      )
      assert.deepStrictEqual(counts(yield* imported(...different)), [limits.copies, 0, 1])
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("make every viewer read anew, also when the import is left", () =>
    Effect.gen(function* () {
      const { changes } = yield* ChangeFeed
      const viewer = yield* Effect.forkChild(Stream.runCollect(Stream.take(changes, 3)), {
        startImmediately: true,
      })
      yield* imported(claudeChat)
      const left = yield* Effect.forkChild(
        importing(Stream.concat(Stream.make(conversationOf(chatGptChat)), Stream.never)),
        { startImmediately: true },
      )
      yield* Effect.yieldNow
      yield* Effect.yieldNow
      yield* Fiber.interrupt(left)
      assert.deepStrictEqual(
        (yield* Fiber.join(viewer)).map(({ type }) => type),
        ["resynchronise", "resynchronise", "resynchronise"],
      )
      assert.strictEqual((yield* ids).length, 2)
    }).pipe(Effect.provide(overMemory)),
  )

  it.effect("that the store does not take are named; a full store ends the import", () => {
    const failing = (reason: StoreError["reason"]) =>
      Layer.effect(
        ConversationStore,
        Effect.map(ConversationStore, (store) => ({
          ...store,
          put: (whole: WholeConversation) =>
            whole.conversation.title === "Recipes"
              ? Effect.fail(new StoreError({ reason, message: "no" }))
              : store.put(whole),
        })),
      ).pipe(Layer.provide(layerMemoryStore))
    const over = (reason: StoreError["reason"]) => Effect.provide(Layer.provide(archives, failing(reason)))
    return Effect.gen(function* () {
      const progress = yield* imported(claudeChat, chatGptChat).pipe(over("Failed"))
      assert.deepStrictEqual(progress?.failures, [{ title: "Recipes", why: "no" }])
      assert.strictEqual(progress?.added, 1)
      const error = yield* Effect.flip(imported(chatGptChat, claudeChat).pipe(over("Full")))
      assert.deepStrictEqual([error.reason, error.message], ["StoreFailed", "no"])
    })
  })
})
