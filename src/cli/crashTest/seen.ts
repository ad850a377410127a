/** What the user would have seen of a run, in a few words. Pure. */
import * as Duration from "effect/Duration"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration"
import { hasToolCall, textIn } from "./promises"

export const seenOf = (events: ReadonlyArray<PlanEvent>): string => {
  const last = events.at(-1)
  if (last?.type === "plan-completed") {
    const what = hasToolCall(events) ? "a whole tool call" : "whole answer"
    return `${what}${continuations(events)}${last.finishReason === "length" ? ", cut by its length limit" : ""}`
  }
  if (last?.type !== "plan-failed") return "nothing"
  const error = shortened(last.error.message)
  if (last.partial) return `${count(wordsIn(textIn(events)))}, marked as incomplete: ${error}`
  const again = last.retryAfter === undefined ? "" : ` (again in ${roughly(last.retryAfter)})`
  return `error${again}: ${error}`
}

/** Who began, and who went on after how many words. */
const continuations = (events: ReadonlyArray<PlanEvent>): string => {
  let words = ""
  let text = ""
  for (const event of events) {
    if (event.type === "text-delta") text += event.text
    if (event.type === "answer-started") words = ` from ${nameOf(event.target)}`
    if (event.type === "answer-discarded") words += ", taken back"
    if (event.type === "answer-resumed")
      words += `, continued by ${nameOf(event.target)} after ${count(wordsIn(text))}`
  }
  return words
}

const wordsIn = (text: string): number => text.match(/\S+/g)?.length ?? 0

const count = (words: number): string => (words === 1 ? "1 word" : `${words} words`)

const longest = 120

/** A message that names every target is as long as the plan. */
const shortened = (message: string): string => {
  const line = message.replace(/\s+/g, " ")
  return line.length > longest ? `${line.slice(0, longest)}…` : line
}

const roughly = (duration: Duration.Duration): string => {
  const seconds = Duration.toSeconds(duration)
  return seconds < 1
    ? `${Math.ceil(seconds * 1000)} ms`
    : Duration.format(Duration.seconds(Math.ceil(seconds)))
}
