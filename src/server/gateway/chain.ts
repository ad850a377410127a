/** Whom a request names, in the order in which they are to be asked. */
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import type { Provider } from "@/services/ai/core"
import { nameOf, type Target } from "@/services/ai/orchestration/PlanEvent"
import type { CompletionRequest } from "./CompletionRequest"
import { badRequest, type DialectError } from "./DialectError"
import { offerOf, targetNamed, targetOffered } from "./offers"
import { toDialectError } from "./runError"

export const limits = {
  /** Of the models of one request. */
  models: 10,
}

export interface Chain {
  readonly targets: Arr.NonEmptyReadonlyArray<Target>
  /** Whether the request named all who may answer; else the default fallbacks follow. */
  readonly isWhole: boolean
}

export const chainOf = (
  request: CompletionRequest,
  providers: ReadonlyArray<Provider>,
): Effect.Effect<Chain, DialectError> =>
  Effect.gen(function* () {
    const names = yield* Effect.fromResult(namesOf(request))
    const targets = yield* Effect.forEach(names, (name) => targetOf(name, providers))
    return {
      targets: Arr.dedupeWith(targets, (left, right) => nameOf(left) === nameOf(right)),
      isWhole: (request.models ?? request.fallbacks ?? undefined) !== undefined,
    }
  })

/** Pure. `models` is the chain, with `model` before it where it is not in it; `fallbacks` follow `model`. */
export const namesOf = ({
  model,
  models,
  fallbacks,
}: CompletionRequest): Result.Result<Arr.NonEmptyReadonlyArray<string>, DialectError> => {
  if (Array.isArray(models) && Array.isArray(fallbacks)) {
    return Result.fail(badRequest("models and fallbacks say the same thing; send one", { param: "models" }))
  }
  const list = models ?? fallbacks ?? []
  const isFirst = typeof model === "string" && (Array.isArray(fallbacks) || !list.includes(model))
  const names = isFirst ? [model, ...list] : list
  if (!Arr.isReadonlyArrayNonEmpty(names) || (typeof model !== "string" && Array.isArray(fallbacks))) {
    return Result.fail(badRequest('model is missing, e.g. "openai/gpt-5.4"', { param: "model" }))
  }
  if (names.length > limits.models) {
    const message = `the request names ${names.length} models; at most ${limits.models} can be named`
    return Result.fail(badRequest(message, { param: Array.isArray(models) ? "models" : "fallbacks" }))
  }
  return Result.succeed(names)
}

/** What providers offer is read only for a name that does not say its provider. */
const targetOf = (name: string, providers: ReadonlyArray<Provider>): Effect.Effect<Target, DialectError> => {
  const named = targetNamed(
    name,
    providers.map(({ key }) => key),
  )
  return named === undefined
    ? Effect.forEach(providers, offerOf).pipe(
        Effect.mapError((error) => toDialectError(error)),
        Effect.flatMap((offers) => Effect.fromResult(targetOffered(name, offers))),
      )
    : Effect.succeed(named)
}
