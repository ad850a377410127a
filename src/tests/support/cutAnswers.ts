/** An answer that breaks off, the targets that could go on with it, and what they were asked. */
import { assert } from "@effect/vitest"
import { planOf } from "./runs"
import type { Call } from "./world"

export const openai = { provider: "openai", model: "gpt-4.1" }
/** Does not take a prefill. */
export const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
/** Takes a prefill. */
export const ollama = { provider: "ollama", model: "gemma3:1b" }

export const chain = planOf([openai, anthropic, ollama])
export const beginning = "The sky is blue because"
export const rest = " small particles scatter short waves."
export const sky = beginning + rest

export const messagesOf = (call: Call | undefined): ReadonlyArray<unknown> => {
  const messages = call?.body["messages"]
  assert(Array.isArray(messages))
  return messages
}
