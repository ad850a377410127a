/** This product's services over real sockets before the fault upstream, and the three doors through which they are asked. */
import { assert } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { layerUndici } from "@/server/transport"
import { layerHttpClient, type HttpTransport } from "@/services/ai/wire/HttpTransport"
import type { AiError } from "@/services/ai/core"
import {
  AiPlan,
  AiPlanStep,
  ChatOrchestratorService,
  type ChatRequest,
  type PlanEvent,
} from "@/services/ai/orchestration"
import { AiLayer, type AiServices } from "@/services/runtime"
import { TelemetryService } from "@/services/telemetry"
import type { FaultName } from "@/simulator/faults"
import { startFaultUpstream, type FaultUpstream } from "@/simulator/FaultUpstream"
import { configurationOf } from "./configuration"
import { until } from "./waiting"

export type Vendor = "openai" | "anthropic" | "ollama"

/** What the next requests of each vendor meet; the last fault holds for all that follow. */
export type Script = Partial<Record<Vendor, ReadonlyArray<FaultName>>>

const transports = {
  undici: layerUndici,
  fetch: Layer.provide(layerHttpClient, FetchHttpClient.layer),
} as const satisfies Record<string, Layer.Layer<HttpTransport>>

export interface WireOptions {
  readonly script?: Script
  /** Multiplies the upstream's own waits. */
  readonly timeScale?: number
  /** `undici`, the server's, where absent. */
  readonly transport?: keyof typeof transports
}

export interface Wire {
  readonly upstream: FaultUpstream
  /** With the services of this wire: the same for all that is run on it. */
  readonly provide: <A, E, R>(effect: Effect.Effect<A, E, R>) => Effect.Effect<A, E, Exclude<R, AiServices>>
}

/** Fresh services for one use, after which nothing may be left open: no exchange, and in the end no socket. */
export const onWire = <A, E, R>(
  { script = {}, timeScale = 1, transport = "undici" }: WireOptions,
  use: (wire: Wire) => Effect.Effect<A, E, R>,
): Effect.Effect<A, E, Exclude<R, Scope.Scope>> =>
  Effect.scoped(
    Effect.gen(function* () {
      const upstream = yield* Effect.orDie(startFaultUpstream({ timeScale }))
      for (const [key, names] of Object.entries(script)) upstream.script(key, names)
      const result = yield* Effect.scoped(
        Effect.gen(function* () {
          const services = yield* Layer.build(servicesBefore(upstream, transport))
          const used = yield* use({ upstream, provide: Effect.provideContext(services) })
          yield* within("2 seconds", () => openExchanges(upstream).length === 0)
          assert.deepStrictEqual(openExchanges(upstream), [])
          return used
        }),
      )
      // `fetch` keeps its idle connections for whoever asks next in this process.
      if (transport === "fetch") return result
      yield* within("2 seconds", () => upstream.openSockets() === 0)
      assert.strictEqual(upstream.openSockets(), 0)
      return result
    }),
  )

/** What does not come about in time is for the assertion behind it to tell. */
export const within = (limit: Duration.Input, isSo: () => boolean): Effect.Effect<void> =>
  Effect.asVoid(Effect.timeoutOption(until(isSo), limit))

const servicesBefore = (upstream: FaultUpstream, transport: keyof typeof transports) =>
  AiLayer.pipe(
    Layer.provide(transports[transport]),
    Layer.provide(configurationOf(upstream.environment)),
    Layer.provide(silentTelemetry),
  )

export const silentTelemetry: Layer.Layer<TelemetryService> = Layer.succeed(
  TelemetryService,
  TelemetryService.of({ trackEvent: () => Effect.void }),
)

const openExchanges = (upstream: FaultUpstream): ReadonlyArray<string> =>
  upstream
    .requests()
    .filter(({ ended }) => ended === "answering" || ended === "stalling")
    .map(({ key, fault, ended }) => `${key} ${fault}: ${ended}`)

/** The vendors in the order in which they were asked. */
export const askedOf = (upstream: FaultUpstream): ReadonlyArray<string> =>
  upstream.requests().map(({ key }) => key)

/** Waits are short and limits are long: a slow machine must not look like a provider that is silent. */
export const step = (provider: Vendor, changes: Partial<AiPlanStep> = {}): AiPlanStep =>
  AiPlanStep.make({
    provider,
    backoff: { base: Duration.millis(20), max: Duration.millis(100) },
    firstPart: Duration.seconds(20),
    stall: Duration.seconds(20),
    ...changes,
  })

/** For a step whose provider is to fall silent. */
export const impatient = { firstPart: Duration.millis(300), stall: Duration.millis(300) }

/** The preferred with three attempts, and two fallbacks: the second is asked with an instruction, the third with a prefill. */
export const threeSteps: AiPlan["steps"] = [
  step("openai", { attempts: 3 }),
  step("anthropic"),
  step("ollama"),
]

export const question = "Why is the sky blue?"

export const asking = (
  plan: Partial<ConstructorParameters<typeof AiPlan>[0]> = {},
  options?: ChatRequest["options"],
): ChatRequest => ({
  messages: [{ role: "user", content: question }],
  preferredProvider: { key: "openai" },
  plan: AiPlan.make({ name: "at the wire", steps: threeSteps, ...plan }),
  ...(options === undefined ? {} : { options }),
})

/** What whoever asks has in the end. */
export interface Told {
  /** Of a stream that failed: what had come by then. */
  readonly text: string
  readonly error: AiError | undefined
}

export type Door = (request: ChatRequest) => Effect.Effect<Told, never, ChatOrchestratorService>

export const runPlan = (
  request: ChatRequest,
): Effect.Effect<ReadonlyArray<PlanEvent>, never, ChatOrchestratorService> =>
  Effect.flatMap(ChatOrchestratorService, (service) => Stream.runCollect(service.runPlan(request)))

/** Text and error as a screen that follows the events would show them. */
export const toldBy = (events: ReadonlyArray<PlanEvent>): Told =>
  events.reduce<Told>(
    (told, event) => {
      if (event.type === "text-delta") return { ...told, text: told.text + event.text }
      if (event.type === "answer-discarded") return { ...told, text: "" }
      return event.type === "plan-failed" ? { ...told, error: event.error } : told
    },
    { text: "", error: undefined },
  )

const streamConversation: Door = (request) =>
  Effect.gen(function* () {
    const service = yield* ChatOrchestratorService
    let text = ""
    const error = yield* service.streamConversation(request).pipe(
      Stream.runForEach((chunk) => Effect.sync(() => (text += chunk.text))),
      Effect.match({ onFailure: (failure) => failure, onSuccess: () => undefined }),
    )
    return { text, error }
  })

const generateConversationResponse: Door = (request) =>
  Effect.flatMap(ChatOrchestratorService, (service) =>
    Effect.match(service.generateConversationResponse(request), {
      onFailure: (error): Told => ({ text: "", error }),
      onSuccess: (text): Told => ({ text, error: undefined }),
    }),
  )

/** Beside `runPlan`, whose events tell more. */
export const textDoors: Readonly<Record<"streamConversation" | "generateConversationResponse", Door>> = {
  streamConversation,
  generateConversationResponse,
}
