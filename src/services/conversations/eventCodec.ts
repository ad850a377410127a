/** Plan events as they are kept: JSON arrays. Text, the most frequent by far, is written without a schema's help. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { PlanEvent } from "../ai/orchestration/PlanEvent"

const encodeOne = Schema.encodeSync(PlanEvent)
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(PlanEvent)))

export const encodeEvents = (events: ReadonlyArray<PlanEvent>): string =>
  JSON.stringify(events.map((event) => (isDelta(event) ? event : encodeOne(event))))

/** Fails, with a sentence, on what is no such JSON. */
export const decodeEvents = (json: string): Result.Result<ReadonlyArray<PlanEvent>, string> =>
  Result.mapError(decode(json), ({ message }) => message)

/** Whose encoded form is itself. */
const isDelta = ({ type }: PlanEvent): boolean => type === "text-delta" || type === "reasoning-delta"
