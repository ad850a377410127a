/**
 * What the plan costs beside the adapter it calls: the same 200-token streams from the same upstream, once through the
 * provider's language model alone and once as the run of a plan. The upstream is a process of its own, so the processor
 * time is the client's only. Rounds alternate; the ratios are of medians within this one run. `npm run bench:overhead`.
 */
import "./sources.ts"
import type * as Effects from "effect/Effect"
import type * as Ai from "../src/services/ai/index.ts"
import { fork } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

const tokens = 200
/** At the same time. */
const streams = 60
const rounds = 15
const warmUp = 5
/** Between two tokens of a stream, in milliseconds: so that every token is a network read of its own, as it is in life. */
const pace = 5

const tokenText = (index: number): string => ` token${index}`
const expectedLength = Array.from({ length: tokens }, (_, index) => tokenText(index).length).reduce(
  (sum, length) => sum + length,
  0,
)

/** Every token in a network write of its own, with a turn of the event loop between them. */
const serve = (): void => {
  const chunk = (choice: object): string =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.socket?.setNoDelay(true)
    let written = 0
    const write = (): void => {
      if (written < tokens) {
        response.write(chunk({ delta: { content: tokenText(written) } }))
        written += 1
        setTimeout(write, pace)
      } else {
        response.write(chunk({ delta: {}, finish_reason: "stop" }))
        response.write(
          `data: ${JSON.stringify({ id: "c", choices: [], usage: { prompt_tokens: 3, completion_tokens: tokens } })}\n\n`,
        )
        response.end("data: [DONE]\n\n")
      }
    }
    write()
  })
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
}

/** Milliseconds. */
interface Spent {
  readonly wall: number
  readonly cpu: number
}

const measure = async (): Promise<void> => {
  const Effect = await import("effect/Effect")
  const Layer = await import("effect/Layer")
  const Logger = await import("effect/Logger")
  const Stream = await import("effect/Stream")
  const ManagedRuntime = await import("effect/ManagedRuntime")
  const { ChatOrchestratorService, ProviderRegistry, toPrompt, AiPlan, AiPlanStep } =
    await import("../src/services/ai/index.ts")
  const { layerFrom } = await import("../src/server/services.ts")
  const { ConfigurationSources, memorySettings } = await import("../src/services/configuration/index.ts")

  const upstream = fork(import.meta.filename, ["upstream"])
  const port = await new Promise<number>((resolve) =>
    upstream.once("message", (value) => resolve(Number(value))),
  )
  const values = { OPENAI_API_KEY: "none-needed", OPENAI_BASE_URL: `http://127.0.0.1:${port}/v1` }
  const sources = Layer.effect(
    ConfigurationSources,
    Effect.map(memorySettings, (settings) => ({
      settings,
      others: [{ origin: "environment" as const, values: Effect.succeed(values) }],
      endpoints: Effect.succeed({}),
      models: Effect.succeed({}),
      plans: Effect.succeed({}),
    })),
  )
  const runtime = ManagedRuntime.make(layerFrom(sources, Logger.layer([])))

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
    const each: Effects.Effect<void, unknown, Ai.ChatOrchestratorService | Ai.ProviderRegistry> = program
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
  const median = (numbers: ReadonlyArray<number>): number =>
    numbers.toSorted((left, right) => left - right)[Math.floor(numbers.length / 2)] ?? 0

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
  upstream.kill()
}

if (process.argv[2] === "upstream") serve()
else await measure()
