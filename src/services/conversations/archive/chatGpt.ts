/**
 * A conversation of ChatGPT's export: `{title, create_time, update_time, mapping: {id: {message, parent, children}},
 * current_node}`, with times in seconds. Pure.
 */
import * as Predicate from "effect/Predicate"
import { contentOf } from "./chatGptContent"
import type { ForeignConversation, Said } from "./ForeignConversation"
import { at, entriesOf, instantOf, textAt } from "./foreignJson"

export const isChatGpt = (value: unknown): boolean => Predicate.isObject(at(value, "mapping"))

export const fromChatGpt = (value: unknown): ForeignConversation => ({
  source: "chatgpt",
  id: textAt(value, "conversation_id") || textAt(value, "id"),
  title: textAt(value, "title"),
  pinned: at(value, "is_starred") === true,
  createdAt: instantAt(value, "create_time"),
  updatedAt: instantAt(value, "update_time"),
  leafId: textAt(value, "current_node"),
  nodes: entriesOf(at(value, "mapping")).map(([id, node]) => ({
    id,
    parentId: textAt(node, "parent"),
    said: saidBy(at(node, "message"), textAt(value, "default_model_slug")),
  })),
})

const saidBy = (message: unknown, defaultModel: string): Said | undefined => {
  const author = textAt(message, "author", "role")
  const isHidden = at(message, "metadata", "is_visually_hidden_from_conversation") === true
  const text = isHidden || author === "system" ? "" : contentOf(message)
  if (text === "") return undefined
  const said = { text, createdAt: instantAt(message, "create_time") }
  if (author === "user") return { ...said, role: "user" }
  const model = textAt(message, "metadata", "model_slug") || defaultModel
  return { ...said, role: "assistant", origin: model === "" ? "ChatGPT" : `ChatGPT, ${model}` }
}

const instantAt = (value: unknown, name: string): number | undefined =>
  instantOf(Number(at(value, name) ?? Number.NaN) * 1000)
