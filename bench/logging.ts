/**
 * What it costs to keep what is said: the same streams from the same upstream, once as runs of a plan that somebody reads
 * and once as runs of chats, logged in SQLite. Rounds alternate; ratios are of medians within this one run. And how many
 * bytes reach the disk for a token. `npm run bench:logging`.
 */
import { mkdtempSync, readFileSync, rmSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import { median, servicesOver } from "./services.ts"
import { startUpstream, textOf } from "./upstream.ts"

type Services = Effect.Services<ReturnType<typeof notLogged>> | Effect.Services<ReturnType<typeof logged>>

const { ChatOrchestratorService } = await import("../src/services/ai/index.ts")
const { ConversationService } = await import("../src/services/conversations/ConversationService.ts")
const { layerChats } = await import("../src/server/services.ts")
const { layerFileStore } = await import("../src/server/store/fileStore.ts")

const tokens = 200
/** Milliseconds between two tokens: 40 a second, as a quick model writes. */
const pace = 25
/** At the same time. */
const streams = 200
const rounds = 7
const warmUp = 2

const upstream = await startUpstream({ tokens, pace })
// On the disk of the checkout, not in a memory file system.
const folder = mkdtempSync(join(import.meta.dirname, "../node_modules/.cache/bench-"))
const runtime = ManagedRuntime.make(
  layerChats(layerFileStore(folder)).pipe(Layer.provideMerge(servicesOver(upstream.port))),
)
const question = "Write two hundred tokens."
const preferredProvider = { key: "openai", modelName: "gpt-4.1" }
const expected = textOf(tokens)

const notLogged = (_: number, index: number) =>
  Effect.gen(function* () {
    const { runPlan } = yield* ChatOrchestratorService
    const request = { messages: [{ role: "user" as const, content: question }], preferredProvider }
    const text = yield* Stream.runFold(
      runPlan(request),
      () => "",
      (all, event) => (event.type === "text-delta" ? all + event.text : all),
    )
    if (text !== expected) throw new Error(`stream ${index} brought ${text.length} characters`)
  })

const waiting = new Map<string, () => void>()
/** Ends are told as changes, to one reader for all; nobody reads token by token. */
const watching = Effect.flatMap(ConversationService, ({ changes }) =>
  Stream.runForEach(changes, (change) =>
    Effect.sync(() => {
      if (change.type === "run-changed" && change.run.status !== "running") waiting.get(change.run.id)?.()
    }),
  ),
)

const logged = (round: number, index: number) =>
  Effect.gen(function* () {
    const { ask, open } = yield* ConversationService
    const name = `${round}-${index}`
    const ended = new Promise<void>((resolve) => waiting.set(`run-${name}`, resolve))
    yield* ask({
      runId: `run-${name}`,
      conversationId: `chat-${name}`,
      questionId: `question-${name}`,
      question: { text: question },
      answerId: `answer-${name}`,
      preferredProvider,
    })
    yield* Effect.promise(() => ended)
    const { messages } = yield* open(`chat-${name}`)
    if (messages.at(-1)?.text !== expected) throw new Error(`chat ${name} is not whole`)
  })

interface Spent {
  readonly cpu: number
  readonly wall: number
}
const timed = async (round: number, program: typeof notLogged | typeof logged): Promise<Spent> => {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  await runtime.runPromise(
    Effect.forEach(
      Array.from({ length: streams }, (_, index) => index),
      (index): Effect.Effect<void, unknown, Services> => program(round, index),
      { concurrency: "unbounded", discard: true },
    ),
  )
  const { user, system } = process.cpuUsage(before)
  return { wall: performance.now() - startedAt, cpu: (user + system) / 1000 }
}

/** What the kernel has been given for the disk by this process; undefined where it does not count. */
const bytesWritten = (): number => {
  const [, bytes] = /^write_bytes: (\d+)$/m.exec(readFileSync("/proc/self/io", "utf8")) ?? []
  return Number(bytes)
}

runtime.runFork(watching)
const without: Array<Spent> = []
const having: Array<Spent> = []
let written = 0
for (let round = 0; round < warmUp + rounds; round += 1) {
  const one = await timed(round, notLogged)
  const before = bytesWritten()
  const other = await timed(round, logged)
  if (round < warmUp) continue
  without.push(one)
  having.push(other)
  written += bytesWritten() - before
}
const perToken = (all: ReadonlyArray<Spent>): number =>
  (median(all.map(({ cpu }) => cpu)) * 1000) / (streams * tokens)
const told = (name: string, all: ReadonlyArray<Spent>): void =>
  console.log(
    `${name.padEnd(10)} ${perToken(all).toFixed(1).padStart(6)} µs of processor time a token, ${median(all.map(({ wall }) => wall)).toFixed(0)} ms a round`,
  )
told("not logged", without)
told("logged", having)
console.log(
  `logged / not logged: processor time ${(perToken(having) / perToken(without)).toFixed(3)} (${streams} streams at once, ${tokens} tokens at ${1000 / pace} a second, ${rounds} rounds)`,
)
const tokensLogged = rounds * streams * tokens
console.log(
  `written: ${(written / tokensLogged).toFixed(0)} bytes on the disk a token, of ${(expected.length / tokens).toFixed(1)} bytes of text; ` +
    `afterwards the file holds ${(statSync(join(folder, "conversations.sqlite")).size / ((warmUp + rounds) * streams * tokens)).toFixed(1)} bytes a token`,
)
await runtime.dispose()
upstream.process.kill()
rmSync(folder, { recursive: true, force: true })
