/** What went wrong in SQLite, in the store's words. */
import * as Predicate from "effect/Predicate"
import { StoreError } from "@/services/conversations/ConversationStore"
import { wordsOf } from "../../files"

/** SQLite's primary result codes that mean more than a failed call: https://sqlite.org/rescode.html */
const reasonOf: Readonly<Record<number, Exclude<StoreError["reason"], "Failed">>> = {
  3: "ReadOnly", // PERM
  8: "ReadOnly", // READONLY
  11: "Corrupt", // CORRUPT
  13: "Full", // FULL
  14: "ReadOnly", // CANTOPEN
  26: "Corrupt", // NOTADB
}

const sentences: Readonly<Record<StoreError["reason"], (path: string, words: string) => string>> = {
  Full: (path) => `There is no room left to save to ${path}: free some space on its disk.`,
  ReadOnly: (path, words) =>
    `${path} cannot be written (${words}): give Commander the right to write it and its folder.`,
  Corrupt: (path, words) =>
    `${path} is damaged (${words}): start Commander again, which keeps the file aside and begins a new one.`,
  Failed: (path, words) => `${path} could not be read or written: ${words}.`,
}

/** @param cause an error of `node:sqlite`, bare or inside those of `effect/sql`; a `StoreError` stays as it is */
export const storeErrorOf = (path: string, cause: unknown): StoreError => {
  if (cause instanceof StoreError) return cause
  const origin = originOf(cause)
  const reason = reasonOf[(origin.errcode ?? 1) & 0xff] ?? "Failed"
  return new StoreError({ reason, message: sentences[reason](path, origin.words), cause })
}

interface Origin {
  /** SQLite's extended result code. */
  readonly errcode?: number
  readonly words: string
}

const originOf = (cause: unknown): Origin => {
  if (Predicate.hasProperty(cause, "errcode") && typeof cause.errcode === "number")
    return { errcode: cause.errcode, words: wordsOf(cause) }
  if (Predicate.hasProperty(cause, "reason") && Predicate.isObject(cause.reason))
    return originOf(cause.reason)
  if (Predicate.hasProperty(cause, "cause") && Predicate.isObject(cause.cause)) return originOf(cause.cause)
  return { words: wordsOf(cause) }
}
