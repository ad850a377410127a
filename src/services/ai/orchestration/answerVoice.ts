/** What of an attempt's parts the consumer gets: all of it, or what continues the text that it has seen. Pure. */
import { wordsToRepeat } from "./continuation"
import type { PlanEventBody, RescueMode } from "./PlanEvent"
import { makeSeam } from "./seam"

/** The visible events of an attempt, in and out. */
export interface Voice {
  readonly pass: (events: ReadonlyArray<PlanEventBody>) => ReadonlyArray<PlanEventBody>
  /** What was held back, once the attempt has finished. */
  readonly end: () => ReadonlyArray<PlanEventBody>
  /** Whether an attempt that added nothing says that what was seen is the whole answer: it wrote just that, and stopped. */
  readonly affirms: () => boolean
}

export const plainVoice: Voice = { pass: (events) => events, end: () => [], affirms: () => false }

/** The rescuer's thoughts are not shown: the consumer has read those of the first attempt. */
export const rescuerVoice = (mode: RescueMode, shownText: string): Voice => {
  if (mode === "fresh") return { ...plainVoice, pass: (events) => events.filter(isNoReasoning) }
  const seam = makeSeam({ prefix: shownText, mode })
  // What a rescuer was told to repeat affirms nothing.
  const isEcho = mode === "instruction" && wordsToRepeat(shownText) === shownText.trim().replace(/\s+/g, " ")
  let wrote = ""
  return {
    pass: (events) =>
      events.flatMap((event) => {
        if (event.type === "text-delta") {
          wrote += event.text
          return textOf(seam.push(event.text))
        }
        // A tool call follows all of the text before it.
        return isNoReasoning(event) ? [...textOf(seam.end()), event] : []
      }),
    end: () => textOf(seam.end()),
    affirms: () => !isEcho && wrote.trim().endsWith(shownText.trim()),
  }
}

const textOf = (text: string): ReadonlyArray<PlanEventBody> =>
  text === "" ? [] : [{ type: "text-delta", text }]

const isNoReasoning = ({ type }: PlanEventBody): boolean => type !== "reasoning-delta"
