/** How a target has been doing, as this process saw it: its last outcomes and the figures drawn from them. Pure. */
import * as Duration from "effect/Duration"
import type { Target } from "../PlanEvent"

export const limits = {
  /** Outcomes that are remembered of a target. */
  outcomes: 100,
  /** Fewer answers than this tell nothing of the usual time to the first part. */
  answers: 5,
}

export interface HealthRecord {
  readonly target: Target
  /** Oldest first. */
  readonly outcomes: ReadonlyArray<Outcome>
  readonly lastFailure?: { readonly cause: string; readonly at: number }
  /** The key it was last asked with. */
  readonly keyId?: string
}

/** `at`: in milliseconds since the epoch. */
export type Outcome =
  | { readonly _tag: "Answered"; readonly at: number; readonly firstPart: Duration.Duration }
  | { readonly _tag: "Failed"; readonly at: number }

export const emptyRecord = (target: Target): HealthRecord => ({ target, outcomes: [] })

/** @param now milliseconds since the epoch */
export type Change = (record: HealthRecord, now: number) => HealthRecord

export const askedWith =
  (keyId: string | undefined): Change =>
  (record) =>
    keyId === undefined ? record : { ...record, keyId }

export const answered =
  (firstPart: Duration.Duration): Change =>
  (record, at) => ({ ...record, outcomes: remembered(record, { _tag: "Answered", at, firstPart }) })

export const failed =
  (cause: string): Change =>
  (record, at) => ({
    ...record,
    outcomes: remembered(record, { _tag: "Failed", at }),
    lastFailure: { cause, at },
  })

/** How many of the remembered outcomes came since then. */
export const outcomesSince = ({ outcomes }: HealthRecord, time: number): number =>
  outcomes.filter(({ at }) => at >= time).length

/** How many of the last outcomes were failures, one after the other. */
export const failuresInARow = ({ outcomes }: HealthRecord): number =>
  outcomes.length - 1 - outcomes.findLastIndex(({ _tag }) => _tag === "Answered")

/** 0 to 1; 0 while nothing is known. */
export const failureRate = ({ outcomes }: HealthRecord): number =>
  outcomes.length === 0 ? 0 : outcomes.filter(({ _tag }) => _tag === "Failed").length / outcomes.length

/** The time within which this share of the remembered answers began (nearest rank); undefined while too few are known. */
export const firstPartWithin = (record: HealthRecord, share: number): Duration.Duration | undefined => {
  const times = record.outcomes
    .flatMap((outcome) => (outcome._tag === "Answered" ? [outcome.firstPart] : []))
    .toSorted(Duration.Order)
  return times.length < limits.answers ? undefined : times[Math.ceil(share * times.length) - 1]
}

const remembered = ({ outcomes }: HealthRecord, outcome: Outcome): ReadonlyArray<Outcome> => [
  ...outcomes.slice(-(limits.outcomes - 1)),
  outcome,
]
