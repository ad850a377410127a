/** One conversation of anyone's export, from its JSON. Pure. */
import * as Result from "effect/Result"
import type { WholeConversation } from "../ConversationStore"
import { titleOf } from "../titleOf"
import { decodeConversation } from "./ArchiveDocument"
import { assemble } from "./assemble"
import { fromChatGpt, isChatGpt } from "./chatGpt"
import { fromClaude, isClaude } from "./claude"
import { fittingId } from "./fittingId"
import type { ForeignConversation } from "./ForeignConversation"
import { at, parsed, textAt } from "./foreignJson"
import { limits } from "./limits"
import { renamed } from "./renamed"
import { unnamed } from "./titleWithin"
import { wholeFlaw } from "./wholeFlaw"

export type ReadConversation =
  | { readonly type: "conversation"; readonly whole: WholeConversation }
  | { readonly type: "unreadable"; readonly title: string; readonly why: string }
  /** Of none of the programs that we know. */
  | { readonly type: "foreign" }

type Format = "commander" | "chatgpt" | "claude"

const identify = (value: unknown): Format | undefined => {
  if (isChatGpt(value)) return "chatgpt"
  if (isClaude(value)) return "claude"
  return at(value, "conversation") !== undefined && Array.isArray(at(value, "messages"))
    ? "commander"
    : undefined
}

export const readConversation = (json: string): ReadConversation => {
  const value = parsed(json)
  if (value === undefined) return { type: "unreadable", title: unnamed, why: "it is no valid JSON" }
  const format = identify(value)
  if (format === undefined) return { type: "foreign" }
  const { title, whole } = readers[format](value)
  return Result.isFailure(whole)
    ? { type: "unreadable", title: title || unnamed, why: whole.failure }
    : { type: "conversation", whole: whole.success }
}

interface Read {
  readonly title: string
  readonly whole: Result.Result<WholeConversation, string>
}

const assembled = (foreign: ForeignConversation): Read => ({
  title: foreign.title,
  whole: assemble(foreign),
})

const readers: Readonly<Record<Format, (value: unknown) => Read>> = {
  chatgpt: (value) => assembled(fromChatGpt(value)),
  claude: (value) => assembled(fromClaude(value)),
  commander: (value) => ({
    title: textAt(value, "conversation", "title"),
    whole: Result.flatMap(
      Result.mapError(
        decodeConversation(value),
        ({ message }) => `it is not whole: ${message.slice(0, 300)}`,
      ),
      (whole) => {
        const flaw = wholeFlaw(whole)
        return flaw === undefined ? Result.succeed(brought(whole)) : Result.fail(flaw)
      },
    ),
  }),
}

/** Whatever ran when it was exported runs no more, and is not begun again by being imported. */
const brought = (whole: WholeConversation): WholeConversation => {
  const { conversation, messages, runs } = renamed(whole, fittingId)
  return {
    conversation: {
      ...conversation,
      title: conversation.title.slice(0, limits.title) || titleOf(messages[0]?.text ?? ""),
    },
    messages,
    runs: runs.map((run) => (run.status === "running" ? { ...run, status: "interrupted" } : run)),
  }
}
