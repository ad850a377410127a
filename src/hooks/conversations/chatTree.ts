/** The messages of a chat are a tree; one way through it is shown. Pure. */
import type { Message } from "@/services/conversations/Conversation"

/** By id; parents before their children, older ones before younger. */
export type Messages = ReadonlyMap<string, Message>

/** Where a message stands among those that follow the same message. */
export interface Branches {
  /** From 1. */
  readonly place: number
  readonly count: number
  readonly previous: string | undefined
  readonly next: string | undefined
}

/** From the first message to that leaf; to the youngest message where there is no such leaf. */
export const branchTo = (messages: Messages, leafId: string | undefined): ReadonlyArray<Message> => {
  const branch: Array<Message> = []
  let message = messageOf(messages, leafId) ?? [...messages.values()].at(-1)
  while (message !== undefined) {
    branch.push(message)
    message = messageOf(messages, message.parentId)
  }
  return branch.toReversed()
}

/** The end of the branch that goes through this message and has the youngest end. */
export const leafUnder = (messages: Messages, id: string): string => {
  const within = new Set([id])
  let leaf = id
  // Parents stand before their children, so that one pass finds every descendant.
  for (const message of messages.values()) {
    if (message.parentId === undefined || !within.has(message.parentId)) continue
    within.add(message.id)
    leaf = message.id
  }
  return leaf
}

/** Of those messages of a branch that have others beside them. */
export const branchesOf = (
  messages: Messages,
  branch: ReadonlyArray<Message>,
): ReadonlyMap<string, Branches> => {
  const families = new Map<string | undefined, Array<string>>()
  for (const { id, parentId } of messages.values()) {
    const family = families.get(parentId)
    if (family === undefined) families.set(parentId, [id])
    else family.push(id)
  }
  const found = new Map<string, Branches>()
  for (const { id, parentId } of branch) {
    const family = families.get(parentId) ?? []
    if (family.length < 2) continue
    const index = family.indexOf(id)
    found.set(id, {
      place: index + 1,
      count: family.length,
      previous: family[index - 1],
      next: family[index + 1],
    })
  }
  return found
}

const messageOf = (messages: Messages, id: string | undefined): Message | undefined =>
  id === undefined ? undefined : messages.get(id)
