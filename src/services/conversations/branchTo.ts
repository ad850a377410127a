/** The way to a message, with the texts that were seen of answers that have not ended. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Message } from "./Conversation"
import type { ConversationStore, StoredMessage, StoreError } from "./ConversationStore"
import { decodeEvents } from "./eventCodec"
import { textOf } from "./runLog/ending"

/** Answers that were interrupted have their text in their logs alone. */
export const branchTo = Effect.fnUntraced(function* (
  store: ConversationStore["Service"],
  messageId: string,
): Effect.fn.Return<ReadonlyArray<StoredMessage>, StoreError> {
  const branch = yield* store.branch(messageId)
  const [first] = branch
  if (first === undefined || !branch.some(isUnfinished)) return branch
  const messages = new Map((yield* store.messages(first.conversationId)).map((each) => [each.id, each]))
  return branch.map((each) =>
    isUnfinished(each) ? { ...each, text: writtenIn(messages.get(each.id)) } : each,
  )
})

const isUnfinished = ({ role, text }: StoredMessage): boolean => role === "assistant" && text === ""

/** What of an answer was seen before it was interrupted. */
const writtenIn = (answer: Message | undefined): string => {
  const events = answer?.run?.events
  return events === undefined ? "" : textOf(Result.getOrElse(decodeEvents(events), () => []))
}
