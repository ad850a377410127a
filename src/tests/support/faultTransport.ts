/** A transport that plays fault scripts for every target, and keeps what it was asked and what it said. */
import type * as Arr from "effect/Array"
import * as Cause from "effect/Cause"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import {
  HttpTransport,
  TransportError,
  type WireRequest,
  type WireResponse,
} from "@/services/ai/wire/HttpTransport"
import { bytesOf } from "./bytes"
import { errorBody, type Dialect, type End } from "./dialects"
import type { Fault, Refusal, Saying, Script } from "./faultScripts"
import { isFinish, readsOf, type Partial } from "./faultSpeech"

/** One request, as the upstream saw it. */
export interface Exchange {
  /** `provider/model`. */
  readonly target: string
  /** Of the message that the run was asked. */
  readonly question: string
  readonly fault: Fault
  /** What it was asked to go on with. */
  readonly continues: Partial | undefined
  readonly at: number
  endedAt: number | undefined
  /** When it last sent a part of its answer. */
  lastSentAt: number | undefined
  /** The finish reason that it has sent. */
  finished: End | undefined
  /** Whether its refusal was sent. */
  refused: boolean
}

export interface Upstream {
  readonly transport: HttpTransport["Service"]
  readonly exchanges: ReadonlyArray<Exchange>
  /** How many requests are open now. */
  readonly open: () => number
}

export interface UpstreamOptions {
  /** What every target says, if only it is let. */
  readonly text: string
  /** By target. */
  readonly scripts: ReadonlyMap<string, Script>
  /** How many messages a request has that does not go on with a text. */
  readonly conversationLength: number
}

export const makeUpstream = (options: UpstreamOptions): Upstream => {
  const exchanges: Array<Exchange> = []
  const asked = new Map<string, number>()
  let open = 0
  const transport = HttpTransport.of({
    send: (request) =>
      Effect.gen(function* () {
        const { target, question, continues, dialect } = readRequest(request, options.conversationLength)
        const script = options.scripts.get(target)
        const number = asked.get(target) ?? 0
        const scripted = script?.faults[number] ?? script?.faults.at(-1) ?? { does: "unreachable" }
        const isRejected = continues?.isPrefill === true && script?.rejectsPrefill === true
        const fault: Fault = isRejected ? rejection : scripted
        if (!isRejected) asked.set(target, number + 1)
        const at = yield* Clock.currentTimeMillis
        const exchange: Exchange = {
          target,
          question,
          fault,
          continues,
          at,
          endedAt: undefined,
          lastSentAt: undefined,
          finished: undefined,
          refused: false,
        }
        exchanges.push(exchange)
        open += 1
        yield* Effect.addFinalizer(() =>
          Effect.map(Clock.currentTimeMillis, (now) => {
            open -= 1
            exchange.endedAt = now
          }),
        )
        return yield* play({ ...options, exchange, dialect, secret: secretOf(request) })
      }),
  })
  return { transport, exchanges, open: () => open }
}

const rejection: Refusal = {
  does: "refuse",
  hesitates: 0,
  status: 400,
  type: "invalid_request_error",
  code: null,
  message: "the last message is of the wrong kind",
}

/** Of both dialects: what is read here is written alike in them. */
const readRequest = ({ url, body = "{}" }: WireRequest, conversationLength: number) => {
  const { model, messages }: { model: string; messages: ReadonlyArray<{ content: unknown }> } =
    JSON.parse(body)
  const provider = new URL(url).host.replace(".test", "")
  const texts = messages.map(({ content }) => contentOf(content))
  const partial = texts[conversationLength]
  const dialect: Dialect = provider === "anthropic" ? "messages" : "chat-completions"
  return {
    target: `${provider}/${model}`,
    question: texts[conversationLength - 1] ?? "",
    continues:
      partial === undefined
        ? undefined
        : { text: partial, isPrefill: texts.length === conversationLength + 1 },
    dialect,
  }
}

const contentOf = (content: unknown): string => {
  if (typeof content === "string") return content
  return Array.isArray(content) ? content.map((block: { text: string }) => block.text).join("") : ""
}

const secretOf = ({ headers }: WireRequest): string =>
  headers["x-api-key"] ?? headers["authorization"]?.replace("Bearer ", "") ?? ""

interface Playing extends UpstreamOptions {
  readonly exchange: Exchange
  readonly dialect: Dialect
  /** Is repeated in every error, as some providers do. */
  readonly secret: string
}

const lost = (phase: "head" | "body") =>
  new TransportError({ phase, message: "ECONNRESET", cause: undefined })

const play = (playing: Playing): Effect.Effect<WireResponse, TransportError> => {
  const { fault } = playing.exchange
  switch (fault.does) {
    case "unreachable":
      return Effect.fail(lost("head"))
    case "silence":
      return Effect.never
    case "page":
      return Effect.succeed({
        status: 200,
        headers: { "content-type": "text/html" },
        body: Stream.succeed(bytesOf(`<h1>Welcome ${playing.secret}</h1>`)),
      })
    case "refuse":
      return after(
        fault.hesitates,
        Effect.sync(() => refused(playing, fault)),
      )
    case "say":
      return after(
        fault.hesitates,
        Effect.sync(() => said(playing, fault)),
      )
  }
}

const after = <A, E>(millis: number, effect: Effect.Effect<A, E>): Effect.Effect<A, E> =>
  millis === 0 ? effect : Effect.delay(effect, millis)

const refused = ({ exchange, dialect, secret }: Playing, refusal: Refusal): WireResponse => {
  exchange.refused = true
  return {
    status: refusal.status,
    headers: {
      "content-type": "application/json",
      ...(refusal.retryAfter === undefined ? {} : { "retry-after-ms": String(refusal.retryAfter) }),
    },
    body: Stream.succeed(
      bytesOf(errorBody(dialect, refusal.type, `${refusal.message} (${secret})`, refusal.code)),
    ),
  }
}

const said = (playing: Playing, saying: Saying): WireResponse => ({
  status: 200,
  headers: { "content-type": "text/event-stream" },
  body: Stream.fromPull(Effect.sync(() => pullOf(playing, saying))),
})

const pullOf = (
  playing: Playing,
  saying: Saying,
): Pull.Pull<Arr.NonEmptyReadonlyArray<Uint8Array>, TransportError> => {
  const { exchange } = playing
  const reads = readsOf({ ...playing, saying, continues: exchange.continues })
  let next = 0
  return Effect.suspend(() => {
    const read = reads[next]
    next += 1
    if (read === undefined) return endOf(saying)
    return after(
      saying.pause,
      Effect.map(Clock.currentTimeMillis, (now): Arr.NonEmptyReadonlyArray<Uint8Array> => {
        if (read.isProgress) exchange.lastSentAt = now
        exchange.finished = read.finish ?? exchange.finished
        return [read.bytes]
      }),
    )
  })
}

const endOf = ({ then, terminal }: Saying): Pull.Pull<never, TransportError> => {
  if (then === "reset") return Effect.fail(lost("body"))
  const isOpenEnded = then === "hang" || (terminal === "nothing" && isFinish(then))
  return isOpenEnded ? Effect.never : Cause.done()
}
