/** How far an import has come. */
import * as Schema from "effect/Schema"
import { limits } from "./limits"

export const defaults = {
  /** How many of the conversations that could not be taken are named; the others are only counted. */
  namedFailures: 100,
}

export const ImportProgress = Schema.Struct({
  /** Of the file, as it was sent. */
  bytesRead: Schema.Int,
  /** Conversations met so far: those added, those already here and those that failed. */
  read: Schema.Int,
  added: Schema.Int,
  /** Were here, and are the same. */
  alreadyHere: Schema.Int,
  failed: Schema.Int,
  /** The first of those that failed. */
  failures: Schema.Array(Schema.Struct({ title: Schema.String, why: Schema.String })),
})
export type ImportProgress = typeof ImportProgress.Type

export const nothingRead: ImportProgress = {
  bytesRead: 0,
  read: 0,
  added: 0,
  alreadyHere: 0,
  failed: 0,
  failures: [],
}

/** One more that could not be taken. */
export const failing = (progress: ImportProgress, title: string, why: string): ImportProgress => ({
  ...progress,
  read: progress.read + 1,
  failed: progress.failed + 1,
  failures:
    progress.failed < defaults.namedFailures
      ? [...progress.failures, { title: title.slice(0, limits.title), why }]
      : progress.failures,
})
