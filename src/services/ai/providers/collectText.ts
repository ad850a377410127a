/** One whole answer out of a stream of parts; incomplete ones fail before they get here. */
import type * as Response from "effect/ai/Response"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AiError } from "../core/AgentLanguageModel"
import type { GenerateTextResult } from "../core/GenerationOptions"

export const collectText = (
  parts: Stream.Stream<Response.StreamPartEncoded, AiError>,
): Effect.Effect<GenerateTextResult, AiError> =>
  Effect.flatMap(Stream.runCollect(parts), (all) => {
    const finish = all.find((part) => part.type === "finish")
    if (finish === undefined) return Effect.die("a strict stream ended without a finish part")
    return Effect.succeed({
      text: all.map((part) => (part.type === "text-delta" ? part.delta : "")).join(""),
      finishReason: finish.reason,
      usage: finish.usage,
      parts: all,
    })
  })
