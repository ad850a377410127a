/** Holds the JSON of one conversation while it comes in, unless it is too large. */
import type { ArchivePart } from "./ArchivePart"
import { limits } from "./limits"
import { titleWithin } from "./titleWithin"

export interface ConversationCutter {
  readonly isOpen: () => boolean
  readonly begin: () => void
  readonly keep: (bytes: Uint8Array) => void
  /** @param depth of what begins now, in the conversation */
  readonly deepen: (depth: number) => void
  readonly end: () => ArchivePart
}

/** How much of a conversation that is skipped is searched for its title, in characters. */
const beginning = 4096

export const makeConversationCutter = (): ConversationCutter => {
  let open: { readonly decoder: TextDecoder; json: string; size: number; why: string | undefined } | undefined

  const skip = (why: string): void => {
    if (open === undefined || open.why !== undefined) return
    open.why = why
    open.json = open.json.slice(0, beginning)
  }
  return {
    isOpen: () => open !== undefined,
    begin: () => {
      open = { decoder: new TextDecoder(), json: "", size: 0, why: undefined }
    },
    keep: (bytes) => {
      if (open === undefined) return
      open.size += bytes.length
      if (open.why === undefined || open.json.length < beginning)
        open.json += open.decoder.decode(bytes, { stream: true })
      if (open.size > limits.conversation) skip(tooLarge)
    },
    deepen: (depth) => {
      if (depth > limits.depth) skip(tooDeep)
    },
    end: () => {
      const { json = "", why } = open ?? {}
      open = undefined
      return why === undefined
        ? { type: "conversation", json }
        : { type: "unreadable", title: titleWithin(json), why }
    },
  }
}

const tooLarge = `it is larger than ${limits.conversation / 1024 / 1024} MB`
const tooDeep = `its JSON is nested more than ${limits.depth} levels deep`
