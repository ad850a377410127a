/**
 * 01: an answer as it is written, and everything that happened on the way.
 *
 *     npm run build && node examples/01-stream-an-answer.ts
 *
 * The built-in simulator answers, so that no key is needed. With `OPENAI_API_KEY` set, name "openai" below. What a run does
 * is also told to standard error; `2>/dev/null` hides it.
 */
import { ChatOrchestratorService, type ChatRequest } from "commander-ai"
import { FullAppLayer } from "commander-ai/runtime"
import { Console, Effect, Stream } from "effect"

const request: ChatRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why is the sky blue?" },
  ],
  preferredProvider: { key: "simulator", modelName: "steady" },
}

const program = Effect.gen(function* () {
  const chat = yield* ChatOrchestratorService

  // The text alone. It fails with an `AIProviderError` or an `AIConfigurationError` when no provider could answer.
  yield* chat.streamConversation(request).pipe(
    Stream.runForEach(({ text }) => Effect.sync(() => process.stdout.write(text))),
    Effect.catchTags({
      AIProviderError: (error) => Console.log(`\n${error.provider} failed: ${error.message}`),
      AIConfigurationError: (error) => Console.log(`\nSet it up first: ${error.message}`),
    }),
  )

  // Everything, as events. This never fails: it ends with `plan-completed` or with `plan-failed`.
  yield* Console.log("\nThe same request again, event by event:\n")
  yield* chat.runPlan(request).pipe(
    Stream.filter(({ type }) => type !== "text-delta"),
    Stream.runForEach((event) =>
      event.type === "plan-completed"
        ? Console.log(`${event.type}: ${event.totals.outputTokens} tokens from ${event.target.provider}`)
        : Console.log(event.type),
    ),
  )
})

await Effect.runPromise(Effect.provide(program, FullAppLayer))
