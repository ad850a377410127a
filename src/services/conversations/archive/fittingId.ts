/** Names from elsewhere as ids of ours. Pure. */
import * as Schema from "effect/Schema"
import { Id } from "../Conversation"

const isId = Schema.is(Id)

/** The name itself where it can be an id; else always the same other one. */
export const fittingId = (name: string): string =>
  isId(name) ? name : `id-${[1, 2, 3, 4].map((seed) => hash(name, seed)).join("")}`

/** FNV-1a with a final mix (MurmurHash3's), of 32 bits; not for secrets. */
const hash = (text: string, seed: number): string => {
  let state = Math.imul(seed, 0x9e3779b1) ^ 0x811c9dc5
  for (let index = 0; index < text.length; index++)
    state = Math.imul(state ^ text.charCodeAt(index), 0x01000193)
  state = Math.imul(state ^ (state >>> 16), 0x85ebca6b)
  state = Math.imul(state ^ (state >>> 13), 0xc2b2ae35)
  return ((state ^ (state >>> 16)) >>> 0).toString(16).padStart(8, "0")
}
