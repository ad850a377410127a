/** Whether a conversation has everything that another one would bring. Pure. */
import * as Equal from "effect/Equal"
import type { PlanEvent } from "../../ai/orchestration/PlanEvent"
import type { StoredMessage, WholeConversation } from "../ConversationStore"
import { encodeEvents } from "../eventCodec"
import { parsed } from "./foreignJson"

/** Its title, its pin and what was said since are its own. */
export const holds = (kept: WholeConversation, brought: WholeConversation): boolean => {
  const messages = new Map(kept.messages.map((message) => [message.id, message]))
  const runs = new Map(kept.runs.map((run) => [run.id, run]))
  return (
    hasText(kept.conversation.draft, brought.conversation.draft) &&
    brought.messages.every((message) => isMessage(messages.get(message.id), message)) &&
    brought.runs.every((run) => {
      const same = runs.get(run.id)
      if (same?.messageId !== run.messageId) return false
      // A run that was interrupted goes on in the same log.
      return run.status === "interrupted" || Equal.equals(dataOf(same.events), dataOf(run.events))
    })
  )
}

const isMessage = (kept: StoredMessage | undefined, brought: StoredMessage): boolean =>
  kept !== undefined &&
  kept.parentId === brought.parentId &&
  kept.role === brought.role &&
  kept.origin === brought.origin &&
  hasText(kept.text, brought.text)

/** Whatever the order of its fields: what was read from JSON has another one. */
const dataOf = (events: ReadonlyArray<PlanEvent>): unknown => parsed(encodeEvents(events))

/** An answer that had not ended has no text yet. */
const hasText = (kept: string, brought: string): boolean => brought === "" || brought === kept
