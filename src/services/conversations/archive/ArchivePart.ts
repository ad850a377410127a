/** What a reader of archives finds, in the order of the file. */
import { ConversationError } from "../ConversationError"
import { limits } from "./limits"

export type ArchivePart =
  /** One conversation, in anyone's format. */
  | { readonly type: "conversation"; readonly json: string }
  /** One that could not even be cut out. */
  | { readonly type: "unreadable"; readonly title: string; readonly why: string }
  /** How much of the file has been read, in bytes. */
  | { readonly type: "position"; readonly bytesRead: number }

/** The file cannot be read any further. */
export interface ArchiveFlaw {
  readonly type: "flaw"
  /** A sentence. */
  readonly why: string
}

/** Takes a file in pieces of any size. After a flaw it finds nothing more. */
export interface ArchiveReader {
  readonly push: (bytes: Uint8Array) => ReadonlyArray<ArchivePart | ArchiveFlaw>
  /** What is left, or wrong, when the file is over. */
  readonly end: () => ReadonlyArray<ArchivePart | ArchiveFlaw>
}

export const flaw = (why: string): ArchiveFlaw => ({ type: "flaw", why })

export const notAnArchive = "This is no export of Commander, ChatGPT or Claude; nothing was imported."

export const tooLarge = `The file is larger than ${limits.file / 1024 ** 3} GB, the most that can be imported.`

export const badArchive = (message: string): ConversationError =>
  new ConversationError({ reason: "InvalidRequest", message })
