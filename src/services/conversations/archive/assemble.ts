/** A conversation of another program as one of ours. Pure. */
import * as Result from "effect/Result"
import type { StoredMessage, WholeConversation } from "../ConversationStore"
import { titleOf } from "../titleOf"
import { fittingId } from "./fittingId"
import type { ForeignConversation, ForeignNode } from "./ForeignConversation"
import { limits } from "./limits"
import { noMessages, tooManyMessages } from "./wholeFlaw"

/** Fails with why it cannot be taken. */
export const assemble = (foreign: ForeignConversation): Result.Result<WholeConversation, string> => {
  const { source, title, pinned, leafId } = foreign
  const { messages, placeOf, isComplete } = inOrder(foreign)
  if (!isComplete) return Result.fail("its messages follow each other in a circle")
  const [first] = messages
  if (first === undefined) return Result.fail(noMessages)
  if (messages.length > limits.messages) return Result.fail(tooManyMessages)

  const name = foreign.id === "" ? `${title} ${foreign.createdAt}` : foreign.id
  const conversationId = fittingId(`${source}:${name}`)
  // Other conversations can have messages of the same id: the roots, and what was forked.
  const idOf = (id: string): string => fittingId(`${source}:${name}:${id}`)
  const shown = placeOf(leafId) ?? messages.at(-1) ?? first
  return Result.succeed({
    conversation: {
      id: conversationId,
      title: title.trim().slice(0, limits.title) || titleOf(first.pieces.join("\n")),
      pinned,
      createdAt: foreign.createdAt ?? first.createdAt,
      updatedAt: foreign.updatedAt ?? messages.reduce((last, { createdAt }) => Math.max(last, createdAt), 0),
      leafId: idOf(shown.id),
      draft: "",
    },
    messages: messages.map(({ id, parentId, role, pieces, createdAt, origin }): StoredMessage => ({
      id: idOf(id),
      conversationId,
      ...(parentId === undefined ? {} : { parentId: idOf(parentId) }),
      role,
      text: pieces.join("\n\n"),
      createdAt,
      ...(origin === undefined ? {} : { origin }),
    })),
    runs: [],
  })
}

interface Assembled {
  readonly id: string
  readonly parentId: string | undefined
  readonly role: "user" | "assistant"
  readonly pieces: Array<string>
  readonly createdAt: number
  origin: string | undefined
}

/** Where a node of the other program has gone. */
interface Place {
  /** The message that it is part of, or follows where it was not shown. */
  readonly message: Assembled | undefined
  /** Whether nothing branches off between that message and what follows this node. */
  readonly isStraight: boolean
}

const nowhere: Place = { message: undefined, isStraight: false }

/** Parents before their children; an answer that was given in several steps is one message. */
const inOrder = (foreign: ForeignConversation) => {
  const nodes = new Map(foreign.nodes.map((node) => [node.id, node]))
  const following = Map.groupBy(nodes.values(), ({ parentId = "" }) => (nodes.has(parentId) ? parentId : ""))
  const after = (id: string): ReadonlyArray<ForeignNode> => following.get(id) ?? []
  const start = foreign.createdAt ?? foreign.updatedAt ?? 0
  const messages: Array<Assembled> = []
  const places = new Map<string, Place>()

  const place = ({ id, parentId = "", said }: ForeignNode): Place => {
    const { message: before, isStraight } = places.get(parentId) ?? nowhere
    const continues = isStraight && after(parentId).length === 1
    if (said === undefined) return { message: before, isStraight: continues }
    if (continues && before?.role === "assistant" && said.role === "assistant") {
      before.pieces.push(said.text)
      before.origin ??= said.origin
      return { message: before, isStraight: true }
    }
    const message: Assembled = {
      id,
      parentId: before?.id,
      role: said.role,
      pieces: [said.text],
      createdAt: said.createdAt ?? before?.createdAt ?? start,
      origin: said.origin,
    }
    messages.push(message)
    return { message, isStraight: true }
  }

  const waiting = after("").toReversed()
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    places.set(node.id, place(node))
    for (const next of after(node.id).toReversed()) waiting.push(next)
  }
  return {
    messages,
    placeOf: (id = "") => places.get(id)?.message,
    isComplete: places.size === nodes.size,
  }
}
