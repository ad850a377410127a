/** A run's error in the user's terms: who, why, what next. Pure. */
import * as Duration from "effect/Duration"
import type { RunError } from "@/services/ai/orchestration/PlanEvent"
import type { ErrorView, Remedy } from "./chatState"

type ProviderError = Extract<RunError, { readonly _tag: "AIProviderError" }>

/** One failed attempt, or a whole run that failed. */
export const errorView = (error: RunError): ErrorView => ({
  sentence: sentenceOf(error),
  remedy: remedyOf(error),
  details: detailsOf(error),
})

/** Errors of a whole run carry what they sum up: every target failed, every step was skipped, or all are closed off. */
const kindOf = (error: RunError): unknown => error.context?.["kind"]

const sentenceOf = (error: RunError): string => {
  if (kindOf(error) === "skipped") return sentenceOfSkipped(error)
  if (kindOf(error) === "closed") return sentenceOfClosed(error)
  const [first, ...others] = attemptsOf(error)
  if (first !== undefined && kindOf(error) === "exhausted") {
    const names = [...new Set(others.map(({ provider }) => nameOf(provider)))].filter(
      (name) => name !== nameOf(first.provider),
    )
    const rest = names.length === 0 ? "" : ` ${listOfNames(names)} could not answer either.`
    return `${sentenceOfReason(first.reason, error)}${rest}`
  }
  if (error._tag === "AIConfigurationError") {
    return first?.reason === "InvalidKey"
      ? sentenceOfReason("InvalidKey", error)
      : `${capital(error.message)}.`
  }
  return sentenceOfReason(error.reason, error)
}

const sentenceOfReason = (reason: string, error: RunError): string => {
  if (!isReason(reason)) return `${capital(error.message)}.`
  const isProvider = error._tag === "AIProviderError"
  return sentences[reason]({
    who: nameOf(error.provider),
    message: error.message,
    model: isProvider ? error.model : undefined,
    retryAfter: isProvider ? error.retryAfter : undefined,
  })
}

const sentenceOfSkipped = (error: RunError): string => {
  const skipped = skippedOf(error)
  const unable = skipped.filter(({ isUnable }) => isUnable)
  if (unable.length === 0) return "No provider can be asked yet: each needs a key."
  return unable.length === skipped.length
    ? "No model of this plan can do what the message needs."
    : "No model that has a key can do what the message needs."
}

/** To programs it is a limit of rate; to people, what it is. */
const sentenceOfClosed = (error: RunError): string => {
  const closed = skippedOf(error).filter(({ keyName, isUnable }) => keyName === "" && !isUnable)
  const names = [...new Set(closed.map(({ provider }) => nameOf(provider)))]
  return `${names.length === 0 ? "No provider" : listOfNames(names)} cannot be asked just now, after failures or a request for a pause.`
}

interface Facts {
  readonly who: string
  readonly message: string
  readonly model: string | undefined
  readonly retryAfter: Duration.Duration | undefined
}

const isReason = (reason: string): reason is ProviderError["reason"] => Object.hasOwn(sentences, reason)

