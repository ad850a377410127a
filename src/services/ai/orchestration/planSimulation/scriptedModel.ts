/** A provider of a simulation: answers in virtual time as a healthy one would, but for what the script says. Nothing is called. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as Stream from "effect/Stream"
import type { AgentLanguageModelService, AiError } from "../../core/AgentLanguageModel"
import { AIProviderError } from "../../core/AIProviderError"
import { classify } from "../../wire/classify"
import type { RequestSize } from "../planReport/bounds"
import type { Target } from "../PlanEvent"
import { isAbout, isActive, type Fault } from "./Fault"
import { saidIn, writing, type Said } from "./simulatedAnswer"

/** How fast a provider is that nothing is wrong with; round figures, not any vendor's. */
export const healthy = {
  /** Until the first token. */
  firstToken: { least: Duration.millis(300), most: Duration.millis(700) },
  /** Until a refusal. */
  refusal: Duration.millis(50),
}

export interface ScriptedOptions {
  readonly provider: string
  readonly faults: ReadonlyArray<Fault>
  readonly size: RequestSize
}

export const scriptedModel = ({ provider, faults, size }: ScriptedOptions): AgentLanguageModelService => ({
  provider,
  streamText: ({ model = "", prompt }) =>
    Stream.unwrap(
      Effect.gen(function* () {
        const behaviour = yield* behaviourNow(faults, { provider, model })
        const { least, most } = healthy.firstToken
        const usual = yield* Random.nextIntBetween(Duration.toMillis(least), Duration.toMillis(most))
        return play(behaviour, { size, said: saidIn(prompt), firstToken: Duration.millis(usual) })
      }),
    ),
  // A run streams, whichever method asked for it.
  generateText: () => Effect.die("a simulated provider only streams"),
})

interface Behaviour {
  /** Until the first token, or until the refusal; as for a healthy one when absent. */
  readonly delay?: Duration.Duration
  readonly ends: End
}

type End =
  | { readonly _tag: "Whole" }
  | { readonly _tag: "Refused"; readonly error: AiError }
  | { readonly _tag: "Silent" }
  | { readonly _tag: "Empty" }
  | { readonly _tag: "Cut"; readonly after: number }
  | { readonly _tag: "Stalled"; readonly after: number }

/** Every fault that is about this request throws its dice; of several ends that it meets the first of the script holds. */
const behaviourNow = Effect.fnUntraced(function* (faults: ReadonlyArray<Fault>, target: Target) {
  const now = yield* Clock.currentTimeMillis
  let behaviour: Behaviour = { ends: { _tag: "Whole" } }
  for (const fault of faults) {
    if (!isAbout(fault, target) || !isActive(fault, now)) continue
    const isMet = (yield* Random.next) < (fault.rate ?? 1)
    if (!isMet) continue
    if (fault.firstToken !== undefined) behaviour = { ...behaviour, delay: fault.firstToken }
    else if (behaviour.ends._tag === "Whole") behaviour = { ...behaviour, ends: endOf(fault, target) }
  }
  return behaviour
})

const endOf = (fault: Fault, target: Target): End => {
  if (fault.status !== undefined) return { _tag: "Refused", error: refusalOf(fault.status, fault, target) }
  if (fault.cutAfter !== undefined) return { _tag: "Cut", after: fault.cutAfter }
  if (fault.stallAfter !== undefined) return { _tag: "Stalled", after: fault.stallAfter }
  if (fault.fault === "silent") return { _tag: "Silent" }
  if (fault.fault === "empty") return { _tag: "Empty" }
  const message = `${target.provider} cannot be reached: simulated`
  return {
    _tag: "Refused",
    error: AIProviderError.of({ ...target, reason: "ConnectionFailed", message }),
  }
}

/** Classified as a real answer with this status would be. */
const refusalOf = (status: number, { retryAfter }: Fault, target: Target): AIProviderError =>
  classify({
    ...target,
    status,
    headers: retryAfter === undefined ? {} : { "retry-after-ms": String(Duration.toMillis(retryAfter)) },
    body: '{ "error": { "message": "simulated" } }',
    now: 0,
    secrets: [],
  })

interface Play {
  readonly size: RequestSize
  readonly said: Said
  /** Until the first token of a healthy answer. */
  readonly firstToken: Duration.Duration
}

const play = ({ delay, ends }: Behaviour, { size, said, firstToken }: Play) => {
  const answering = { size, said, wait: delay ?? firstToken }
  const rest = size.outputTokens - said.tokens
  switch (ends._tag) {
    case "Silent":
      return Stream.never
    case "Refused":
      return Stream.unwrap(Effect.delay(Effect.succeed(Stream.fail(ends.error)), delay ?? healthy.refusal))
    case "Empty":
      return writing({ ...answering, limit: 0, isFinished: true })
    // An answer that is shorter is whole before it can break off.
    case "Cut":
      return writing({ ...answering, limit: ends.after, isFinished: ends.after >= rest })
    case "Stalled":
      return ends.after >= rest
        ? writing({ ...answering, limit: Infinity, isFinished: true })
        : Stream.concat(writing({ ...answering, limit: ends.after, isFinished: false }), Stream.never)
    case "Whole":
      return writing({ ...answering, limit: Infinity, isFinished: true })
  }
}
