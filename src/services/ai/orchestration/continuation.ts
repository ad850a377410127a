/** How a rescuer is asked to continue a text that another target began. Pure. */
import * as Prompt from "effect/ai/Prompt"
import type { ModelFacts } from "../core/models"
import type { RescueMode } from "./PlanEvent"
import type { Continuation } from "./ResolvedStep"
import { isRecognisable } from "./seam"

/** How many of the last words a rescuer is asked to repeat, as the instruction says it. */
const repeatedWords = 5

/**
 * Written to the rescuer, never shown. It repeats a few words because chat models do not begin with white space, so that
 * nobody could know whether a space belongs at the joint; the seam swallows what is repeated.
 */
const repeating =
  "Your last message was cut off. Continue it exactly where it stopped: repeat its last five words as they stand, then go " +
  "on from there without a break until it is complete. No greeting, no comment, nothing else of what you have written."

/** Where the last words are so short that the seam could not know them again. */
const goingOn =
  "Your last message was cut off. Continue it exactly where it stopped, with a space first where one belongs, until it is " +
  "complete. No greeting, no comment, nothing of what you have written."

/** The words at the end of the text that a rescuer repeats; undefined where it is not asked to. */
export const wordsToRepeat = (text: string): string | undefined => {
  const words = text.trim().split(/\s+/).slice(-repeatedWords).join(" ")
  return isRecognisable(words) ? words : undefined
}

/** Where the target takes a prefill it continues its own words; white space alone is nothing to continue. */
export const modeOf = (shownText: string, { prefill }: Pick<ModelFacts, "prefill">): RescueMode => {
  if (shownText.trim() === "") return "fresh"
  return prefill ? "prefill" : "instruction"
}

/**
 * The conversation with the partial answer as the last assistant message, its trailing white space trimmed since
 * Messages refuses it there; after it, unless it is a prefill, the instruction to go on.
 */
export const continued = (prompt: Prompt.Prompt, { mode, text }: Continuation): Prompt.Prompt =>
  Prompt.concat(prompt, [
    { role: "assistant", content: [{ type: "text", text: text.trimEnd() }] },
    ...(mode === "prefill"
      ? []
      : [{ role: "user" as const, content: [{ type: "text" as const, text: instructionFor(text) }] }]),
  ])

const instructionFor = (text: string): string => (wordsToRepeat(text) === undefined ? goingOn : repeating)
