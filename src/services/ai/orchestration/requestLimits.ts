/** What a request must look like before anybody is asked, on either side of the bridge. Pure. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import type { AgentChatMessage } from "../core/AgentChatMessage"
import { AIProviderError } from "../core/AIProviderError"
import { ChatRequest } from "./ChatOrchestratorTag"

export const limits = {
  messages: 2000,
  /** UTF-16 code units of one message. */
  messageLength: 200_000,
  /** UTF-16 code units of the whole conversation. */
  conversationLength: 4_000_000,
}

/** The error of a request that is wrong in itself, or undefined. */
export const flawOf = (request: ChatRequest): AIProviderError | undefined => {
  const message = flawOfMessages(request.messages) ?? flawOfShape(request)
  return message === undefined
    ? undefined
    : AIProviderError.of({ provider: "commander", reason: "InvalidRequest", message })
}

const encode = Schema.encodeUnknownResult(ChatRequest)

/** Types do not know of ranges and blank names. */
const flawOfShape = (request: ChatRequest): string | undefined => {
  const encoded = encode(request)
  return Result.isFailure(encoded)
    ? `the request is wrong: ${encoded.failure.message.replace(/\s+/g, " ")}`
    : undefined
}

const flawOfMessages = (messages: ReadonlyArray<AgentChatMessage>): string | undefined => {
  if (!messages.some(({ role, content }) => role === "user" && content.trim() !== "")) {
    return "there is no message to answer"
  }
  if (messages.length > limits.messages) {
    return `the conversation has ${count(messages.length)} messages; at most ${count(limits.messages)} can be sent`
  }
  const longest = messages.reduce((length, { content }) => Math.max(length, content.length), 0)
  if (longest > limits.messageLength) {
    return `a message has ${count(longest)} characters; at most ${count(limits.messageLength)} can be sent in one`
  }
  const whole = messages.reduce((length, { content }) => length + content.length, 0)
  if (whole > limits.conversationLength) {
    return `the conversation has ${count(whole)} characters; at most ${count(limits.conversationLength)} can be sent`
  }
  return undefined
}

const count = (value: number): string => value.toLocaleString("en-US")
