/** How a run ends in the store. Pure. */
import { AIProviderError } from "../../ai/core/AIProviderError"
import { isTerminal, type PlanEvent } from "../../ai/orchestration/PlanEvent"
import { closingOf, type Closing } from "../../ai/orchestration/closingOf"
import type { RunEnding, StoredRun } from "../ConversationStore"

/** @param events all before the terminal one, compacted */
export const endingOf = (
  run: StoredRun,
  events: ReadonlyArray<PlanEvent>,
  terminal: PlanEvent,
): RunEnding => ({
  runId: run.id,
  status: statusOf(terminal),
  endedAt: terminal.at,
  events: [...events, terminal],
  text: textOf(events),
  attempts: isEnd(terminal) ? terminal.attempts : [],
})

const isEnd = (event: PlanEvent): event is Extract<PlanEvent, { readonly attempts: unknown }> =>
  isTerminal(event)

const statusOf = (terminal: PlanEvent): RunEnding["status"] => {
  if (terminal.type === "plan-completed") return "completed"
  const isStopped =
    terminal.type === "plan-failed" &&
    terminal.error._tag === "AIProviderError" &&
    terminal.error.reason === "Aborted"
  return isStopped ? "stopped" : "failed"
}

/** What stands on the screen after these events. */
export const textOf = (events: ReadonlyArray<PlanEvent>): string => {
  let text = ""
  for (const event of events) {
    if (event.type === "text-delta") text += event.text
    if (event.type === "answer-discarded") text = ""
  }
  return text
}

/** The last event of a run that the user stopped. */
export const stoppedByUser = (
  logged: ReadonlyArray<PlanEvent>,
  { at, request }: Required<Pick<Closing, "at" | "request">>,
): PlanEvent =>
  closingOf(logged, {
    error: AIProviderError.of({ provider: "commander", reason: "Aborted", message: "stopped by the user" }),
    at,
    request,
  })
