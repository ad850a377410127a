/** Asks the real providers, over a transport that is told before each request what to answer, and sees how it ends. */
import type * as Response from "effect/ai/Response"
import * as Cause from "effect/Cause"
import * as Effect from "effect/Effect"
import type * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import type { AiError, Provider } from "@/services/ai/core"
import { anthropicProvider } from "@/services/ai/providers/anthropic/provider"
import { ollamaProvider } from "@/services/ai/providers/ollama/provider"
import { compatibleProvider } from "@/services/ai/providers/openai/compatibleProvider"
import { openaiProvider } from "@/services/ai/providers/openai/provider"
import { HttpTransport, TransportError } from "@/services/ai/wire/HttpTransport"
import { configurationOf } from "./configuration"
import { promptOf } from "./conversations"
import { drain, type Drained } from "./parts"
import type { SpeakerName } from "./sampleAnswers"

export interface Body {
  /** As they come from the network. */
  readonly reads: ReadonlyArray<Uint8Array>
  /** Whether the connection breaks after them. */
  readonly isBroken: boolean
}

export interface Heard {
  /** Absent when it neither ended nor failed. A defect is a failure of the exit. */
  readonly exit: Exit.Exit<Drained<Response.StreamPartEncoded, AiError>> | undefined
  /** How often the body was asked for more, its end included. */
  readonly pulls: number
  /** How many exchanges were let go of. */
  readonly released: number
}

export type Listen = (speaker: SpeakerName, body: Body) => Effect.Effect<Heard>

/** Nothing here waits for time, so what is not over after this many turns of the scheduler will never be. */
const maxTurns = 20_000

const endpoint = { kind: "openai-compatible", baseUrl: "http://endpoint.test/v1", models: ["m"] } as const
const keys = { OPENAI_API_KEY: "sk-0123456789abcdef", ANTHROPIC_API_KEY: "ak-0123456789abcdef" }
const prompt = promptOf({ role: "user", content: "Hi" })
const reset = new TransportError({ phase: "body", message: "read ECONNRESET", cause: undefined })

export const makeListener: Effect.Effect<Listen> = Effect.gen(function* () {
  let body: Body = { reads: [], isBroken: false }
  let pulls = 0
  let released = 0

  const pull = Effect.suspend((): Pull.Pull<readonly [Uint8Array], TransportError> => {
    const read = body.reads[pulls]
    pulls += 1
    if (read !== undefined) return Effect.succeed([read])
    return body.isBroken ? Effect.fail(reset) : Cause.done()
  })
  const transport = HttpTransport.of({
    send: () =>
      Effect.as(
        Effect.addFinalizer(() => Effect.sync(() => (released += 1))),
        {
          status: 200,
          headers: { "content-type": "text/event-stream" },
          body: Stream.fromPull(Effect.succeed(pull)),
        },
      ),
  })
  const providers: Readonly<Record<SpeakerName, Provider>> = yield* Effect.all({
    openai: openaiProvider,
    ollama: ollamaProvider,
    anthropic: anthropicProvider,
    compatible: compatibleProvider("compatible", endpoint),
    bare: compatibleProvider("bare", { ...endpoint, neverSendsFinishReason: true }),
  }).pipe(Effect.provide(Layer.merge(configurationOf(keys), Layer.succeed(HttpTransport, transport))))

  return (speaker, next) =>
    Effect.gen(function* () {
      body = next
      pulls = 0
      released = 0
      const answering = drain(providers[speaker].languageModel.streamText({ prompt }))
      const fiber = yield* Effect.forkChild(answering, { startImmediately: true })
      for (let turn = 0; turn < maxTurns && fiber.pollUnsafe() === undefined; turn += 1)
        yield* Effect.yieldNow
      const exit = fiber.pollUnsafe()
      if (exit === undefined) yield* Fiber.interrupt(fiber)
      return { exit, pulls, released }
    })
})
