/** What the next run says of a target that refused the last one: it is told as what it was, not as a limit of rate. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { AiPlan, AiPlanStep, ChatOrchestratorService, type AiError } from "@/services/ai"
import { errorBody } from "@/tests/support/dialects"
import { answers, makeWorld, refuses, type World } from "@/tests/support/world"

const alone = AiPlan.make({
  name: "alone",
  steps: [AiPlanStep.make({ provider: "openai", model: "gpt-4.1", attempts: 3 })],
})

const errorsOfTwoRuns = (world: World): Effect.Effect<readonly [AiError, AiError]> =>
  Effect.gen(function* () {
    const { generateConversationResponse } = yield* ChatOrchestratorService
    const failing = Effect.flip(
      generateConversationResponse({
        messages: [{ role: "user", content: "Why is the sky blue?" }],
        preferredProvider: { key: "openai" },
        plan: alone,
      }),
    )
    return [yield* Effect.orDie(failing), yield* Effect.orDie(failing)] as const
  }).pipe(Effect.provide(world.layer))

describe("a run after a refusal", () => {
  it.effect("of the model says that the model is not supported, and asks nobody", () =>
    Effect.gen(function* () {
      const unknown = refuses(
        404,
        errorBody("chat-completions", "invalid_request_error", "no such model", "model_not_found"),
      )
      const world = makeWorld({ openai: [unknown, answers("never asked")] })
      for (const error of yield* errorsOfTwoRuns(world)) {
        assert(error._tag === "AIProviderError")
        assert.strictEqual(error.reason, "TargetUnsupported")
        assert.include(error.message, "no such model")
        assert.isUndefined(error.retryAfter)
      }
      assert.strictEqual(world.calls.length, 1)
    }),
  )

  it.effect("of the key is a configuration error that names the key, and asks nobody", () =>
    Effect.gen(function* () {
      const bad = refuses(
        401,
        errorBody("chat-completions", "invalid_request_error", "bad key", "invalid_api_key"),
      )
      const world = makeWorld({ openai: [bad, answers("never asked")] })
      for (const error of yield* errorsOfTwoRuns(world)) {
        assert(error._tag === "AIConfigurationError")
        assert.strictEqual(error.keyName, "OPENAI_API_KEY")
      }
      assert.strictEqual(world.calls.length, 1)
    }),
  )

  it.effect("that asked for a pause is rate limited, with the time that is left", () =>
    Effect.gen(function* () {
      const busy = refuses(429, errorBody("chat-completions", "rate_limit_error", "slow down"), {
        "retry-after": "200",
      })
      const world = makeWorld({ openai: [busy, answers("never asked")] })
      for (const error of yield* errorsOfTwoRuns(world)) {
        assert(error._tag === "AIProviderError" && error.retryAfter !== undefined)
        assert.strictEqual(error.reason, "RateLimited")
      }
      assert.strictEqual(world.calls.length, 1)
    }),
  )
})
