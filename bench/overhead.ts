/**
 * What the plan costs beside the adapter it calls: the same 200-token streams from the same upstream, once through the
 * provider's language model alone and once as the run of a plan. The upstream is a process of its own, so the processor
 * time is the client's only. Rounds alternate; the ratios are of medians within this one run. `npm run bench:overhead`.
 */
import * as Effect from "effect/Effect"
import * as ManagedRuntime from "effect/ManagedRuntime"
import * as Stream from "effect/Stream"
import type * as Ai from "../src/services/ai/index.ts"
import { median, servicesOver } from "./services.ts"
import { startUpstream, textOf } from "./upstream.ts"

const { ChatOrchestratorService, ProviderRegistry, toPrompt, AiPlan, AiPlanStep } =
  await import("../src/services/ai/index.ts")

const tokens = 200
/** At the same time. */
const streams = 60
const rounds = 15
const warmUp = 5
/** Between two tokens of a stream, in milliseconds. */
const pace = 5
const expectedLength = textOf(tokens).length

/** Milliseconds. */
interface Spent {
  readonly wall: number
  readonly cpu: number
}

const upstream = await startUpstream({ tokens, pace })
const runtime = ManagedRuntime.make(servicesOver(upstream.port))

const messages = [{ role: "user" as const, content: "Write two hundred tokens." }]
const plan = AiPlan.make({
  name: "bench",
  steps: [
    AiPlanStep.make({ provider: "openai", model: "gpt-4.1", attempts: 3 }),
    AiPlanStep.make({ provider: "anthropic" }),
  ],
})
const adapter = Effect.gen(function* () {
  const { get } = yield* ProviderRegistry
  const { languageModel } = yield* get("openai")
  const length = yield* Stream.runFold(
    languageModel.streamText({ prompt: toPrompt(messages), model: "gpt-4.1" }),
    () => 0,
    (count, part) => count + (part.type === "text-delta" ? part.delta.length : 0),
  )
  if (length !== expectedLength) throw new Error(`the adapter brought ${length} characters`)
})
const planned = Effect.gen(function* () {
  const { runPlan } = yield* ChatOrchestratorService
  const length = yield* Stream.runFold(
    runPlan({ messages, preferredProvider: { key: "openai" }, plan }),
    () => 0,
    (count, event) => count + (event.type === "text-delta" ? event.text.length : 0),
  )
  if (length !== expectedLength) throw new Error(`the plan brought ${length} characters`)
})

const timed = async (program: typeof adapter | typeof planned): Promise<Spent> => {
  const before = process.cpuUsage()
  const startedAt = performance.now()
  const each: Effect.Effect<void, unknown, Ai.ChatOrchestratorService | Ai.ProviderRegistry> = program
  await runtime.runPromise(
    Effect.forEach(Array.from({ length: streams }), () => each, {
      concurrency: "unbounded",
      discard: true,
    }),
  )
  const wall = performance.now() - startedAt
  const { user, system } = process.cpuUsage(before)
  return { wall, cpu: (user + system) / 1000 }
}
for (let round = 0; round < warmUp; round += 1) {
  await timed(adapter)
  await timed(planned)
}
const direct: Array<Spent> = []
const plans: Array<Spent> = []
for (let round = 0; round < rounds; round += 1) {
  direct.push(await timed(adapter))
  plans.push(await timed(planned))
}
const figures = (name: string, all: ReadonlyArray<Spent>) => {
  const cpu = median(all.map((round) => round.cpu))
  const wall = median(all.map((round) => round.wall))
  console.log(
    `${name.padEnd(8)} ${((streams / wall) * 1000).toFixed(0).padStart(6)} runs/s   ${((cpu * 1000) / (streams * tokens)).toFixed(1).padStart(6)} µs of processor time a token`,
  )
  return { cpu, wall }
}
const one = figures("adapter", direct)
const other = figures("plan", plans)
console.log(
  `plan / adapter: processor time ${(other.cpu / one.cpu).toFixed(3)}, wall time ${(other.wall / one.wall).toFixed(3)} (${tokens}-token streams, ${rounds} rounds of ${streams})`,
)
await runtime.dispose()
upstream.process.kill()
