/** Random plans over random fault scripts: cases made up from a seed and a number, each of which can be made again alone. */
import * as Duration from "effect/Duration"
import { AiPlan, AiPlanStep, type ChatRequest } from "@/services/ai"
import type { Values } from "@/services/configuration"
import { randomScript, type Script } from "./faultScripts"
import { oneOf, seededDice, whole, type Dice } from "./randomTexts"
import { allConfigured } from "./world"

export interface RandomRun {
  readonly request: ChatRequest & { readonly plan: AiPlan }
  /** When it begins, in milliseconds. */
  readonly beginsAt: number
  /** When its consumer goes away: after so many events, or milliseconds after it began. */
  readonly leaves?: { readonly events: number } | { readonly millis: number }
  /** How its process dies, one time after the other; after each it is resumed. */
  readonly deaths?: ReadonlyArray<Death>
}

/** The process of a run dies. */
export interface Death {
  /** How many events of this life are in the log; whatever the run tells after them is lost. */
  readonly events: number
  /** How long the run goes on after the last event that is kept, in milliseconds. */
  readonly lostMillis: number
  /** Until it is resumed. */
  readonly downMillis: number
  /** Whether the log that is read has its neighbouring pieces of text joined. */
  readonly isCompacted: boolean
}

export interface RandomCase {
  readonly index: number
  /** What every target says, if only it is let. */
  readonly text: string
  /** By target. */
  readonly scripts: ReadonlyMap<string, Script>
  readonly values: Values
  /** Of one process. */
  readonly runs: ReadonlyArray<RandomRun>
}

/** Every request asks its own question, at the end of a conversation of this many messages. */
export const conversationLength = 3

export const questionOf = (run: number): string => `Question ${run}: why?`

export const randomCase = (seed: number, index: number): RandomCase => {
  const dice = seededDice(seed + index * 7919)
  // Three in four are alone; the others share their targets' circuits and budgets.
  const count = dice() < 0.75 ? 1 : 2 + whole(dice, 5)
  const isTogether = dice() < 0.5
  return {
    index,
    text: randomAnswer(dice),
    scripts: new Map(
      targets.map(({ provider, model }) => [`${provider}/${model}`, randomScript(dice)] as const),
    ),
    values: {
      ...allConfigured,
      ...(dice() < 0.1 ? { OPENAI_API_KEY: undefined } : {}),
      ...(dice() < 0.1 ? { ANTHROPIC_API_KEY: undefined } : {}),
    },
    runs: Array.from({ length: count }, (_, run) => randomRun(dice, run, isTogether)),
  }
}

const targets = [
  { provider: "openai", model: "gpt-4.1" },
  { provider: "openai", model: "gpt-5.4" },
  { provider: "openai", model: "brand-new-1" },
  { provider: "anthropic", model: "claude-sonnet-4-5" },
  { provider: "anthropic", model: "claude-haiku-5-5" },
  { provider: "ollama", model: "gemma3:1b" },
  { provider: "ollama", model: "llama3.2:3b" },
] as const

const randomRun = (dice: Dice, run: number, isTogether: boolean): RandomRun => {
  const plan = randomPlan(dice)
  const leaves = dice()
  const tools = [{ name: "weather", description: "Tells the weather.", parameters: { type: "object" } }]
  return {
    request: {
      messages: [
        { role: "user", content: "Hello." },
        { role: "assistant", content: "Hello, what is it?" },
        { role: "user", content: questionOf(run) },
      ],
      preferredProvider: { key: plan.steps[0].provider },
      plan,
      ...(dice() < 0.2 ? { options: { tools } } : {}),
    },
    beginsAt: run * whole(dice, isTogether ? 300 : 20_000),
    ...(leaves < 0.05 ? { leaves: { events: 1 + whole(dice, 12) } } : {}),
    ...(leaves > 0.95 ? { leaves: { millis: whole(dice, 40_000) } } : {}),
  }
}

const randomPlan = (dice: Dice): AiPlan => {
  const [first, ...others] = Array.from({ length: 1 + whole(dice, 5) }, () => randomStep(dice))
  return AiPlan.make({
    name: "random",
    steps: [first ?? randomStep(dice), ...others],
    deadline: Duration.millis(
      oneOf(dice, [1000 + whole(dice, 20_000), 120_000, whole(dice, 180_000) + 1000]),
    ),
    onPartial: oneOf(dice, ["resume", "resume", "resume", "resume", "restart", "fail"]),
    ...(dice() < 0.5 ? { maxAttempts: 1 + whole(dice, 8) } : {}),
    ...(dice() < 0.1 ? { maxDuration: Duration.millis(500 + whole(dice, 60_000)) } : {}),
  })
}

const randomStep = (dice: Dice): AiPlanStep => {
  const after = dice() < 0.9 ? { after: Duration.millis(100 + whole(dice, 5000)) } : {}
  return AiPlanStep.make({
    ...oneOf<(typeof targets)[number]>(dice, targets),
    attempts: 1 + whole(dice, 4),
    ...(dice() < 0.3
      ? { backoff: { base: Duration.millis(whole(dice, 1000)), max: Duration.millis(whole(dice, 8000)) } }
      : {}),
    ...(dice() < 0.3 ? { firstPart: Duration.millis(300 + whole(dice, 20_000)) } : {}),
    ...(dice() < 0.4 ? { stall: Duration.millis(500 + whole(dice, 15_000)) } : {}),
    ...(dice() < 0.5 ? { hedge: after } : {}),
    ...(dice() < 0.3 ? { onRefusal: "next" as const } : {}),
  })
}

const stems = [
  "air",
  "naïve",
  "Straße",
  "東京",
  "привет",
  "🙂",
  "👩‍🚀",
  "e\u0301te\u0301",
  "don't",
  "**b**",
] as const
const separators = [" ", " ", " ", " ", "\n", "\n\n", ", "] as const

/** No word comes twice, so that nothing in it repeats by chance. */
const randomAnswer = (dice: Dice): string =>
  Array.from({ length: 1 + whole(dice, 14) }, (_, index) => `${oneOf(dice, stems)}${index}`).reduce(
    (text, word) => text + oneOf(dice, separators) + word,
  )
