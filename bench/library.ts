/**
 * What a large library costs: 10,000 chats of 50 messages and one of 2,000, read through the service as a server has it, and
 * the calls that hold up everything else while they last. Exits with 1 when a limit is broken. `npm run bench:library`.
 */
import { mkdtempSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Schema from "effect/Schema"
import * as Stream from "effect/Stream"
import type { SearchQuery, UsageQuery } from "../src/services/conversations/Conversation.ts"
import { chatOf, idOf } from "./libraryChats.ts"
import { characters, letters, randomFrom, syllables, vocabulary } from "./libraryWords.ts"
import { servicesOver } from "./services.ts"
import { startUpstream } from "./upstream.ts"

const { Conversation, ConversationSummary, SearchHit, UsageRow } =
  await import("../src/services/conversations/Conversation.ts")
const { ConversationService } = await import("../src/services/conversations/ConversationService.ts")
const { ConversationStore } = await import("../src/services/conversations/ConversationStore.ts")
const { layerChats } = await import("../src/server/services.ts")
const { layerFileStore } = await import("../src/server/store/fileStore.ts")
const { markOpen } = await import("../src/server/store/sqlite/databaseFile.ts")
const { databaseFiles } = await import("../src/server/store/sqlite/databaseFiles.ts")

const chats = 10_000
const messages = 50
const messagesOfLongest = 2000
const longest = idOf(chats)
/** Of each kind, after `warmUp` that are not counted. */
const calls = 60
const warmUp = 5
/** Milliseconds, for 95 of 100 calls. */
const limits = { list: 50, search: 50, longest: 100 }
/** As the page asks. */
const asked = { list: 100, search: 50, usage: 1000 }

const upstream = await startUpstream({ tokens: 20, pace: 1 })
// On the disk of the checkout, not in a memory file system.
const folder = mkdtempSync(join(import.meta.dirname, "../node_modules/.cache/bench-"))
const file = join(folder, databaseFiles[0])
process.once("exit", () => {
  upstream.process.kill()
  rmSync(folder, { recursive: true, force: true })
})
const makeRuntime = () =>
  ManagedRuntime.make(
    layerChats(layerFileStore(folder)).pipe(Layer.provideMerge(servicesOver(upstream.port))),
  )
type Services = ManagedRuntime.ManagedRuntime.Services<ReturnType<typeof makeRuntime>>
let runtime = makeRuntime()

const timed = async (effect: Effect.Effect<unknown, unknown, Services>): Promise<number> => {
  const startedAt = performance.now()
  await runtime.runPromise(effect)
  return performance.now() - startedAt
}

const rank = (times: ReadonlyArray<number>, share: number): number =>
  times.toSorted((one, other) => one - other)[Math.floor((times.length - 1) * share)] ?? 0
const milliseconds = (time: number): string => time.toFixed(1).padStart(9)
let isWithin = true

interface Notes {
  readonly limit?: number | undefined
  /** Of the answer, in characters. */
  readonly length?: number
}

const row = (name: string, times: ReadonlyArray<number>, { limit, length }: Notes = {}): void => {
  const p95 = rank(times, 0.95)
  const verdict = limit === undefined ? "" : p95 < limit ? `< ${limit}` : `BROKEN: not < ${limit}`
  isWithin &&= limit === undefined || p95 < limit
  console.log(
    name.padEnd(48) +
      [rank(times, 0.5), p95, Math.max(...times)].map(milliseconds).join("") +
      (length === undefined ? "" : String(length)).padStart(9) +
      `  ${verdict}`,
  )
}

type Calls = (
  service: (typeof ConversationService)["Service"],
  index: number,
) => Effect.Effect<number, unknown>

const measure = async (name: string, call: Calls, limit?: number): Promise<void> => {
  const times: Array<number> = []
  const lengths: Array<number> = []
  for (let index = 0; index < warmUp + calls; index += 1) {
    const counted = Effect.map(
      Effect.flatMap(ConversationService, (service) => call(service, index)),
      (length) => lengths.push(length),
    )
    times.push(await timed(counted))
  }
  row(name, times.slice(warmUp), { limit, length: rank(lengths, 0.5) })
}

/** What is sent to the page, as text: its length tells that the call has found something. */
const answering = <S extends Schema.ConstraintEncoder<unknown>>(schema: S) => {
  const encode = Schema.encodeUnknownEffect(Schema.toCodecJson(schema))
  return <E>(effect: Effect.Effect<S["Type"], E>) =>
    Effect.map(Effect.flatMap(effect, encode), (encoded) => JSON.stringify(encoded).length)
}
const asConversation = answering(Conversation)
const asSummaries = answering(Schema.Array(ConversationSummary))
const asHits = answering(Schema.Array(SearchHit))
const asUsage = answering(Schema.Array(UsageRow))

// Built as an import builds it.
const buildStartedAt = performance.now()
const puts: Array<number> = []
for (let index = 0; index < chats; index += 1) {
  const chat = chatOf({ index, of: chats, messages })
  puts.push(await timed(Effect.flatMap(ConversationStore, ({ put }) => put(chat))))
}
const long = chatOf({ index: chats, of: chats, messages: messagesOfLongest })
const putLongest = await timed(Effect.flatMap(ConversationStore, ({ put }) => put(long)))
const buildTook = performance.now() - buildStartedAt

console.log(`${"milliseconds".padEnd(48)}   median      p95      max   length`)
const random = randomFrom(1)
const someNumber = (): number => Math.floor(random() * chats)
const someChat = (): string => idOf(someNumber())
const pick = (from: ReadonlyArray<string>, index: number): string => from[index % from.length] ?? ""

const firstPage: Calls = ({ list }) => asSummaries(list({ limit: asked.list }))
await measure("list: the first page", firstPage, limits.list)
await measure(
  "list: a later page",
  ({ list }) => {
    const { id, updatedAt } = chatOf({ index: someNumber(), of: chats, messages: 2 }).conversation
    return asSummaries(list({ limit: asked.list, after: { pinned: false, updatedAt, id } }))
  },
  limits.list,
)
await runtime.runPromise(
  Effect.flatMap(ConversationService, ({ update }) =>
    Effect.forEach(Array.from({ length: 100 }, someChat), (id) => update(id, { pinned: true })),
  ),
)
await measure("list: the first page, 100 are pinned", firstPage, limits.list)

const search = (name: string, textOf: (index: number) => SearchQuery["text"]) =>
  measure(
    `search: ${name}`,
    (service, index) => asHits(service.search({ text: textOf(index), limit: asked.search })),
    limits.search,
  )
await search("a rare word", (index) => pick(vocabulary, 60_000 + index * 37))
await search("a frequent word", (index) => pick(vocabulary, index % 10))
await search("two words", (index) => `${pick(vocabulary, 100 + index)} ${pick(vocabulary, 500 + index)}`)
await search(
  "two rare words",
  (index) => `${pick(vocabulary, 9000 + index)} ${pick(vocabulary, 20_000 + index)}`,
)
await search(
  "a frequent and a rare word",
  (index) => `${pick(vocabulary, index % 10)} ${pick(vocabulary, 60_000 + index)}`,
)
await search("the first letter of a word", (index) => pick(letters, index))
await search("the first two letters", (index) => pick(syllables, index * 7))
await search("the first three letters", (index) => pick(syllables, index * 7) + pick(letters, index))
await search("three letters, of a frequent word", (index) => pick(vocabulary, (index * 3) % 39).slice(0, 3))
await search("four letters, of a frequent word", (index) => pick(vocabulary, 2 + ((index * 3) % 36)))
await search("the first four letters", (index) => pick(syllables, index * 7) + pick(syllables, index * 13))
await search(
  "a word and the first letter of another",
  (index) => `${pick(vocabulary, 20 + index)} ${pick(letters, index)}`,
)
await search(
  "a rare word and one letter",
  (index) => `${pick(vocabulary, 60_000 + index)} ${pick(letters, index)}`,
)
await search("two Chinese characters", (index) => pick(characters, 5 + index) + pick(characters, 50 + index))
await search("one Chinese character", (index) => pick(characters, index * 20))
await search("what is nowhere", (index) => `${pick(vocabulary, index)} nowhere${index}`)
await search(
  "a whole title",
  (index) => chatOf({ index: index * 150 + 1, of: chats, messages: 2 }).conversation.title,
)

await measure("open: 50 messages", ({ open }) => asConversation(open(someChat())))
await measure("open: 2,000 messages", ({ open }) => asConversation(open(longest)), limits.longest)
for (const by of ["day", "model", "conversation"] satisfies ReadonlyArray<UsageQuery["by"]>)
  await measure(`usage: of everything, by ${by}`, ({ usage }) => asUsage(usage({ by, limit: asked.usage })))
await measure("usage: of one chat, by model", ({ usage }) =>
  asUsage(usage({ by: "model", conversationId: someChat(), limit: asked.usage })),
)

const asks: Array<number> = []
for (let index = 0; index < warmUp + calls; index += 1) {
  const runId = `asked-${index}`
  const request = {
    runId,
    conversationId: `asked-chat-${index}`,
    questionId: `asked-question-${index}`,
    question: { text: "Write twenty tokens." },
    answerId: `asked-answer-${index}`,
    preferredProvider: { key: "openai", modelName: "gpt-4.1" },
  }
  asks.push(await timed(Effect.flatMap(ConversationService, ({ ask }) => ask(request))))
  await timed(
    Effect.flatMap(ConversationService, ({ attach }) => Stream.runDrain(attach({ runId, from: 0 }))),
  )
}
row("ask, until the question is durable", asks.slice(warmUp))

row("put: 50 messages with 25 runs", puts)
row("put: 2,000 messages with 1,000 runs", [putLongest])
await timed(Effect.flatMap(ConversationService, ({ remove }) => remove(longest)))
row("purge: 2,000 messages with 1,000 runs", [
  await timed(
    Effect.gen(function* () {
      const { purge } = yield* ConversationStore
      yield* purge((yield* Clock.currentTimeMillis) + 1)
    }),
  ),
])

const opening = async (name: string): Promise<void> => {
  runtime = makeRuntime()
  row(name, [await timed(Effect.asVoid(ConversationStore))])
  await runtime.dispose()
}
await runtime.dispose()
await opening("start: after it was closed")
const database = new DatabaseSync(file)
markOpen(database)
database.close()
await opening("start: after it was killed")

console.log(
  `\n${chats + 1} chats, ${chats * messages + messagesOfLongest} messages: built in ${(buildTook / 1000).toFixed(0)} s, ` +
    `the file has ${(statSync(file).size / 2 ** 20).toFixed(0)} MiB`,
)
process.exit(isWithin ? 0 : 1)
