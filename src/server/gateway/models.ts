/** `GET /v1/models`: what can be named as `model`, of the providers that are ready. */
import * as Effect from "effect/Effect"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import { ProviderRegistry } from "@/services/ai/core"
import { nameOf } from "@/services/ai/orchestration/PlanEvent"
import { offerOf } from "./offers"
import { respondError } from "./respond"
import { toDialectError } from "./runError"

export const makeModels = Effect.map(ProviderRegistry, ({ all }) =>
  Effect.gen(function* () {
    const offers = yield* Effect.forEach(yield* all, offerOf)
    const data = offers
      .filter(({ isReady }) => isReady)
      .flatMap(({ provider, models }) =>
        models.map((model) => ({
          id: nameOf({ provider, model }),
          object: "model",
          // Unknown, and the dialect wants a number.
          created: 0,
          owned_by: provider,
        })),
      )
    return HttpServerResponse.jsonUnsafe({ object: "list", data })
  }).pipe(
    Effect.catchTag("AIConfigurationError", (error) => Effect.succeed(respondError(toDialectError(error)))),
  ),
)
