/** Rules about whom a plan asks: providers, keys, models. Adding a rule is adding a row. */
import { nameOf } from "../PlanEvent"
import { ofSteps, when, type Rule } from "./Finding"
import { askedNow, type Survey } from "./survey"
import { count, listed } from "./words"

export const targetRules = {
  "unknown-provider": {
    level: "error",
    find: ofSteps(({ standing }) =>
      standing._tag === "UnknownProvider"
        ? { message: standing.message, fix: "name one of these, or add an endpoint under providers" }
        : undefined,
    ),
  },
  "nobody-to-ask": {
    level: "error",
    find: (survey) =>
      when(askedNow(survey).length === 0, {
        message: "no step can be asked now",
        fix: `set ${listed(missingKeys(survey)) || "the key of a provider"}`,
      }),
  },
  "missing-key": {
    level: "warning",
    find: ofSteps(({ target, standing }) => {
      if (standing._tag === "MissingKey")
        return { message: `${nameOf(target)} is skipped: it has no key`, fix: `set ${standing.keyName}` }
      if (standing._tag === "Silent")
        return { message: `${nameOf(target)} does not answer now`, fix: standing.hint }
      return undefined
    }),
  },
  "one-provider": {
    level: "warning",
    find: ({ steps: [first, ...rest] }) =>
      when(
        rest.every(({ target }) => target.provider === first.target.provider),
        {
          message: `everything depends on ${first.target.provider}; when it stays silent a target is not asked again, whatever its attempts`,
          fix: "add a step of another provider",
        },
      ),
  },
  "unknown-model": {
    level: "warning",
    find: ofSteps(({ target, facts, standing }) =>
      standing._tag !== "UnknownProvider" && facts.contextWindow === undefined && facts.price === undefined
        ? {
            message: `nothing is known of ${nameOf(target)}: neither its window nor its price`,
            fix: `say it in commander.config.jsonc, models."${nameOf(target)}"`,
          }
        : undefined,
    ),
  },
  "smaller-window": {
    level: "warning",
    find: ofSteps(({ target, facts }, { steps: [first] }) =>
      (facts.contextWindow ?? Infinity) < (first.facts.contextWindow ?? 0) * muchSmaller
        ? {
            message: `${nameOf(target)} has room for ${count(facts.contextWindow)} tokens, ${nameOf(first.target)} for ${count(first.facts.contextWindow)}: it is skipped for longer conversations`,
            fix: "choose a model with a larger window, if conversations grow long",
          }
        : undefined,
    ),
  },
  "fewer-abilities": {
    level: "warning",
    find: ofSteps(({ target, facts }, { steps: [first] }) => {
      const lacking = abilities.filter(({ key }) => first.facts[key] && !facts[key])
      return lacking.length === 0
        ? undefined
        : {
            message: `${nameOf(target)} cannot ${listed(lacking.map(({ can }) => can))}, as ${nameOf(first.target)} can: it is skipped for requests that need it`,
            fix: "choose another model, if requests need it",
          }
    }),
  },
} as const satisfies Readonly<Record<string, Rule>>

/** Windows of about the same size are not worth a word. */
const muchSmaller = 0.5

const abilities = [
  { key: "tools", can: "call tools" },
  { key: "images", can: "see images" },
  { key: "jsonSchema", can: "be held to a JSON schema" },
] as const

const missingKeys = ({ steps }: Survey): ReadonlyArray<string> => [
  ...new Set(steps.flatMap(({ standing }) => (standing._tag === "MissingKey" ? [standing.keyName] : []))),
]
