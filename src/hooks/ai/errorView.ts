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

/** "No provider could answer" and the like come composed from the run; the words of each are in the details. */
const isSummary = (error: RunError): boolean =>
  /^No provider (could answer|can be asked)\./.test(error.message)

const sentenceOf = (error: RunError): string => {
  if (isSummary(error)) {
    const attempts = attemptsOf(error)
    if (attempts.length === 0)
      return "No provider can be asked yet: each needs a key. Add one under Providers."
    const names = [...new Set(attempts.map(({ provider }) => provider))].join(", ")
    return `None of ${names} could answer.`
  }
  if (error._tag === "AIConfigurationError") {
    return isRefusedKey(error)
      ? `${nameOf(error.provider)} refused the key. Put a valid one in its place and try again.`
      : capital(error.message)
  }
  return sentences[error.reason](nameOf(error.provider), error)
}

const sentences: Readonly<Record<ProviderError["reason"], (who: string, error: ProviderError) => string>> = {
  ConnectionFailed: (who) => `${who} could not be reached.`,
  ServerError: (who) => `${who} has trouble on its side.`,
  Overloaded: (who) => `${who} is overloaded.`,
  RateLimited: (who, { retryAfter }) =>
    `${who} limits how fast it may be asked${retryAfter === undefined ? "." : ` and asks us to wait ${Duration.format(retryAfter)}.`}`,
  QuotaExhausted: (who) => `The quota or credit at ${who} is used up.`,
  InvalidKey: (who) => `${who} refused the key.`,
  TargetUnsupported: (who, { model }) => `${who} cannot use ${model ?? "this model"} for this request.`,
  NoFirstPart: (who) => `${who} did not begin to answer in time.`,
  Stalled: (who) => `${who} fell silent in the middle of the answer.`,
  Cut: (who) => `${who} broke off before the answer was complete.`,
  ContextTooLong: (who, { model }) => `The conversation is too long for ${model ?? who}.`,
  ContentRefused: (who) => `${who} declines to answer this.`,
  InvalidRequest: (who, { message }) =>
    who === "commander" ? `${capital(message)}.` : `The request was not accepted: ${message}`,
  MalformedResponse: (who) => `${who} sent something that is not an answer.`,
  EmptyAnswer: (who) => `${who} gave an empty answer.`,
  DeadlineExceeded: () => `No answer began within the time that this run may take.`,
  Aborted: () => `The run was stopped.`,
  Disconnected: () => `The connection to the Commander server was lost.`,
  Unknown: (who) => `${who} failed.`,
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
  ...(isSummary(error) ? [] : [{ label: "Message", value: error.message }]),
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
  readonly model: string
  readonly message: string
}

const attemptsOf = (error: RunError): ReadonlyArray<Named> => listOf(error.context?.["attempts"])
const skippedOf = (error: RunError): ReadonlyArray<Named> => listOf(error.context?.["skipped"])

/** The context crosses the bridge as plain JSON. */
const listOf = (value: unknown): ReadonlyArray<Named> =>
  (Array.isArray(value) ? value : []).map((item: unknown) => ({
    provider: text(item, "provider"),
    model: text(item, "model"),
    message: text(item, "message"),
  }))

const text = (item: unknown, key: string): string => {
  const value: unknown = typeof item === "object" && item !== null ? Reflect.get(item, key) : undefined
  return typeof value === "string" ? value : ""
}

const isRefusedKey = (error: RunError): boolean =>
  attemptsOf(error).length > 0 && error._tag === "AIConfigurationError"

const labels: Readonly<Record<string, string>> = {
  openai: "OpenAI",
  anthropic: "Anthropic",
  ollama: "Ollama",
  simulator: "The simulator",
}
const nameOf = (provider: string | undefined): string =>
  provider === undefined ? "The provider" : (labels[provider] ?? provider)
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1)
