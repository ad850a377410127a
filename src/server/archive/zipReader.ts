/** Reads the conversations out of a zip file as it comes; its other files are skipped, neither unpacked nor held. */
import * as Result from "effect/Result"
import {
  Unzip,
  UnzipInflate,
  UnzipPassThrough,
  type UnzipDecoder,
  type UnzipDecoderConstructor,
  type UnzipFile,
} from "fflate"
import {
  flaw,
  notAnArchive,
  type ArchiveFlaw,
  type ArchivePart,
  type ArchiveReader,
} from "@/services/conversations/archive/ArchivePart"
import { makeJsonReader } from "@/services/conversations/archive/jsonReader"
import { limits } from "@/services/conversations/archive/limits"

/** ChatGPT's and Claude's `conversations.json`, which ChatGPT numbers when there are many, and Commander's own. */
const holdsConversations = (name: string): boolean =>
  /(^|[/\\])(commander-)?conversations[^/\\]*\.json$/i.test(name)

/** Pieces are to be small: one can unpack to a thousand times its size before it is seen to be a bomb. */
export const makeZipReader = (): ArchiveReader => {
  let found: Array<ArchivePart | ArchiveFlaw> = []
  let packed = 0
  let unpacked = 0
  let hasMet = false
  let isReading = false
  let isOver = false

  const take = (parts: ReadonlyArray<ArchivePart | ArchiveFlaw>): void => {
    if (isOver) return
    for (const part of parts) found.push(part)
    isOver = parts.some(({ type }) => type === "flaw")
  }
  const fail = (why: string): void => take([flaw(why)])

  const read = (file: UnzipFile): void => {
    const json = makeJsonReader()
    hasMet = true
    isReading = true
    file.ondata = (error, bytes, isLast) => {
      if (isOver) return
      if (error !== null) return fail(damaged)
      unpacked += bytes.length
      const isBomb = unpacked > limits.unpackedUnsuspected && unpacked > packed * limits.unpackedRatio
      if (isBomb || unpacked > limits.unpacked) return fail(bomb)
      take(json.push(bytes))
      if (!isLast) return
      isReading = false
      take(json.end())
    }
  }

  const unzip = new Unzip((file) => {
    if (!holdsConversations(file.name)) {
      file.ondata = () => {}
      unzip.register(skippingOf(file.compression))
    } else {
      const decoder = decoders.find(({ compression }) => compression === file.compression)
      if (decoder === undefined) return fail(packedOtherwise)
      unzip.register(decoder)
      read(file)
    }
    // A file that is not started is held until the end.
    file.start()
  })

  const pushing = (bytes: Uint8Array, isLast: boolean): ReadonlyArray<ArchivePart | ArchiveFlaw> => {
    if (isOver) return []
    found = []
    packed += bytes.length
    const pushed = Result.try(() => unzip.push(bytes, isLast))
    if (Result.isFailure(pushed)) fail(damaged)
    if (isLast && isReading) fail(damaged)
    if (isLast && !hasMet) fail(notAnArchive)
    return found
  }
  return {
    push: (bytes) => pushing(bytes, false),
    end: () => pushing(new Uint8Array(0), true),
  }
}

const decoders: ReadonlyArray<UnzipDecoderConstructor> = [UnzipPassThrough, UnzipInflate]

/** @param compression the method's number, whatever it is */
const skippingOf = (compression: number): UnzipDecoderConstructor =>
  class implements UnzipDecoder {
    static readonly compression = compression
    ondata: UnzipDecoder["ondata"] = () => {}
    push(): void {}
  }

const damaged =
  "The zip file is damaged, or was not saved whole. Unpack it, and import the conversations.json that is in it."
const packedOtherwise =
  "The zip file is packed in a way that cannot be read here. Unpack it, and import the conversations.json that is in it."
const bomb = `The zip file unpacks to more than a conversation archive can: ${limits.unpacked / 1024 ** 3} GB, or ${limits.unpackedRatio} times its size.`
