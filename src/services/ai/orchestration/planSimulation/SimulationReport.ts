/** What came of the runs of a simulation. Data; the same for the same plan, script, size and seed. */
import * as Schema from "effect/Schema"
import { Fault } from "./Fault"

/** How a complete answer came about. */
export const Way = Schema.Literals([
  /** The first request to the first step. */
  "first-try",
  /** A later request to the first step. */
  "retry",
  /** A request to a later step. */
  "fallback",
  /** A request beside a slow one. */
  "hedge",
  /** Begun by one target, and finished by another or by another request. */
  "rescue",
])
export type Way = typeof Way.Type

export const Outcome = Schema.TaggedUnion({
  Complete: { target: Schema.String, way: Way },
  /** A whole answer without a word. */
  Empty: {},
  /** It broke off after it had begun. */
  Incomplete: { reason: Schema.String },
  /** Every target asks for patience, or is closed off for now. */
  RateLimited: {},
  Failed: { reason: Schema.String },
})
export type Outcome = typeof Outcome.Type

/** Nearest rank. */
export const Spread = Schema.Struct({
  p50: Schema.DurationFromMillis,
  p95: Schema.DurationFromMillis,
  longest: Schema.DurationFromMillis,
})
export type Spread = typeof Spread.Type

const Count = Schema.Int

export const TargetTally = Schema.Struct({
  target: Schema.String,
  /** All requests; those below are among them. */
  requests: Count,
  /** Of a run that had asked this target before. */
  retries: Count,
  hedges: Count,
  /** To go on with an answer that was cut. */
  rescues: Count,
  failed: Count,
  /** How often a run passed it over without a request. */
  passedOver: Count,
  /** How often too many failures closed it off. */
  circuitsOpened: Count,
  /** How often it asked for a pause, or refused its key or its model. */
  cooled: Count,
})
export type TargetTally = typeof TargetTally.Type

export const SimulationReport = Schema.Struct({
  plan: Schema.String,
  seed: Schema.String,
  runs: Count,
  runsPerSecond: Schema.Finite,
  faults: Schema.Array(Fault),
  /** From the first question to the last end. */
  lasted: Schema.DurationFromMillis,
  /** The most frequent first; their runs add up to all. */
  outcomes: Schema.Array(Schema.Struct({ outcome: Outcome, runs: Count })),
  /** In the order of the plan. */
  targets: Schema.Array(TargetTally),
  /** Of the run that made the most. */
  mostRequests: Count,
  /** Of the runs in which a word was shown; absent where none was. */
  firstWord: Schema.optionalKey(Spread),
  /** From a question to the end of its run, however it ended. */
  whole: Spread,
  cost: Schema.Struct({
    usd: Schema.Finite,
    /** False where the price of a target is not known: then it is a lower bound. */
    isComplete: Schema.Boolean,
  }),
  /** Complete answers whose text was not the one that was written; 0, or the executor is wrong. */
  spoilt: Count,
})
export type SimulationReport = typeof SimulationReport.Type
