/** How far an import is, and what came of it, in words. Pure. */
import type { ImportProgress } from "@/hooks/conversations/library"
import { formatCount, joined, plural } from "../../ui/format"

const megabyte = 1_000_000

export const formatBytes = (bytes: number): string =>
  bytes < megabyte ? `${Math.ceil(bytes / 1_000)} kB` : `${(bytes / megabyte).toFixed(1)} MB`

/** From 0 to 100; a file of no bytes has been read. */
export const percentOf = ({ bytesRead }: ImportProgress, fileSize: number): number =>
  fileSize === 0 ? 100 : Math.min(100, Math.floor((bytesRead / fileSize) * 100))

/** Without what there was none of. */
export const outcomeOf = (progress: ImportProgress): string => {
  const { read, added, alreadyHere, failed } = progress
  if (read === 0) return "No chats were found in the file."
  return `${joined(
    added === 0 ? undefined : `${plural(added, "chat")} added`,
    alreadyHere === 0 ? undefined : `${formatCount(alreadyHere)} already here`,
    failed === 0 ? undefined : `${formatCount(failed)} could not be read`,
  )}.`
}

/** How many failures are not named. */
export const unnamedFailures = ({ failed, failures }: ImportProgress): number =>
  Math.max(0, failed - failures.length)
