/** How a run ends in the store. Pure. */
import { AIProviderError } from "../../ai/core/AIProviderError"
import { isTerminal, type PlanEvent } from "../../ai/orchestration/PlanEvent"
import { closingOf, type Closing } from "../../ai/orchestration/closingOf"
import type { RunEnding, StoredRun } from "../ConversationStore"

/** @param events the whole run, compacted, its terminal event included */
export const endingOf = (run: StoredRun, events: ReadonlyArray<PlanEvent>): RunEnding => {
  const last = events.at(-1)
  const terminal = last !== undefined && isEnd(last) ? last : undefined
  return {
    runId: run.id,
    status: terminal === undefined ? "failed" : statusOf(terminal),
    endedAt: last?.at ?? run.startedAt,
    events,
    text: textOf(events),
    attempts: terminal?.attempts ?? [],
  }
}

type End = Extract<PlanEvent, { readonly type: "plan-completed" | "plan-failed" }>

const isEnd = (event: PlanEvent): event is End => isTerminal(event)

const statusOf = (end: End): RunEnding["status"] => {
  if (end.type === "plan-completed") return "completed"
  return end.error._tag === "AIProviderError" && end.error.reason === "Aborted" ? "stopped" : "failed"
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
