/**
 * A conversation of Claude's export: `{uuid, name, created_at, updated_at, chat_messages: [{uuid, sender, text, content,
 * created_at, attachments, files, parent_message_uuid}]}`, with times as ISO 8601. Pure.
 */
import type { ForeignConversation, ForeignNode, Said } from "./ForeignConversation"
import { at, instantOf, listAt, textAt } from "./foreignJson"
import { fenced, leftOut, paragraphs } from "./notes"

export const isClaude = (value: unknown): boolean => Array.isArray(at(value, "chat_messages"))

export const fromClaude = (value: unknown): ForeignConversation => ({
  source: "claude",
  id: textAt(value, "uuid"),
  title: textAt(value, "name"),
  pinned: at(value, "is_starred") === true,
  createdAt: instantAt(value, "created_at"),
  updatedAt: instantAt(value, "updated_at"),
  leafId: textAt(value, "current_leaf_message_uuid"),
  nodes: listAt(value, "chat_messages").map(nodeOf(textAt(value, "model"))),
})

/** Older exports do not tell what a message follows: the one before it. */
const nodeOf =
  (model: string) =>
  (message: unknown, index: number, all: ReadonlyArray<unknown>): ForeignNode => {
    const before = index === 0 ? "" : idOf(all[index - 1], index - 1)
    return {
      id: idOf(message, index),
      parentId: textAt(message, "parent_message_uuid") || before,
      said: saidBy(message, model),
    }
  }

const idOf = (message: unknown, index: number): string => textAt(message, "uuid") || String(index)

const saidBy = (message: unknown, model: string): Said | undefined => {
  const sender = textAt(message, "sender")
  const blocks = listAt(message, "content").map(blockText)
  const text = paragraphs([
    // The text beside the blocks is the same with apologies in place of what is not text.
    blocks.length === 0 ? textAt(message, "text") : paragraphs(blocks),
    ...listAt(message, "attachments").map(attachmentText),
    ...listAt(message, "files").map((file) => leftOut(`the file ${nameOf(file)}`)),
  ])
  if (text === "") return undefined
  const said = { text, createdAt: instantAt(message, "created_at") }
  if (sender === "human") return { ...said, role: "user" }
  return { ...said, role: "assistant", origin: model === "" ? "Claude" : `Claude, ${model}` }
}

const blockText = (block: unknown): string => {
  const kind = textAt(block, "type")
  const show = shown.get(kind)
  return show === undefined ? leftOut(`content of the type ${kind}`) : show(block)
}

const shown: ReadonlyMap<string, (block: unknown) => string> = new Map<string, (block: unknown) => string>([
  ["", (block) => textAt(block, "text")],
  ["text", (block) => textAt(block, "text")],
  ["voice_note", (block) => textAt(block, "text")],
  ["image", () => leftOut("a picture")],
  ["tool_use", (block) => artifactOf(at(block, "input")) || leftOut(`a call of ${textAt(block, "name")}`)],
  ["tool_result", () => ""],
  ["thinking", () => ""],
  ["redacted_thinking", () => ""],
  ["token_budget", () => ""],
  ["flag", () => ""],
])

/** A document that Claude wrote beside the chat. */
const artifactOf = (input: unknown): string => {
  const content = textAt(input, "content")
  return content === ""
    ? ""
    : paragraphs([textAt(input, "title"), fenced(content, textAt(input, "language"))])
}

/** Pasted text comes with its contents. */
const attachmentText = (attachment: unknown): string => {
  const content = textAt(attachment, "extracted_content")
  return content === ""
    ? leftOut(`the file ${nameOf(attachment)}`)
    : paragraphs([`[the file ${nameOf(attachment)}]`, fenced(content)])
}

const nameOf = (file: unknown): string => textAt(file, "file_name") || "without a name"

const instantAt = (value: unknown, name: string): number | undefined =>
  instantOf(Date.parse(textAt(value, name)))
