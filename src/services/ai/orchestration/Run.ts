/** What the parts of the executor share during one run. */
import type { AiPlan } from "./AiPlan"
import type { Needs } from "./capability"
import type { EventSink } from "./eventSink"
import type { TargetHealth } from "./health/TargetHealth"
import type { Steps } from "./ResolvedStep"
import type { RunState } from "./runState"

export interface Run {
  readonly plan: AiPlan
  readonly steps: Steps
  readonly needs: Needs
  readonly health: TargetHealth["Service"]
  readonly sink: EventSink
  readonly state: RunState
}
