/** What targets' refusals taught about them: kept in memory, for a while. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { ModelFacts } from "../core/models"
import type { Feature } from "./capability"
import { nameOf, type Target } from "./PlanEvent"

export const defaults = {
  /** A model may have been replaced behind its name by then. */
  validity: Duration.hours(1),
  /** Targets that are remembered; the first learned is forgotten first. */
  targets: 1000,
}

export interface LearnedFacts {
  readonly learn: (target: Target, feature: Feature) => Effect.Effect<void>
  readonly apply: (target: Target, facts: ModelFacts) => Effect.Effect<ModelFacts>
}

/** What a model is without a feature. A window's size is not learned: the refusal does not tell it. */
const without: Readonly<Record<Feature, Partial<ModelFacts>>> = {
  tools: { tools: false, forcedTools: false },
  "tool-choice": { forcedTools: false },
  images: { images: false },
  "json-schema": { jsonSchema: false },
  sampling: { takesSampling: false },
  prefill: { prefill: false },
  "context-window": {},
}

export const makeLearnedFacts = (): LearnedFacts => {
  const learned = new Map<string, { facts: Partial<ModelFacts>; until: number }>()
  return {
    learn: (target, feature) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const name = nameOf(target)
        const known = learned.get(name)
        const isValid = known !== undefined && known.until > now
        learned.delete(name)
        learned.set(name, {
          facts: { ...(isValid ? known.facts : {}), ...without[feature] },
          until: now + Duration.toMillis(defaults.validity),
        })
        const [oldest] = learned.keys()
        if (learned.size > defaults.targets && oldest !== undefined) learned.delete(oldest)
      }),
    apply: (target, facts) =>
      Effect.map(Clock.currentTimeMillis, (now) => {
        const known = learned.get(nameOf(target))
        return known === undefined || known.until <= now ? facts : { ...facts, ...known.facts }
      }),
  }
}
