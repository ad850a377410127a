/** A piece of an answer's text, in order, never shown twice. */
import * as Schema from "effect/Schema"

export const AiTextChunk = Schema.Struct({ text: Schema.String })
export type AiTextChunk = typeof AiTextChunk.Type
