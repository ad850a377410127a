/** Promises 1 and 2: what a run told against the truth, and nothing shown twice, taken back, or given away. */
import type { PlanEvent } from "@/services/ai"
import type { Exchange } from "../faultTransport"
import type { ObservedRun } from "../observeRuns"
import type { RandomCase } from "../randomRuns"
import { attemptsIn, endedWith, endingOf, eventsIn } from "./seenAttempts"

export const lies = (run: ObservedRun, { text, values }: RandomCase): ReadonlyArray<string> => [
  ...aboutTheText(run, text),
  ...aboutTheEnd(run, text),
  ...afterTheFirstPart(run),
  ...secretsIn(run.events, [values["OPENAI_API_KEY"], values["ANTHROPIC_API_KEY"]]),
]

const when = (isWrong: boolean, what: string): ReadonlyArray<string> => (isWrong ? [what] : [])

const finalText = (events: ReadonlyArray<PlanEvent>): string =>
  events.reduce((text, event) => {
    if (event.type === "answer-discarded") return ""
    return event.type === "text-delta" ? text + event.text : text
  }, "")

/** Everybody says the same text: whatever is shown, at any time, is a beginning of it. */
const aboutTheText = ({ events, exchanges }: ObservedRun, text: string): ReadonlyArray<string> => {
  let shown = ""
  let resumed = false
  for (const event of events) {
    if (event.type === "answer-discarded") {
      shown = ""
      resumed = false
    }
    if (event.type === "answer-resumed") {
      resumed = true
      const isFresh = shown.trim() === ""
      if ((event.mode === "fresh") !== isFresh)
        return [`resumed ${event.mode} after ${JSON.stringify(shown)}`]
    }
    if (event.type === "reasoning-delta" && resumed) return ["a rescuer's reasoning was shown"]
    if (event.type !== "text-delta") continue
    shown += event.text
    if (event.text === "") return ["an empty delta"]
    if (!text.startsWith(shown)) return [`shows ${JSON.stringify(shown)} of ${JSON.stringify(text)}`]
  }
  const strange = exchanges.find(
    ({ continues }) =>
      continues !== undefined &&
      (!text.startsWith(continues.text) || continues.text !== continues.text.trimEnd()),
  )
  return when(strange !== undefined, `was asked to go on with ${JSON.stringify(strange?.continues?.text)}`)
}

const aboutTheEnd = (run: ObservedRun, text: string): ReadonlyArray<string> => {
  const ending = endingOf(run)
  if (ending === undefined) return []
  const attempts = attemptsIn(run)
  const shown = finalText(run.events)
  if (ending.type === "plan-failed") {
    // What an upstream finished well was not lost by us.
    const lost = attempts.find(
      (attempt) =>
        isWhole(attempt.exchange) &&
        !attempt.isInterrupted &&
        !endedWith(attempt, "Superseded", "EmptyAnswer", "DeadlineExceeded", "Stalled", "NoFirstPart"),
    )
    return when(lost !== undefined, `attempt ${lost?.started.attempt} had answered`)
  }
  const isEmpty = attempts.every((attempt) => attempt.isInterrupted || endedWith(attempt, "EmptyAnswer"))
  if (isEmpty) return when(shown !== "", "an empty answer with a text")
  const answering = attempts.find(({ failed }) => failed === undefined)
  const finished = answering?.exchange?.finished
  return [
    ...when(finished !== ending.finishReason, `completed with ${ending.finishReason}, not ${finished}`),
    ...when(!isWhole(answering?.exchange), "completed without an end"),
    ...when(ending.finishReason === "stop" && shown !== text, `completed with ${JSON.stringify(shown)}`),
    ...when(
      ending.finishReason === "tool-calls" && eventsIn(run, "tool-call").length !== 1,
      "completed without its tool call",
    ),
  ]
}

const isWhole = (exchange: Exchange | undefined): boolean =>
  exchange?.finished === "stop" || exchange?.finished === "length" || exchange?.finished === "tool-calls"

const afterTheFirstPart = (run: ObservedRun): ReadonlyArray<string> => {
  const { events, plan } = run
  const startsAfter = (index: number) =>
    index !== -1 && events.slice(index).some(({ type }) => type === "attempt-started")
  const toolCall = events.findIndex(({ type }) => type === "tool-call")
  const cuts = attemptsIn(run).flatMap(({ begun, failed }) =>
    begun === undefined || !failed ? [] : [failed],
  )
  const [cut] = cuts
  const isGivenUp = plan.onPartial === "fail" || (cut !== undefined && isFinal(cut.error))
  const ending = endingOf(run)
  return [
    ...when(startsAfter(toolCall), "somebody was asked after a tool call was handed on"),
    ...when(
      cut !== undefined && isGivenUp && startsAfter(events.indexOf(cut)),
      "was rescued against the rules",
    ),
    ...when(
      ending?.type === "plan-failed" && cut !== undefined && reasonOf(ending.error) !== reasonOf(cut.error),
      "does not fail with its first cause",
    ),
  ]
}

type RunError = Extract<PlanEvent, { readonly type: "attempt-failed" }>["error"]
const reasonOf = (error: RunError): string => (error._tag === "AIProviderError" ? error.reason : error._tag)
const isFinal = (error: RunError): boolean => ["ContentRefused", "DeadlineExceeded"].includes(reasonOf(error))

const secretsIn = (
  events: ReadonlyArray<PlanEvent>,
  secrets: ReadonlyArray<string | undefined>,
): ReadonlyArray<string> => {
  const all = JSON.stringify(events, (_, value: unknown) =>
    value instanceof Error ? { ...value, message: value.message, cause: value.cause } : value,
  )
  // A piece of twelve characters from the middle: not even half a key may be seen.
  const pieces = secrets.flatMap((secret) => (secret === undefined ? [] : [secret.slice(-12)]))
  return when(
    pieces.some((piece) => all.includes(piece)),
    "a key is among the events",
  )
}
