/** A text cut into what matches and what does not. Pure. */

export interface Piece {
  readonly text: string
  readonly isMatch: boolean
}

/** @param matches as [start, end) in UTF-16 code units; any order, and what lies outside of the text is left out */
export const piecesOf = (
  text: string,
  matches: ReadonlyArray<readonly [number, number]>,
): ReadonlyArray<Piece> => {
  const pieces: Array<Piece> = []
  let at = 0
  const take = (end: number, isMatch: boolean): void => {
    if (end <= at) return
    pieces.push({ text: text.slice(at, end), isMatch })
    at = end
  }
  for (const [start, end] of matches.toSorted(([a], [b]) => a - b)) {
    take(Math.min(start, text.length), false)
    take(Math.min(end, text.length), true)
  }
  take(text.length, false)
  return pieces
}
