/** Events of a run as the parts of `effect/ai`'s answers: one by one for a stream, or put together for a whole answer. */
import type * as Response from "effect/ai/Response"
import * as DateTime from "effect/DateTime"
import { makeTextBlocks } from "../../wire/textBlocks"
import type { PlanEvent, Usage } from "../PlanEvent"
import { metadataOf } from "./PlanMetadata"

type Part = Response.StreamPartEncoded

/** Remembers one run. What is no part of an answer (waits, switches, the plan) gives nothing. */
export const makePartWriter = (): ((event: PlanEvent) => ReadonlyArray<Part>) => {
  const { write, close } = makeTextBlocks()
  let runId = ""

  return (event) => {
    switch (event.type) {
      case "plan-started":
        runId = event.runId
        return []
      case "answer-started":
      case "answer-resumed":
        return [servedBy(runId, event)]
      case "text-delta":
        return write("text", event.text)
      case "reasoning-delta":
        return write("reasoning", event.text)
      case "tool-call": {
        const { id, name } = event
        return [
          ...close(),
          { type: "tool-params-start", id, name },
          { type: "tool-params-delta", id, delta: JSON.stringify(event.params) ?? "" },
          { type: "tool-params-end", id },
          toolCall(event),
        ]
      }
      case "plan-completed":
        return [...close(), finish(runId, event)]
      default:
        return []
    }
  }
}

/** Without what was taken back; named after the target that wrote its end. */
export const wholeAnswer = (events: ReadonlyArray<PlanEvent>): Array<Response.PartEncoded> => {
  let runId = ""
  let served: Response.ResponseMetadataPartEncoded | undefined
  let content: Array<Response.PartEncoded> = []
  let end: ReadonlyArray<Response.PartEncoded> = []
  for (const event of events) {
    if (event.type === "plan-started") runId = event.runId
    else if (event.type === "answer-started" || event.type === "answer-resumed")
      served = servedBy(runId, event)
    else if (event.type === "answer-discarded") content = []
    else if (event.type === "text-delta") append(content, "text", event.text)
    else if (event.type === "reasoning-delta") append(content, "reasoning", event.text)
    else if (event.type === "tool-call") content.push(toolCall(event))
    else if (event.type === "plan-completed") end = [finish(runId, event)]
  }
  return [...(served === undefined ? [] : [served]), ...content, ...end]
}

const append = (content: Array<Response.PartEncoded>, type: "text" | "reasoning", text: string): void => {
  const last = content.at(-1)
  if (last?.type === type && "text" in last) content[content.length - 1] = { type, text: last.text + text }
  else content.push({ type, text })
}

type EventOf<Type extends PlanEvent["type"]> = Extract<PlanEvent, { readonly type: Type }>

const servedBy = (
  runId: string,
  { target, at }: EventOf<"answer-started" | "answer-resumed">,
): Response.ResponseMetadataPartEncoded => ({
  type: "response-metadata",
  id: runId,
  modelId: target.model,
  timestamp: DateTime.formatIso(DateTime.makeUnsafe(at)),
  metadata: { commander: { provider: target.provider } },
})

const toolCall = ({ id, name, params }: EventOf<"tool-call">): Response.ToolCallPartEncoded => ({
  type: "tool-call",
  id,
  name,
  params,
})

const finish = (runId: string, event: EventOf<"plan-completed">): Response.FinishPartEncoded => ({
  type: "finish",
  reason: event.finishReason,
  usage: usageOf(event.usage),
  response: undefined,
  metadata: { commander: metadataOf(runId, event) },
})

const usageOf = ({ inputTokens, cachedInputTokens, outputTokens }: Usage): typeof Response.Usage.Encoded => ({
  inputTokens: {
    uncached: inputTokens === undefined ? undefined : inputTokens - (cachedInputTokens ?? 0),
    total: inputTokens,
    cacheRead: cachedInputTokens,
    cacheWrite: undefined,
  },
  outputTokens: { total: outputTokens, text: undefined, reasoning: undefined },
})
