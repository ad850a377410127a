/** The parts of an archive, a JSON or a zip file, while it comes in. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  badArchive,
  flaw,
  tooLarge,
  type ArchiveFlaw,
  type ArchivePart,
  type ArchiveReader,
} from "@/services/conversations/archive/ArchivePart"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { makeJsonReader } from "@/services/conversations/archive/jsonReader"
import { limits } from "@/services/conversations/archive/limits"
import { makeZipReader } from "./zipReader"

/** In bytes. */
const sizes = {
  /** What is read at once: of a zip file, it unpacks to at most a thousand times as much. */
  piece: 16 * 1024,
  /** How often the position is told. */
  stride: 256 * 1024,
}

/** The position comes last too, and before the error when the file cannot be read any further. */
export const readArchive = <R>(
  file: Stream.Stream<Uint8Array, ConversationError, R>,
): Stream.Stream<ArchivePart, ConversationError, R> =>
  Stream.suspend(() => {
    const reader = positioned(makeReader())
    return file.pipe(
      Stream.flatMap((bytes) => Stream.fromIterable(piecesOf(bytes))),
      Stream.flatMap((bytes) => Stream.fromIterable(reader.push(bytes))),
      Stream.concat(Stream.suspend(() => Stream.fromIterable(reader.end()))),
      Stream.mapEffect((part) =>
        part.type === "flaw" ? Effect.fail(badArchive(part.why)) : Effect.succeed(part),
      ),
    )
  })

const piecesOf = function* (bytes: Uint8Array): Generator<Uint8Array> {
  for (let start = 0; start < bytes.length; start += sizes.piece)
    yield bytes.subarray(start, start + sizes.piece)
}

const zipMark = [0x50, 0x4b, 0x03, 0x04]

/** Of the format that the first bytes tell. */
const makeReader = (): ArchiveReader => {
  let reader: ArchiveReader | undefined
  let held = new Uint8Array(0)
  const chosen = (): ArchiveReader =>
    zipMark.every((byte, index) => held[index] === byte) ? makeZipReader() : makeJsonReader()
  return {
    push: (bytes) => {
      if (reader !== undefined) return reader.push(bytes)
      held = Uint8Array.of(...held, ...bytes)
      if (held.length < zipMark.length) return []
      reader = chosen()
      return reader.push(held)
    },
    end: () => {
      if (reader !== undefined) return reader.end()
      const last = chosen()
      return [...last.push(held), ...last.end()]
    },
  }
}

const positioned = (reader: ArchiveReader): ArchiveReader => {
  let bytesRead = 0
  let told = 0
  const position = (): ArchivePart => ({ type: "position", bytesRead })
  const withPosition = (parts: ReadonlyArray<ArchivePart | ArchiveFlaw>, isLast: boolean) => {
    const fails = parts.at(-1)?.type === "flaw"
    if (!fails && !isLast && bytesRead - told < sizes.stride) return parts
    told = bytesRead
    return fails ? [...parts.slice(0, -1), position(), ...parts.slice(-1)] : [...parts, position()]
  }
  return {
    push: (bytes) => {
      bytesRead += bytes.length
      if (bytesRead > limits.file) return withPosition([flaw(tooLarge)], true)
      return withPosition(reader.push(bytes), false)
    },
    end: () => withPosition(reader.end(), true),
  }
}
