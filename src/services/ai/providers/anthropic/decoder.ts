/** Events of a Messages stream as `effect/ai` parts. Pure but for its own memory of one answer. */
import type * as Response from "effect/ai/Response"
import type { PartDecoder } from "../../wire/decodeParts"
import { doneMarker } from "../../wire/eventStream"
import * as Json from "../../wire/json"
import { makeBlocks } from "../blocks"

type Part = Response.StreamPartEncoded

export const makeDecoder = (): PartDecoder => {
  const blocks = makeBlocks()
  const toolIds = new Map<number, string>()
  let usage: Json.JsonObject = {}
  let finishReason: Response.FinishReason | undefined
  let stopped = false

  const startBlock = (event: Json.JsonObject): ReadonlyArray<Part> => {
    const block = Json.asObject(event["content_block"])
    const text = Json.asString(block?.["text"]) ?? ""
    if (block?.["type"] === "text" && text !== "") return blocks.text(text)
    if (block?.["type"] !== "tool_use") return []
    const index = Json.asInteger(event["index"]) ?? toolIds.size
    const id = Json.asString(block["id"]) ?? `call_${index}`
    toolIds.set(index, id)
    return blocks.toolStart(id, Json.asString(block["name"]) ?? "")
  }

  const takeDelta = (event: Json.JsonObject): ReadonlyArray<Part> => {
    const delta = Json.asObject(event["delta"])
    const text = Json.asString(delta?.["text"]) ?? ""
    const thinking = Json.asString(delta?.["thinking"]) ?? ""
    const toolId = toolIds.get(Json.asInteger(event["index"]) ?? -1)
    switch (delta?.["type"]) {
      case "text_delta":
        return text === "" ? [] : blocks.text(text)
      case "thinking_delta":
        return thinking === "" ? [] : blocks.reasoning(thinking)
      case "input_json_delta":
        return toolId === undefined
          ? []
          : blocks.toolParams(toolId, Json.asString(delta["partial_json"]) ?? "")
      default:
        return []
    }
  }

  return {
    push: (event) => {
      if (event === doneMarker || stopped) return []
      // After the stop reason only the usage and the stop may follow, whatever else a proxy appends.
      if (finishReason !== undefined && event["type"] !== "message_delta" && event["type"] !== "message_stop")
        return []
      switch (event["type"]) {
        case "message_start": {
          const message = Json.asObject(event["message"])
          usage = withCounts(usage, Json.asObject(message?.["usage"]))
          const id = Json.asString(message?.["id"])
          const modelId = Json.asString(message?.["model"])
          return [
            {
              type: "response-metadata",
              ...(id === undefined ? {} : { id }),
              ...(modelId === undefined ? {} : { modelId }),
            },
          ]
        }
        case "content_block_start":
          return startBlock(event)
        case "content_block_delta":
          return takeDelta(event)
        case "message_delta": {
          usage = withCounts(usage, Json.asObject(event["usage"]))
          const reason = Json.asString(Json.asObject(event["delta"])?.["stop_reason"])
          if (reason !== undefined) finishReason ??= finishReasons.get(reason) ?? "unknown"
          return []
        }
        case "message_stop":
          stopped = true
          return []
        default:
          return []
      }
    },
    // Complete is `message_stop` after a stop reason: a body that ends between the two is still a whole answer.
    state: () => (finishReason === undefined ? "Open" : stopped ? "Finished" : "Finishing"),
    close: () => (finishReason === undefined ? [] : blocks.finish(finishReason, toUsage(usage))),
  }
}

/** A map, since an object would know `constructor` for a reason, too. */
const finishReasons: ReadonlyMap<string, Response.FinishReason> = new Map([
  ["end_turn", "stop"],
  ["stop_sequence", "stop"],
  ["max_tokens", "length"],
  ["model_context_window_exceeded", "length"],
  ["tool_use", "tool-calls"],
  ["refusal", "content-filter"],
  ["pause_turn", "pause"],
])

/** Later counts replace earlier ones; a null says nothing. */
const withCounts = (usage: Json.JsonObject, more: Json.JsonObject = {}): Json.JsonObject => ({
  ...usage,
  ...Object.fromEntries(Object.entries(more).filter(([, count]) => count !== null)),
})

/** `input_tokens` counts only what was neither read from nor written to the cache. */
const toUsage = (usage: Json.JsonObject): typeof Response.Usage.Encoded => {
  const uncached = Json.asCount(usage["input_tokens"])
  const cacheRead = Json.asCount(usage["cache_read_input_tokens"])
  const cacheWrite = Json.asCount(usage["cache_creation_input_tokens"])
  return {
    inputTokens: {
      uncached,
      total:
        uncached === undefined ? undefined : Json.asCount(uncached + (cacheRead ?? 0) + (cacheWrite ?? 0)),
      cacheRead,
      cacheWrite,
    },
    outputTokens: { total: Json.asCount(usage["output_tokens"]), text: undefined, reasoning: undefined },
  }
}
