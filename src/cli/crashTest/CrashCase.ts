/** What a case of the crash test is: data that says how a plan's targets misbehave, and what must come of it. */
import type { ProviderErrorReason } from "@/services/ai/core/AIProviderError"
import type { FaultName } from "@/simulator/faults"

/** A target's place in the plan. `prefilled`: the first fallback that is given the text as its own, where there is one. */
export type Role = "preferred" | "fallback" | "others" | "prefilled"

/** What the requests to each target meet, the last fault for all that follow. Whoever is not named answers. */
export type Script = Partial<Record<Role, ReadonlyArray<FaultName>>>

/** How a run may end, as whoever asked sees it. */
export type Ending =
  /** The whole answer, every word once. */
  | "whole"
  /** A call of a tool, once and with all of its arguments. */
  | "tool-call"
  /** A part of the answer, marked as one. */
  | "incomplete"
  /** An error that says when to come again. */
  | "rate-limited"
  /** An error for one of these reasons. */
  | { readonly refused: ReadonlyArray<ProviderErrorReason | "Configuration"> }

/** What a plan must have for a case to end as it should. */
export type Need =
  /** One more request, whoever gets it. */
  | "another-request"
  /** Another target, and enough requests to come to it. */
  | "second-target"
  | "third-target"
  /** The plan continues an answer that broke off. */
  | "rescue"
  /** A fallback that is continued by a prefill. */
  | "prefill"
  /** A fallback whose window is larger than the preferred target's, or not known. */
  | "larger-window"
  /** The preferred step allows others to be asked what its provider refuses. */
  | "refusal-goes-on"
  /** A fallback that can call tools. */
  | "second-with-tools"

interface Common {
  /** In kebab case. */
  readonly name: string
  /** What goes wrong, in a few words. */
  readonly what: string
}

/** One run whose targets meet a script. */
export interface OneRun extends Common {
  readonly plays: "one-run"
  readonly script: Script
  readonly needs: ReadonlyArray<Need>
  /** What must come of it where the plan has what the case needs. */
  readonly expects: ReadonlyArray<Ending>
  /** What may come of it as well where it has not; empty: then there is nothing to see. */
  readonly otherwise: ReadonlyArray<Ending>
  /** The most requests that the preferred target may get. */
  readonly preferredAtMost: number
  readonly asksForTool: boolean
  /** Whether the answer's tokens must be the provider's own figure or ours; absent where that depends on the plan. */
  readonly usage?: "reported" | "estimated"
}

/** Cases that take more than one run, or end before it does. */
export interface Drama extends Common {
  readonly plays: "leaving" | "flapping" | "stuck" | "mixed"
}

export type CrashCase = OneRun | Drama

export const oneRun = (
  row: Pick<OneRun, "name" | "what" | "script" | "expects"> & Partial<OneRun>,
): OneRun => ({
  plays: "one-run",
  needs: [],
  otherwise: [],
  preferredAtMost: Infinity,
  asksForTool: false,
  ...row,
})

/** The same faults for whoever is asked. */
export const everyone = (...faults: ReadonlyArray<FaultName>): Script => ({
  preferred: faults,
  fallback: faults,
  others: faults,
})
