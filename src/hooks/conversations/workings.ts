/** What the parts of the page share. */
import type { Connection } from "@/client/Connection"
import type { ConversationError } from "@/services/conversations/ConversationError"
import type { ConversationService } from "@/services/conversations/ConversationService"
import type { Lookers } from "./lookers"
import type { PageStore } from "./pageState"
import type { Tasks } from "./tasks"
import type { UnsavedTexts } from "./unsavedTexts"

export interface Workings {
  readonly store: PageStore
  readonly tasks: Tasks<ConversationService | Connection>
  readonly texts: UnsavedTexts
  readonly lookers: Lookers
}

/** An error's message as a sentence of its own. */
export const sentenceOf = ({ message }: ConversationError): string => {
  const sentence = message.charAt(0).toUpperCase() + message.slice(1)
  return /[.!?…]$/.test(sentence) ? sentence : `${sentence}.`
}