const listOfNames = (names: ReadonlyArray<string>): string =>
  names.length === 1 ? `${names[0]}` : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`

const sentences: Readonly<Record<ProviderError["reason"], (facts: Facts) => string>> = {
  ConnectionFailed: ({ who }) => `${who} could not be reached.`,
  ServerError: ({ who }) => `${who} has trouble on its side.`,
  Overloaded: ({ who }) => `${who} is overloaded.`,
  RateLimited: ({ who, retryAfter }) =>
    `${who} limits how fast it may be asked${retryAfter === undefined ? "." : ` and asks us to wait ${Duration.format(retryAfter)}.`}`,
  QuotaExhausted: ({ who }) => `The quota or credit at ${who} is used up.`,
  InvalidKey: ({ who }) => `${who} refused the key.`,
  TargetUnsupported: ({ who, model }) => `${who} cannot use ${model ?? "this model"} for this request.`,
  NoFirstPart: ({ who }) => `${who} did not begin to answer in time.`,
  Stalled: ({ who }) => `${who} fell silent in the middle of the answer.`,
  Cut: ({ who }) => `${who} broke off before the answer was complete.`,
  ContextTooLong: ({ who, model }) => `The conversation is too long for ${model ?? who}.`,
  ContentRefused: ({ who }) => `${who} declines to answer this.`,
  InvalidRequest: ({ who, message }) =>
    who === "commander" ? `${capital(message)}.` : `The request was not accepted: ${message}`,
  MalformedResponse: ({ who }) => `${who} sent something that is not an answer.`,
  EmptyAnswer: ({ who }) => `${who} gave an empty answer.`,
  DeadlineExceeded: () => `No answer began within the time that this run may take.`,
  Superseded: ({ who }) => `${who} was not needed: another began first.`,
  Aborted: () => `The run was stopped.`,
  Interrupted: ({ who }) => `Commander itself was stopped while ${who} was answering.`,
  Disconnected: () => `The connection to the Commander server was lost.`,
  Unknown: ({ who }) => `${who} failed.`,
}

const remedyOf = (error: RunError): Remedy => {
  const keyName = error._tag === "AIConfigurationError" ? error.keyName : error.context?.["keyName"]
  if (typeof keyName === "string" && error.provider !== undefined && keyName.endsWith("KEY")) {
    return { kind: "fix-key", provider: error.provider, keyName }
  }
  if (error._tag === "AIConfigurationError") return { kind: "none" }
  if (error.retryAfter !== undefined)
    return { kind: "try-again", afterMillis: Duration.toMillis(error.retryAfter) }
  return error.reason === "ContentRefused" || error.reason === "InvalidRequest"
    ? { kind: "none" }
    : { kind: "try-again" }
}

const detailsOf = (error: RunError): ErrorView["details"] => [
  ...(kindOf(error) !== undefined ? [] : [{ label: "Message", value: error.message }]),
  ...attemptsOf(error).map(({ provider, model, message }) => ({
    label: `${provider}/${model}`,
    value: message,
  })),
  ...skippedOf(error).map(({ provider, message }) => ({ label: `${provider} (not asked)`, value: message })),
  ...(error._tag === "AIProviderError" && error.status !== undefined
    ? [{ label: "HTTP status", value: String(error.status) }]
    : []),
  ...(error._tag === "AIProviderError" && error.requestId !== undefined
    ? [{ label: "Request id", value: error.requestId }]
    : []),
  ...(typeof error.context?.["body"] === "string" && error.context["body"] !== ""
    ? [{ label: "Response body", value: error.context["body"] }]
    : []),
]

interface Named {
  readonly provider: string
  readonly reason: string
  readonly model: string
  readonly message: string
  readonly keyName: string
  /** Whether its model cannot do what the request needs. */
  readonly isUnable: boolean
}

const attemptsOf = (error: RunError): ReadonlyArray<Named> => listOf(error.context?.["attempts"])
const skippedOf = (error: RunError): ReadonlyArray<Named> => listOf(error.context?.["skipped"])

/** The context crosses the bridge as plain JSON. */
const listOf = (value: unknown): ReadonlyArray<Named> =>
  (Array.isArray(value) ? value : []).map((item: unknown) => ({
    provider: text(item, "provider"),
    reason: text(item, "reason"),
    model: text(item, "model"),
    message: text(item, "message"),
    keyName: text(item, "keyName"),
    isUnable: field(item, "lacks") !== undefined,
  }))

const field = (item: unknown, key: string): unknown =>
  typeof item === "object" && item !== null ? Reflect.get(item, key) : undefined

const text = (item: unknown, key: string): string => {
  const value = field(item, key)
  return typeof value === "string" ? value : ""
}

const labels: Readonly<Record<string, string>> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  ollama: "Ollama",
  simulator: "The simulator",
}
const nameOf = (provider: string | undefined): string =>
  provider === undefined ? "The provider" : (labels[provider] ?? provider)
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
