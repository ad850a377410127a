/**
 * Damaged files are kept under another name, never deleted or overwritten. The process may die between two renames: then a
 * name that ends in `.part` tells what is left to do, before SQLite sees a log without its main file and deletes it.
 */
import { closeSync, existsSync, openSync, readdirSync, readSync, renameSync, statSync } from "node:fs"
import { join } from "node:path"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type { StoreError } from "@/services/conversations/ConversationStore"
import { databaseFiles } from "./databaseFiles"
import { attempt } from "./storeFailure"

const [mainFile, ...companions] = databaseFiles
const [logFile] = companions
const partName = /^conversations\.damaged-.+\.sqlite\.part$/

/** Returns the path under which the file is kept from now on. */
export const setAside = (folder: string): Effect.Effect<string, StoreError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    attempt(join(folder, mainFile), () => {
      const kept = freeName(folder, now)
      renameSync(join(folder, mainFile), `${kept}.part`)
      finish(folder, kept)
      return kept
    }),
  )

/**
 * SQLite deletes a log beside an empty main file, and overwrites one that it does not know, without a word. To be called
 * before the database is opened; returns the path under which such a log is kept from now on.
 */
export const setLostLogAside = (folder: string): Effect.Effect<string | undefined, StoreError> =>
  Effect.flatMap(Clock.currentTimeMillis, (now) =>
    attempt(join(folder, logFile), () => {
      if (!isLogLost(folder)) return undefined
      const kept = freeName(folder, now) + logFile.slice(mainFile.length)
      renameSync(join(folder, logFile), kept)
      return kept
    }),
  )

/** Goes on where a process died; to be called before the database is opened. */
export const finishSettingAside = (folder: string): Effect.Effect<void, StoreError> =>
  attempt(folder, () => {
    for (const name of readdirSync(folder))
      if (partName.test(name)) finish(folder, join(folder, name.slice(0, -".part".length)))
  })

const finish = (folder: string, kept: string): void => {
  for (const companion of companions) {
    const path = join(folder, companion)
    if (existsSync(path)) renameSync(path, kept + companion.slice(mainFile.length))
  }
  renameSync(`${kept}.part`, kept)
}

/** A log begins with 32 bytes about itself, the first four of which are always these: https://sqlite.org/fileformat.html */
const logBeginnings: ReadonlyArray<number> = [0x377f0682, 0x377f0683]
const logHeaderSize = 32

const isLogLost = (folder: string): boolean => {
  if (sizeOf(join(folder, logFile)) < logHeaderSize) return false
  return sizeOf(join(folder, mainFile)) === 0 || !logBeginnings.includes(beginningOf(join(folder, logFile)))
}

const sizeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.size ?? 0

const beginningOf = (path: string): number => {
  const bytes = Buffer.alloc(4)
  const file = openSync(path, "r")
  try {
    readSync(file, bytes)
  } finally {
    closeSync(file)
  }
  return bytes.readUInt32BE()
}

/** Of the time in UTC, without the colons that Windows does not allow. */
const freeName = (folder: string, now: number): string => {
  const time = new Date(now).toISOString().replaceAll(":", "-")
  const taken = readdirSync(folder)
  for (let number = 1; ; number += 1) {
    const name = `conversations.damaged-${time}${number === 1 ? "" : `-${number}`}.sqlite`
    if (!taken.some((other) => other.startsWith(name))) return join(folder, name)
  }
}
