/** A fault of a script: what goes wrong with the requests to a target, when, and how often. Data. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"
import { nameOf, type Target } from "../PlanEvent"

const Time = Schema.DurationFromString.check(
  Schema.makeFilter(Duration.between({ minimum: Duration.zero, maximum: Duration.days(366) }), {
    expected: 'a duration of at most 366 days, such as "5 minutes"',
  }),
)

const Tokens = Schema.Int.check(Schema.isGreaterThanOrEqualTo(0))

const fields = {
  /** A provider's key, a target such as `openai/gpt-5.4`, or `*`; in any case. */
  target: Schema.NonEmptyString,
  /** Since the first run; from the beginning when absent. */
  from: Schema.optionalKey(Time),
  /** For good when absent. */
  for: Schema.optionalKey(Time),
  /** The share of the requests that it meets, 0 to 1; all when absent. */
  rate: Schema.optionalKey(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** `down`: no connection. `silent`: taken, and never answered. `empty`: answered without a word. */
  fault: Schema.optionalKey(Schema.Literals(["down", "silent", "empty"])),
  /** Refused with this HTTP status. */
  status: Schema.optionalKey(Schema.Int.check(Schema.isBetween({ minimum: 400, maximum: 599 }))),
  /** What a refusal asks for. */
  retryAfter: Schema.optionalKey(Time),
  /** The first token comes only then. */
  firstToken: Schema.optionalKey(Time),
  /** The answer breaks off after so many tokens. */
  cutAfter: Schema.optionalKey(Tokens),
  /** The answer goes silent after so many tokens. */
  stallAfter: Schema.optionalKey(Tokens),
}

/** The fields of which a fault has one. */
export const effects = ["fault", "status", "firstToken", "cutAfter", "stallAfter"] as const

export const Fault = Schema.Struct(fields).check(
  Schema.makeFilter(
    (fault: { readonly [Name in keyof typeof fields]?: unknown }) =>
      effects.filter((name) => fault[name] !== undefined).length === 1,
    { expected: `one of ${effects.join(", ")}` },
  ),
  Schema.makeFilter(
    (fault: { readonly [Name in keyof typeof fields]?: unknown }) =>
      fault.retryAfter === undefined || fault.status !== undefined,
    { expected: "a status with its retryAfter" },
  ),
)
export type Fault = typeof Fault.Type

export const FaultScript = Schema.Array(Fault)

export const isAbout = ({ target: name }: Pick<Fault, "target">, target: Target): boolean => {
  const wanted = name.toLowerCase()
  return wanted === "*" || wanted === target.provider.toLowerCase() || wanted === nameOf(target).toLowerCase()
}

/** @param elapsed milliseconds since the first run */
export const isActive = ({ from = Duration.zero, for: lasting }: Fault, elapsed: number): boolean => {
  const begin = Duration.toMillis(from)
  return elapsed >= begin && (lasting === undefined || elapsed < begin + Duration.toMillis(lasting))
}
