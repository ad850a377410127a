/** Runs a dialect's decoder over events, without a stream around it. */
import type * as Response from "effect/ai/Response"
import type { PartDecoder } from "@/services/ai/wire/decodeParts"
import type { WireEvent } from "@/services/ai/wire/eventStream"

export interface Decoded {
  readonly parts: ReadonlyArray<Response.StreamPartEncoded>
  /** The decoder's state after each event. */
  readonly states: ReadonlyArray<string>
}

export const decodeAll = (decoder: PartDecoder, events: ReadonlyArray<WireEvent>): Decoded => {
  const states: Array<string> = []
  const parts = events.flatMap((event) => {
    const given = decoder.push(event)
    states.push(decoder.state())
    return given
  })
  return { parts: [...parts, ...decoder.close()], states }
}

export const toolCallsIn = (parts: ReadonlyArray<Response.StreamPartEncoded>) =>
  parts.flatMap((part) =>
    part.type === "tool-call" ? [{ id: part.id, name: part.name, params: part.params }] : [],
  )

export const reasoningIn = (parts: ReadonlyArray<Response.StreamPartEncoded>): string =>
  parts.map((part) => (part.type === "reasoning-delta" ? part.delta : "")).join("")
