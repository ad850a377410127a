/** Bytes of text, cut as a test needs them. */

const encoder = new TextEncoder()

export const bytesOf = (text: string): Uint8Array => encoder.encode(text)

/** Pieces of `size` bytes; the last one may be shorter. */
export const piecesOf = (bytes: Uint8Array, size: number): ReadonlyArray<Uint8Array> =>
  Array.from({ length: Math.ceil(bytes.length / size) }, (_, index) =>
    bytes.subarray(index * size, (index + 1) * size),
  )

/** Pieces that end at the given offsets; offsets that are out of order or out of range are left out. */
export const cutAt = (bytes: Uint8Array, offsets: ReadonlyArray<number>): ReadonlyArray<Uint8Array> => {
  const ends = [...new Set(offsets.filter((offset) => offset > 0 && offset < bytes.length))].toSorted(
    (left, right) => left - right,
  )
  return [...ends, bytes.length].map((end, index) => bytes.subarray(ends[index - 1] ?? 0, end))
}
