/** Opens and closes the blocks of text and of reasoning that `effect/ai` wants around deltas. Pure but for what is open. */
import type * as Response from "effect/ai/Response"

type Part = Response.StreamPartEncoded

export interface TextBlocks {
  /** The delta, in a block of its kind: what is open of the other kind is closed first. */
  readonly write: (kind: "text" | "reasoning", delta: string) => ReadonlyArray<Part>
  readonly close: () => ReadonlyArray<Part>
}

export const makeTextBlocks = (): TextBlocks => {
  let open: { readonly kind: "text" | "reasoning"; readonly id: string } | undefined
  let count = 0

  const close = (): ReadonlyArray<Part> => {
    if (open === undefined) return []
    const { kind, id } = open
    open = undefined
    return [{ type: `${kind}-end`, id }]
  }

  return {
    close,
    write: (kind, delta) => {
      if (open?.kind === kind) return [{ type: `${kind}-delta`, id: open.id, delta }]
      const closed = close()
      open = { kind, id: String(count) }
      count += 1
      return [
        ...closed,
        { type: `${kind}-start`, id: open.id },
        { type: `${kind}-delta`, id: open.id, delta },
      ]
    },
  }
}
