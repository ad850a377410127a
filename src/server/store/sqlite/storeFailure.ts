/** What went wrong in SQLite, in the store's words. */
import * as Effect from "effect/Effect"
import * as Predicate from "effect/Predicate"
import { StoreError } from "@/services/conversations/ConversationStore"
import { wordsOf } from "../../files"

/** Codes that mean more than a failed call: SQLite's primary ones (https://sqlite.org/rescode.html), and the system's. */
const reasonOf: Readonly<Record<number | string, StoreError["reason"]>> = {
  3: "ReadOnly", // PERM
  8: "ReadOnly", // READONLY
  11: "Corrupt", // CORRUPT
  13: "Full", // FULL
  14: "ReadOnly", // CANTOPEN
  19: "Refused", // CONSTRAINT
  26: "Corrupt", // NOTADB
  EACCES: "ReadOnly",
  EPERM: "ReadOnly",
  EROFS: "ReadOnly",
  ENOSPC: "Full",
}

const sentences: Readonly<Record<StoreError["reason"], (path: string, words: string) => string>> = {
  Full: (path) => `There is no room left to save to ${path}: free some space on its disk.`,
  ReadOnly: (path, words) =>
    `${path} cannot be written (${words}): give Commander the right to write it and its folder.`,
  Corrupt: (path, words) =>
    `${path} is damaged (${words}): start Commander again, which keeps the file aside and begins a new one.`,
  Refused: (path, words) => `${path} did not take what was to be written (${words}).`,
  Failed: (path, words) => `${path} could not be read or written: ${words}.`,
}

/** @param cause an error of `node:sqlite` or `node:fs`, bare or inside those of `effect/sql`; a `StoreError` stays as it is */
export const storeErrorOf = (path: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  const { code, words } = originOf(cause)
  const reason = reasonOf[code] ?? "Failed"
  return new StoreError({ reason, message: sentences[reason](path, words), cause })
}

/** What the body makes, or what it throws in the store's words. */
export const attempt = <A>(path: string, body: () => A): Effect.Effect<A, StoreError> =>
  Effect.try({ try: body, catch: (cause) => storeErrorOf(path, cause) })

interface Origin {
  readonly code: number | string
  readonly words: string
}

const originOf = (cause: unknown): Origin => {
  const words = wordsOf(cause)
  if (Predicate.hasProperty(cause, "errcode") && typeof cause.errcode === "number")
    return { code: cause.errcode & 0xff, words }
  if (Predicate.hasProperty(cause, "code") && typeof cause.code === "string")
    return { code: cause.code, words }
  if (Predicate.hasProperty(cause, "reason") && Predicate.isObject(cause.reason))
    return originOf(cause.reason)
  if (Predicate.hasProperty(cause, "cause") && Predicate.isObject(cause.cause)) return originOf(cause.cause)
  return { code: "", words }
}
