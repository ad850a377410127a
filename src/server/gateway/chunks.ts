/** The events of a run as the body of a stream of `chat.completion.chunk`s. Pure but for its own memory of one answer. */
import * as Result from "effect/Result"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { factsOf, finishReasons, idOf, type Answer } from "./answer"
import { bodyOf, endedEarly, type DialectError } from "./DialectError"
import { advance, initial, type Progress } from "./progress"
import { toDialectError } from "./runError"
import { usageOf, type Completed } from "./usage"

export interface ChunkWriter {
  /** What the event adds to the body; most events of a timeline add nothing, and none does before the answer begins. */
  readonly push: (event: PlanEvent) => string
  readonly progress: () => Progress
  /** The end of the body once the run has completed; until then, and for ever where it failed, the error. */
  readonly ending: () => Result.Result<string, DialectError>
}

/** What an answer that broke off ends with. A client that waits for `[DONE]` must not take the text before it for whole. */
export const errorEvent = (error: DialectError): string => `data: ${JSON.stringify(bodyOf(error))}\n\n`

export const makeChunkWriter = (options: Answer & { readonly includeUsage: boolean }): ChunkWriter => {
  const head = { id: idOf(options), object: "chat.completion.chunk", created: options.created }
  // Clients that ask for the usage find the field in every chunk, and its value in the last.
  const tail = options.includeUsage ? `,"usage":null}\n\n` : `}\n\n`
  let progress = initial
  let opening = ""
  let hasBegun = false
  let ending: Result.Result<string, DialectError> = Result.fail(endedEarly)

  const chunk = (delta: string, finishReason = "null", more = ""): string =>
    `${opening}{"index":0,"delta":${delta},"logprobs":null,"finish_reason":${finishReason}}]${more}${tail}`

  const begin = (): string => {
    if (hasBegun) return ""
    hasBegun = true
    return chunk(`{"role":"assistant","content":"","refusal":null}`)
  }

  const finish = (completed: Completed): string => {
    const reason = JSON.stringify(finishReasons[completed.finishReason])
    const facts = JSON.stringify(factsOf(completed, progress))
    return `${chunk("{}", reason, `,"commander":${facts}`)}${usageChunk(completed)}data: [DONE]\n\n`
  }

  const usageChunk = (completed: Completed): string => {
    const usage = options.includeUsage ? usageOf(completed) : undefined
    if (usage === undefined) return ""
    return `data: ${JSON.stringify({ ...head, model: nameOf(completed.target), choices: [], usage })}\n\n`
  }

  const move = (next: Progress): void => {
    if (next.target !== undefined && next.target !== progress.target) {
      const start = JSON.stringify({ ...head, model: nameOf(next.target) }).slice(0, -1)
      opening = `data: ${start},"choices":[`
    }
    progress = next
  }

  return {
    push: (event) => {
      // The path of every token: what does not change from chunk to chunk has been written before.
      if (event.type === "text-delta") return chunk(`{"content":${JSON.stringify(event.text)}}`)
      if (event.type === "reasoning-delta") {
        return chunk(`{"reasoning_content":${JSON.stringify(event.text)}}`)
      }
      move(advance(progress, event))
      if (event.type === "plan-completed") ending = Result.succeed(begin() + finish(event))
      if (event.type === "plan-failed") ending = Result.fail(toDialectError(event.error, event.retryAfter))
      return event.type === "answer-started" ? begin() : ""
    },
    progress: () => progress,
    ending: () => ending,
  }
}
