/** Chat Completions chunks as `effect/ai` parts. Pure but for its own memory of one answer. */
import type * as Response from "effect/ai/Response"
import type { PartDecoder } from "../../wire/decodeParts"
import { doneMarker, type WireEvent } from "../../wire/eventStream"
import * as Json from "../../wire/json"
import { makeBlocks } from "../blocks"

export interface DecoderOptions {
  /** For endpoints whose row says that a bare `[DONE]` is all the end they send. */
  readonly neverSendsFinishReason: boolean
}

type Part = Response.StreamPartEncoded

export const makeDecoder = (options: DecoderOptions) => (): PartDecoder => {
  const blocks = makeBlocks()
  const toolCalls = new Map<number, string>()
  let finishReason: Response.FinishReason | undefined
  let usage: Json.JsonObject | undefined
  let isDone = false
  let announced = false

  const announce = (event: Json.JsonObject): ReadonlyArray<Part> => {
    if (announced) return []
    announced = true
    const id = Json.asString(event["id"])
    const modelId = Json.asString(event["model"])
    return [
      {
        type: "response-metadata",
        ...(id === undefined ? {} : { id }),
        ...(modelId === undefined ? {} : { modelId }),
      },
    ]
  }

  const takeDelta = (delta: Json.JsonObject): ReadonlyArray<Part> => {
    const reasoning = Json.asString(delta["reasoning_content"]) ?? Json.asString(delta["reasoning"])
    const text = Json.asString(delta["content"]) ?? Json.asString(delta["refusal"])
    return [
      ...(reasoning === undefined || reasoning === "" ? [] : blocks.reasoning(reasoning)),
      ...(text === undefined || text === "" ? [] : blocks.text(text)),
      ...Json.asArray(delta["tool_calls"]).flatMap(takeToolCall),
    ]
  }

  const takeToolCall = (value: unknown): ReadonlyArray<Part> => {
    const call = Json.asObject(value)
    if (call === undefined) return []
    const fn = Json.asObject(call["function"])
    const index = Json.asInteger(call["index"]) ?? toolCalls.size
    const params = Json.asString(fn?.["arguments"]) ?? ""
    const known = toolCalls.get(index)
    const given = Json.asString(call["id"]) ?? ""
    // Ollama 0.20 numbers every call of an answer 0; only the id tells them apart.
    if (known !== undefined && (given === "" || given === known)) return blocks.toolParams(known, params)
    const id = given === "" ? `call_${index}` : given
    toolCalls.set(index, id)
    return [...blocks.toolStart(id, Json.asString(fn?.["name"]) ?? ""), ...blocks.toolParams(id, params)]
  }

  return {
    push: (event: WireEvent) => {
      if (isDone) return []
      if (event === doneMarker) {
        isDone = true
        if (options.neverSendsFinishReason) finishReason ??= toolCalls.size > 0 ? "tool-calls" : "stop"
        return []
      }
      usage = Json.asObject(event["usage"]) ?? usage
      const choice = Json.asObject(Json.asArray(event["choices"])[0])
      const head = announce(event)
      if (choice === undefined || finishReason !== undefined) return head
      const delta = Json.asObject(choice["delta"])
      const parts = delta === undefined ? head : [...head, ...takeDelta(delta)]
      const reason = Json.asString(choice["finish_reason"])
      // Some servers write an empty reason where others write null.
      if (reason !== undefined && reason !== "") finishReason = finishReasons.get(reason) ?? "unknown"
      return parts
    },
    state: () => (isDone ? "Finished" : finishReason === undefined ? "Open" : "Finishing"),
    close: () => (finishReason === undefined ? [] : blocks.finish(finishReason, toUsage(usage))),
  }
}

/** A map, since an object would know `constructor` for a reason, too. */
const finishReasons: ReadonlyMap<string, Response.FinishReason> = new Map([
  ["stop", "stop"],
  ["eos", "stop"],
  ["length", "length"],
  ["model_length", "length"],
  ["tool_calls", "tool-calls"],
  ["function_call", "tool-calls"],
  ["content_filter", "content-filter"],
  ["error", "error"],
])

const toUsage = (usage: Json.JsonObject | undefined): typeof Response.Usage.Encoded => {
  const input = Json.asCount(usage?.["prompt_tokens"])
  const output = Json.asCount(usage?.["completion_tokens"])
  const cached = Json.asCount(Json.asObject(usage?.["prompt_tokens_details"])?.["cached_tokens"])
  const reasoning = Json.asCount(Json.asObject(usage?.["completion_tokens_details"])?.["reasoning_tokens"])
  return {
    inputTokens: {
      uncached: input === undefined ? undefined : Math.max(0, input - (cached ?? 0)),
      total: input,
      cacheRead: cached,
      cacheWrite: undefined,
    },
    outputTokens: {
      total: output,
      // Some endpoints count reasoning besides the completion, not within it.
      text: output === undefined ? undefined : Math.max(0, output - (reasoning ?? 0)),
      reasoning,
    },
  }
}
