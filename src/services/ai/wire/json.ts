/** Reads fields of JSON that came from outside, without a schema: the hot path of every token. */
import * as Predicate from "effect/Predicate"

export type JsonObject = Readonly<Record<string, unknown>>

export const asObject = (value: unknown): JsonObject | undefined => (isJsonObject(value) ? value : undefined)
export const asArray = (value: unknown): ReadonlyArray<unknown> => (Array.isArray(value) ? value : [])
export const asString = (value: unknown): string | undefined =>
  typeof value === "string" ? value : undefined
export const asInteger = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isInteger(value) ? value : undefined
/** A number of tokens: not negative, and small enough to be exact. */
export const asCount = (value: unknown): number | undefined =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0 ? value : undefined

/** The value of JSON text, or undefined when it is not JSON. */
export const parse = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

const isJsonObject = (value: unknown): value is JsonObject =>
  Predicate.isObject(value) && !Array.isArray(value)
