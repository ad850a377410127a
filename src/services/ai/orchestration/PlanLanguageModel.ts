/** A plan as an `effect/ai` model: every request is a run of the plan, and its events are the parts of the answer. */
import type * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Pull from "effect/Pull"
import * as Stream from "effect/Stream"
import { PlanLanguageModels, type AiPlan, type Sampling } from "./AiPlan"
import { makePartWriter, wholeAnswer } from "./languageModel/answerParts"
import { codecTransformer, parametersOf } from "./languageModel/parametersOf"
import { toAiError } from "./languageModel/toAiError"
import type { PlanEvent } from "./PlanEvent"
import { PlanRunner } from "./PlanRunner"

export const PlanLanguageModelsLive: Layer.Layer<PlanLanguageModels, never, PlanRunner> = Layer.effect(
  PlanLanguageModels,
  Effect.map(PlanRunner, (runner) =>
    PlanLanguageModels.of({
      layer: (plan, sampling) =>
        Layer.effect(LanguageModel.LanguageModel, makeLanguageModel(runner, plan, sampling)),
    }),
  ),
)

const makeLanguageModel = (
  { run }: PlanRunner["Service"],
  plan: AiPlan,
  sampling: Sampling,
): Effect.Effect<LanguageModel.LanguageModel> =>
  LanguageModel.make({
    codecTransformer,
    generateText: (options) =>
      Effect.gen(function* () {
        const parameters = yield* parametersOf("generateText", options)
        const events = yield* Stream.runCollect(
          run({
            plan: parameters.responseFormat === undefined ? plan : forStructure(plan),
            prompt: options.prompt,
            options: { ...sampling, ...parameters },
          }),
        )
        const failed = events.find((event) => event.type === "plan-failed")
        return failed === undefined ? wholeAnswer(events) : yield* toAiError("generateText", failed)
      }),
    streamText: (options) =>
      Stream.unwrap(
        Effect.map(parametersOf("streamText", options), (parameters) =>
          answerParts(
            run({
              plan: forStream(plan),
              prompt: options.prompt,
              options: { ...sampling, ...parameters },
            }),
          ),
        ),
      ),
  })

/** Who reads a stream cannot take text back. */
const forStream = (plan: AiPlan): AiPlan =>
  plan.onPartial === "restart" ? plan.with({ onPartial: "resume" }) : plan

/** A model that is held to a schema cannot go on in the middle of one. Nobody has seen the first half. */
const forStructure = (plan: AiPlan): AiPlan =>
  plan.onPartial === "resume" ? plan.with({ onPartial: "restart" }) : plan

/** The parts as they come; a failed plan fails the stream, also after some of them. */
const answerParts = (
  events: Stream.Stream<PlanEvent>,
): Stream.Stream<Response.StreamPartEncoded, AiError.AiError> =>
  Stream.transformPull(events, (pull) =>
    Effect.sync(() => {
      const write = makePartWriter()
      let failure: Effect.Effect<never, AiError.AiError> | undefined
      const next: Pull.Pull<
        Arr.NonEmptyReadonlyArray<Response.StreamPartEncoded>,
        AiError.AiError
      > = Effect.suspend(
        () =>
          failure ??
          Effect.flatMap(pull, (read) => {
            const parts = read.flatMap(write)
            const last = read.at(-1)
            if (last?.type === "plan-failed") failure = Effect.fail(toAiError("streamText", last))
            return Arr.isReadonlyArrayNonEmpty(parts) ? Effect.succeed(parts) : next
          }),
      )
      return next
    }),
  )
