/** One message of a conversation, as it crosses the page's bridge and as programs write it. */
import * as Prompt from "effect/ai/Prompt"
import * as Schema from "effect/Schema"

export const AgentChatMessage = Schema.Struct({
  role: Schema.Literals(["system", "user", "assistant"]),
  content: Schema.String,
})
export type AgentChatMessage = typeof AgentChatMessage.Type

/** The same conversation in `effect/ai`'s vocabulary, which every provider reads. */
export const toPrompt = (messages: ReadonlyArray<AgentChatMessage>): Prompt.Prompt =>
  Prompt.make(
    messages.map(({ role, content }): Prompt.MessageEncoded =>
      role === "system" ? { role, content } : { role, content: [{ type: "text", text: content }] },
    ),
  )
