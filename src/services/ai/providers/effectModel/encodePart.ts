/** A part of an `effect/ai` model's answer as a provider's: in the form it had before it was decoded. Pure. */
import type * as Response from "effect/ai/Response"
import type * as Arr from "effect/Array"
import * as DateTime from "effect/DateTime"
import * as Base64 from "effect/encoding/Base64"

type Parts = Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>

/**
 * Blocks of a whole answer become blocks of a stream.
 * @param toError what an `error` part means
 */
export const encodePart = (part: Response.AnyPart, toError: (error: unknown) => unknown): Parts => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return block(part.type, part.text)
    case "file":
      return [{ type: "file", mediaType: part.mediaType, data: Base64.encode(part.data) }]
    case "source": {
      if (part.sourceType === "document") return [part]
      return [{ type: "source", sourceType: "url", id: part.id, url: part.url.href, title: part.title }]
    }
    case "tool-result": {
      const { id, isFailure, encodedResult, providerExecuted } = part
      return [
        {
          type: "tool-result",
          id,
          name: String(part.name),
          isFailure,
          result: encodedResult,
          providerExecuted,
        },
      ]
    }
    case "response-metadata": {
      const { type, id, modelId, timestamp } = part
      return [{ type, id, modelId, timestamp: timestamp && DateTime.formatIso(timestamp) }]
    }
    case "finish":
      return [{ type: "finish", reason: part.reason, usage: part.usage, response: undefined }]
    case "error":
      return [{ type: "error", error: toError(part.error) }]
    default:
      return [part]
  }
}

const block = (kind: "text" | "reasoning", delta: string): Parts => [
  { type: `${kind}-start`, id: kind },
  { type: `${kind}-delta`, id: kind, delta },
  { type: `${kind}-end`, id: kind },
]
