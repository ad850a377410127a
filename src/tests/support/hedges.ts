/** A plan whose first step hedges after two seconds, and targets that are slow to begin. */
import * as Duration from "effect/Duration"
import type { PlanEvent } from "@/services/ai"
import { only, planOf } from "./runs"
import { answers, hesitates, type Move } from "./world"

export const after = Duration.seconds(2)
export const openai = { provider: "openai", model: "gpt-4.1", hedge: { after } }
export const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
export const ollama = { provider: "ollama", model: "gemma3:1b" }
export const plan = planOf([openai, anthropic])
export const slow = (seconds: number, text = "Slow air."): Move =>
  hesitates(Duration.seconds(seconds), answers(text))

export const startsOf = (events: ReadonlyArray<PlanEvent>) =>
  only(events, "attempt-started").map(({ target, purpose, at }) => [
    target.provider,
    purpose,
    at - (events[0]?.at ?? 0),
  ])
