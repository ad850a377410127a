/** Pieces of `effect/ai` prompts as the strings that vendors take. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import * as Encoding from "effect/encoding/Base64"

export const textOf = (parts: ReadonlyArray<{ readonly type: string }>): string =>
  parts
    .map((part) => ("text" in part && part.type === "text" && typeof part.text === "string" ? part.text : ""))
    .join("")

export const toolResultText = (part: Prompt.ToolResultPart): string =>
  typeof part.result === "string" ? part.result : (JSON.stringify(part.result) ?? "")

/** The file's bytes as base64, or undefined when it lies at a URL. */
export const base64Of = (part: Prompt.FilePart): string | undefined => {
  if (part.data instanceof URL) return undefined
  return typeof part.data === "string" ? part.data : Encoding.encode(part.data)
}

export const dataUrl = (part: Prompt.FilePart): string => {
  const data = base64Of(part)
  return data === undefined ? String(part.data) : `data:${part.mediaType};base64,${data}`
}
