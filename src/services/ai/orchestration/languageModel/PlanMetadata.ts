/** What a plan adds to the answer of an `effect/ai` model, under the name `commander`: who answered, and at what cost. */
import type * as Response from "effect/ai/Response"
import * as Duration from "effect/Duration"
import type { AttemptRecord, PlanEvent, Totals } from "../PlanEvent"

declare module "effect/ai/Response" {
  export interface FinishPartMetadata extends Response.ProviderMetadata {
    /** Present on answers of a plan. */
    readonly commander?: PlanMetadata | null
  }
}

/** JSON, as all metadata of `effect/ai`: a type and no interface, null and no absence. */
export type PlanMetadata = {
  readonly runId: string
  /** Whom the end of the answer comes from. */
  readonly provider: string
  readonly model: string
  /** Every request of the run, in order. */
  readonly attempts: ReadonlyArray<AttemptMetadata>
  /** Of all attempts together. */
  readonly totals: TotalsMetadata
}

export type AttemptMetadata = {
  readonly provider: string
  readonly model: string
  readonly durationMillis: number
  /** Null when none came. */
  readonly firstPartMillis: number | null
  /** Null where the price or the tokens are unknown. */
  readonly usd: number | null
  /** Null when the attempt answered. */
  readonly error: { readonly reason: string; readonly message: string } | null
}

/** `isComplete` is false where tokens or prices are unknown: then these are lower bounds. */
export type TotalsMetadata = {
  readonly inputTokens: number
  readonly outputTokens: number
  readonly usd: number
  readonly isComplete: boolean
}

type Completed = Extract<PlanEvent, { readonly type: "plan-completed" }>

export const planMetadata = (runId: string, { target, attempts, totals }: Completed): PlanMetadata => ({
  runId,
  provider: target.provider,
  model: target.model,
  attempts: attempts.map(attemptMetadata),
  totals: totalsMetadata(totals),
})

const attemptMetadata = ({
  target,
  duration,
  timeToFirstPart,
  cost,
  error,
}: AttemptRecord): AttemptMetadata => ({
  provider: target.provider,
  model: target.model,
  durationMillis: Duration.toMillis(duration),
  firstPartMillis: timeToFirstPart === undefined ? null : Duration.toMillis(timeToFirstPart),
  usd: cost.usd ?? null,
  error:
    error === undefined
      ? null
      : { reason: error._tag === "AIProviderError" ? error.reason : "Configuration", message: error.message },
})

const totalsMetadata = ({ inputTokens, outputTokens, usd, isComplete }: Totals): TotalsMetadata => ({
  inputTokens,
  outputTokens,
  usd,
  isComplete,
})
