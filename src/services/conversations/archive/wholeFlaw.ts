/** Why a conversation that somebody sends in cannot be kept. Pure. */
import { isTerminal, type PlanEvent } from "../../ai/orchestration/PlanEvent"
import type { WholeConversation } from "../ConversationStore"
import { limits } from "./limits"

export const tooManyMessages = `it has more than ${limits.messages} messages`
export const noMessages = "it has no messages"

export const wholeFlaw = ({ conversation, messages, runs }: WholeConversation): string | undefined => {
  if (messages.length === 0) return noMessages
  if (messages.length > limits.messages) return tooManyMessages
  const roles = new Map<string, string>()
  for (const { id, parentId, role } of messages) {
    if (roles.has(id)) return `two of its messages have the id ${id}`
    if (parentId !== undefined && !roles.has(parentId)) return `the message before ${id} is missing`
    roles.set(id, role)
  }
  const { leafId } = conversation
  if (leafId !== undefined && !roles.has(leafId)) return "its last message is missing"
  const seen = new Set<string>()
  for (const { id, messageId, events } of runs) {
    if (roles.get(messageId) !== "assistant") return `the answer of the run ${id} is missing`
    if (seen.has(id) || seen.has(messageId)) return `it has two runs ${id}`
    if (!isInOrder(events)) return `the record of the run ${id} is out of order`
    seen.add(id).add(messageId)
  }
  return undefined
}

/** From number 0 on, upwards, and nothing after the end. */
const isInOrder = (events: ReadonlyArray<PlanEvent>): boolean =>
  events.every((event, index) => {
    const before = events[index - 1]
    if (before === undefined) return event.sequence === 0 && event.type === "plan-started"
    return event.sequence > before.sequence && !isTerminal(before)
  })
