/** Plan events as they are kept: JSON arrays. Text, the most frequent by far, is written without a schema's help. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import { PlanEvent } from "../ai/orchestration/PlanEvent"

const encode = Schema.encodeSync(PlanEvent)
const decode = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Array(PlanEvent)))

/** An event is written when it comes and again when its run ends: of those that a schema encodes, the text is kept. */
const encoded = new WeakMap<PlanEvent, string>()

const encodeOne = (event: PlanEvent): string => {
  if (isDelta(event)) return JSON.stringify(event)
  const known = encoded.get(event)
  if (known !== undefined) return known
  const json = JSON.stringify(encode(event))
  encoded.set(event, json)
  return json
}

export const encodeEvents = (events: ReadonlyArray<PlanEvent>): string =>
  `[${events.map(encodeOne).join(",")}]`

/** Fails, with a sentence, on what is no such JSON. */
export const decodeEvents = (json: string): Result.Result<ReadonlyArray<PlanEvent>, string> =>
  Result.mapError(decode(json), ({ message }) => message)

/** Whose encoded form is itself. */
const isDelta = ({ type }: PlanEvent): boolean => type === "text-delta" || type === "reasoning-delta"
