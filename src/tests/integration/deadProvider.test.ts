/** A thousand runs at once whose preferred provider is dead: how often it is asked all the same, and who answers. */
import { setFlagsFromString } from "node:v8"
import { runInNewContext } from "node:vm"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Semaphore from "effect/Semaphore"
import { layerUndici } from "@/server/transport"
import { HttpTransport } from "@/services/ai/wire/HttpTransport"
import type { PlanEvent } from "@/services/ai/orchestration"
import { AiLayer } from "@/services/runtime"
import { answerText } from "@/simulator/answer"
import type { FaultName } from "@/simulator/faults"
import { startFaultUpstream, type FaultUpstream } from "@/simulator/FaultUpstream"
import { configurationOf } from "@/tests/support/configuration"
import { closedPort } from "@/tests/support/upstreams"
import { asking, runPlan, silentTelemetry, step, toldBy } from "@/tests/support/wire"
import { recordOf } from "@/tests/support/wireCases"

const runs = 1000

/** At most so many requests of a minute may be retries. */
const retriesAllowed = (requests: number): number => Math.max(10, 0.1 * requests)

interface Wave {
  /** Requests to the dead provider, and those of them that a run had not made before. */
  readonly asked: number
  readonly first: number
  /** In megabytes, afterwards. */
  readonly heap: number
}

setFlagsFromString("--expose-gc")
const collectGarbage: () => void = runInNewContext("gc")

const heapUsed = (): number => {
  collectGarbage()
  return process.memoryUsage().heapUsed / 1024 / 1024
}

const firstPart = Duration.seconds(60)
const plan = {
  steps: [step("openai", { attempts: 3, firstPart }), step("anthropic", { firstPart })] as const,
}

/**
 * This process plays both sides: a thousand handshakes at once would keep it from taking them up within the limit of a
 * connection, which is nothing that a provider could be blamed for. Each request waits for its turn instead.
 */
const fewAtOnce = Layer.effect(
  HttpTransport,
  Effect.gen(function* () {
    const { send } = yield* HttpTransport
    const semaphore = yield* Semaphore.make(100)
    return HttpTransport.of({ send: (request) => semaphore.withPermits(1)(send(request)) })
  }),
)

/** All runs at once; only figures are kept of them. */
const wave = Effect.fnUntraced(function* (upstream: FaultUpstream) {
  const figures = yield* Effect.forEach(
    Array.from({ length: runs }),
    () => Effect.map(runPlan(asking(plan)), figuresOf),
    {
      concurrency: "unbounded",
    },
  )
  const asked = figures.reduce((sum, { requests }) => sum + requests, 0)
  const seen = upstream.requests("openai").length
  if (seen > 0) assert.strictEqual(asked, seen)
  upstream.reset()
  return {
    asked,
    first: figures.filter(({ requests }) => requests > 0).length,
    heap: heapUsed(),
  } satisfies Wave
})

const figuresOf = (events: ReadonlyArray<PlanEvent>) => {
  const { attempts, terminal } = recordOf(events)
  assert.strictEqual(terminal.type === "plan-failed" ? terminal.error.message : undefined, undefined)
  assert.strictEqual(toldBy(events).text, answerText())
  return { requests: attempts.filter(({ target }) => target.provider === "openai").length }
}

interface Trouble {
  readonly what: string
  /** Of the provider's requests in each wave; nobody listens where absent. */
  readonly script?: ReadonlyArray<FaultName>
}

const troubles: ReadonlyArray<Trouble> = [
  { what: "nobody listens there" },
  { what: "it answers 500", script: ["server-error"] },
  {
    what: "it answers 500 to every third request, too seldom for its circuit to open",
    script: Array.from({ length: runs }, () => ["server-error", "ok", "ok"] as const).flat(),
  },
]

const waves = 2

describe("a thousand runs at once whose preferred provider is in trouble", () => {
  it.live.each(troubles)(
    "$what: all are served, retries keep to their budget, memory comes back",
    ({ what, script }) =>
      Effect.gen(function* () {
        const upstream = yield* startFaultUpstream()
        const address =
          script === undefined ? { OPENAI_BASE_URL: `http://127.0.0.1:${yield* closedPort}/v1` } : {}
        const services = yield* Layer.build(
          AiLayer.pipe(
            Layer.provide(Layer.provide(fewAtOnce, layerUndici)),
            Layer.provide(silentTelemetry),
            Layer.provide(configurationOf({ ...upstream.environment, ...address })),
          ),
        )
        const before = heapUsed()
        const figures = yield* Effect.forEach(Array.from({ length: waves }), () => {
          if (script !== undefined) upstream.script("openai", script)
          return Effect.provideContext(wave(upstream), services)
        })
        const asked = figures.reduce((sum, one) => sum + one.asked, 0)
        const first = figures.reduce((sum, one) => sum + one.first, 0)
        console.log(
          `${what}: ${figures.map((one) => `${one.asked} requests (${one.asked - one.first} retries)`).join(", ")}; ` +
            `heap ${[before, ...figures.map(({ heap }) => heap)].map((megabytes) => megabytes.toFixed(1)).join(" → ")} MB`,
        )
        assert.isAtMost(asked - first, retriesAllowed(first))
        // What the first wave leaves is compiled code and connections that stay open.
        assert.isAtMost((figures.at(-1)?.heap ?? 0) - (figures[0]?.heap ?? 0), 10)
        if (script === undefined || script.length === 1) assert.isAtMost(asked, runs + 20)
        else assert.isAbove(asked - first, 10)
      }),
  )
})
