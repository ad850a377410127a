/** A run that goes on where its log ends. */
import * as Effect from "effect/Effect"
import type { ChatOrchestratorService } from "../../ai/orchestration/ChatOrchestratorTag"
import type { PlanRunner } from "../../ai/orchestration/PlanRunner"
import { runSoFar } from "../../ai/orchestration/runSoFar"
import type { ConversationStore, StoredMessage, StoredRun, StoreError } from "../ConversationStore"
import { askedOf, requestOf } from "../turn"
import { everything } from "./readRun"
import type { Work } from "./runLog"

export interface ResumedRun {
  readonly run: StoredRun
  /** The way to its answer, the answer last. */
  readonly branch: ReadonlyArray<StoredMessage>
  readonly store: Pick<ConversationStore["Service"], "events">
  readonly orchestrator: ChatOrchestratorService["Service"]
  readonly runner: PlanRunner["Service"]
}

/** From its beginning when nothing of it was logged; its plan was not even made then. */
export const resumedWork = Effect.fnUntraced(function* (
  resumed: ResumedRun,
): Effect.fn.Return<Work, StoreError> {
  const { run, store, orchestrator, runner } = resumed
  const branch = resumed.branch.filter(({ id }) => id !== run.messageId)
  const logged = yield* store.events({ runId: run.id, from: 0, limit: everything })
  const soFar = runSoFar(logged)
  const request = askedOf(run, branch)
  const events =
    soFar === undefined
      ? orchestrator.runPlan(requestOf(run, branch))
      : runner.run({ ...request, plan: soFar.plan, runId: run.id, soFar })
  return { run, request, events, logged: soFar === undefined ? [] : logged }
})
