/** What a plan adds to the answer of an `effect/ai` model, under the name `commander`: who answered, and at what cost. */
import * as Duration from "effect/Duration"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { Totals, type AttemptRecord, type PlanEvent } from "../PlanEvent"

/** JSON as all metadata of `effect/ai`, so that what is not known is null. */
export const PlanMetadata = Schema.Struct({
  runId: Schema.String,
  /** Whom the end of the answer comes from. */
  provider: Schema.String,
  model: Schema.String,
  /** Every request of the run, in order. */
  attempts: Schema.Array(
    Schema.Struct({
      provider: Schema.String,
      model: Schema.String,
      durationMillis: Schema.Number,
      firstPartMillis: Schema.NullOr(Schema.Number),
      usd: Schema.NullOr(Schema.Number),
      /** Null when the attempt answered. */
      error: Schema.NullOr(Schema.Struct({ reason: Schema.String, message: Schema.String })),
    }),
  ),
  /** Of all attempts together. */
  totals: Totals,
})
export type PlanMetadata = typeof PlanMetadata.Type

/** Reads it out of an answer's parts; undefined when no plan gave the answer. */
export const planMetadataOf = (
  parts: ReadonlyArray<{ readonly type: string; readonly metadata?: unknown }>,
): PlanMetadata | undefined =>
  Option.getOrUndefined(decode(parts.findLast(({ type }) => type === "finish")?.metadata))?.commander

const decode = Schema.decodeUnknownOption(Schema.Struct({ commander: PlanMetadata }))

export const metadataOf = (
  runId: string,
  { target, attempts, totals }: Extract<PlanEvent, { readonly type: "plan-completed" }>,
): PlanMetadata => ({
  runId,
  provider: target.provider,
  model: target.model,
  attempts: attempts.map(metadataOfAttempt),
  totals,
})

const metadataOfAttempt = ({
  target,
  duration,
  timeToFirstPart,
  cost,
  error,
}: AttemptRecord): PlanMetadata["attempts"][number] => ({
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
