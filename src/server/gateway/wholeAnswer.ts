/** The events of a run as one `chat.completion`. Pure but for its own memory of one answer. */
import * as Result from "effect/Result"
import { nameOf, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { factsOf, finishReasons, idOf, type Answer } from "./answer"
import { endedEarly, type DialectError } from "./DialectError"
import { advance, initial, type Progress } from "./progress"
import { toDialectError } from "./runError"
import { usageOf, type Completed } from "./usage"

export interface Collector {
  readonly push: (event: PlanEvent) => void
  readonly progress: () => Progress
  /** The body once the run has completed; until then, and for ever where it failed, the error. */
  readonly result: () => Result.Result<object, DialectError>
}

export const makeCollector = (answer: Answer): Collector => {
  let text = ""
  let reasoning = ""
  let progress = initial
  let result: Result.Result<object, DialectError> = Result.fail(endedEarly)

  const whole = (completed: Completed): object => {
    const usage = usageOf(completed)
    return {
      id: idOf(answer),
      object: "chat.completion",
      created: answer.created,
      model: nameOf(completed.target),
      choices: [
        {
          index: 0,
          message: {
            role: "assistant",
            content: text,
            refusal: null,
            ...(reasoning === "" ? {} : { reasoning_content: reasoning }),
          },
          logprobs: null,
          finish_reason: finishReasons[completed.finishReason],
        },
      ],
      ...(usage === undefined ? {} : { usage }),
      commander: factsOf(completed, progress),
    }
  }

  return {
    push: (event) => {
      progress = advance(progress, event)
      if (event.type === "text-delta") text += event.text
      if (event.type === "reasoning-delta") reasoning += event.text
      if (event.type === "plan-completed") result = Result.succeed(whole(event))
      if (event.type === "plan-failed") result = Result.fail(toDialectError(event.error, event.retryAfter))
    },
    progress: () => progress,
    result: () => result,
  }
}
