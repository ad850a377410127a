/**
 * 02: a plan of your own. Whom to ask, how often, how long to wait, and what to do when an answer breaks off.
 *
 *     npm run build && node examples/02-your-own-plan.ts
 *
 * Every step names a simulated model that misbehaves in its own way, so that you can watch each rule at work. In earnest a
 * step names a provider and a model: `AiPlanStep.make({ provider: "anthropic", model: "claude-haiku-5-5" })`.
 */
import { AiPlan, AiPlanStep, ChatOrchestratorService, nameOf, type PlanEvent } from "commander-ai"
import { FullAppLayer } from "commander-ai/runtime"
import { Console, Duration, Effect, Stream } from "effect"

const plan = AiPlan.make({
  name: "careful",
  steps: [
    // Answers 529. Asked twice, with a short wait between, then given up.
    AiPlanStep.make({ provider: "simulator", model: "overloaded", attempts: 2 }),
    // Takes nine seconds to begin. After a quarter of one the next step is asked as well, and the first to begin answers.
    AiPlanStep.make({
      provider: "simulator",
      model: "slow-start-9s",
      hedge: { after: Duration.millis(250) },
    }),
    // Breaks off after nine words. What you have read stays, and the next step goes on from there.
    AiPlanStep.make({ provider: "simulator", model: "cuts-after-9" }),
    AiPlanStep.make({ provider: "simulator", model: "steady" }),
  ],
  deadline: Duration.seconds(30),
})

/** One line for what is worth one. */
const lineOf = (event: PlanEvent): string | undefined => {
  switch (event.type) {
    case "attempt-started":
      return `${event.attempt}. ask ${nameOf(event.target)}${event.purpose === undefined ? "" : ` (${event.purpose})`}`
    case "attempt-failed":
      return `${event.attempt}. failed after ${event.emitted} characters: ${event.error.message}`
    case "retry-scheduled":
      return `   wait ${Duration.format(event.delay)}`
    case "answer-started":
    case "answer-resumed":
      return `${event.attempt}. ${event.type === "answer-started" ? "begins" : "goes on"} after ${Duration.format(event.timeToFirstPart)}`
    case "plan-completed":
      return `done: ${nameOf(event.target)} wrote the end`
    case "plan-failed":
      return `failed: ${event.error.message}`
    default:
      return undefined
  }
}

const program = Effect.gen(function* () {
  const chat = yield* ChatOrchestratorService
  const events = yield* chat
    .runPlan({
      messages: [{ role: "user", content: "Why is the sky blue?" }],
      preferredProvider: { key: "simulator" },
      plan,
    })
    .pipe(
      Stream.tap((event) => {
        const line = lineOf(event)
        return line === undefined ? Effect.void : Console.log(line)
      }),
      Stream.runCollect,
    )

  // The text on a screen, the timeline beside it, the bill: each is a projection of that one list.
  const text = events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")
  yield* Console.log(`\nOne text, from two models:\n\n${text}`)

  const end = events.at(-1)
  if (end?.type === "plan-completed") {
    const { inputTokens, outputTokens, usd } = end.totals
    yield* Console.log(
      `${end.attempts.length} requests, ${inputTokens} tokens in, ${outputTokens} out, $${usd.toFixed(4)}`,
    )
  }
})

await Effect.runPromise(Effect.provide(program, FullAppLayer))
