/** Reads JSON that nobody vouches for: what is missing or of another type is empty. Pure. */
import * as Predicate from "effect/Predicate"
import * as Result from "effect/Result"

/** Undefined when it is no JSON. */
export const parsed = (json: string): unknown =>
  Result.getOrUndefined(Result.try((): unknown => JSON.parse(json)))

export const at = (value: unknown, ...path: ReadonlyArray<string>): unknown =>
  path.reduce<unknown>(
    (inner, name) => (Predicate.isObject(inner) && Object.hasOwn(inner, name) ? inner[name] : undefined),
    value,
  )

export const textOf = (value: unknown): string => (typeof value === "string" ? value : "")

export const textAt = (value: unknown, ...path: ReadonlyArray<string>): string => textOf(at(value, ...path))

/** Undefined for what is no time, in milliseconds since the epoch, that a date can have (ECMA-262 §21.4.1.1). */
export const instantOf = (milliseconds: number): number | undefined =>
  Math.abs(milliseconds) <= 8.64e15 ? Math.round(milliseconds) : undefined

export const listAt = (value: unknown, ...path: ReadonlyArray<string>): ReadonlyArray<unknown> => {
  const found: unknown = at(value, ...path)
  return Array.isArray(found) ? found : []
}

export const entriesOf = (value: unknown): ReadonlyArray<readonly [string, unknown]> =>
  Predicate.isObject(value) && !Array.isArray(value) ? Object.entries(value) : []
