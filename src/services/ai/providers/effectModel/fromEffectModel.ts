/** An `effect/ai` model behind the contract of a provider. */
import type * as AiError from "effect/ai/AiError"
import type * as LanguageModel from "effect/ai/LanguageModel"
import * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import type { AgentLanguageModelService } from "../../core/AgentLanguageModel"
import { AIProviderError } from "../../core/AIProviderError"
import type { ResponseFormat, StreamTextOptions } from "../../core/GenerationOptions"
import { strictGuard, type Target } from "../../wire/strictGuard"
import { collectText } from "../collectText"
import { encodePart } from "./encodePart"
import { importSchema, toolOptions } from "./request"
import { fromErrorPart, toProviderError } from "./toProviderError"

type ModelParts = Stream.Stream<Response.AnyPart, AiError.AiError | AIProviderError>

/**
 * `effect/ai` takes no temperature, limit or stop sequence at a request: these are settings of the model itself, and what a
 * run says of them is not passed on. An answer of a schema comes in one piece, since `effect/ai` does not stream one.
 */
export const fromEffectModel = (
  target: Target,
  model: LanguageModel.LanguageModel,
): AgentLanguageModelService => {
  const streamText: AgentLanguageModelService["streamText"] = (options) => {
    if (options.model !== undefined && options.model !== target.model) {
      return Stream.fail(otherModel(target, options.model))
    }
    const { responseFormat } = options
    const parts: ModelParts =
      responseFormat === undefined
        ? model.streamText({ prompt: options.prompt, ...toolOptions(options) })
        : structured(target, model, { ...options, responseFormat })
    return parts.pipe(encoded(target), strictGuard(target))
  }
  return {
    provider: target.provider,
    streamText,
    generateText: (options) => collectText(streamText(options)),
  }
}

/** The value's JSON in place of the text that it was read from, which may say it in the model's own way. */
const structured = (
  target: Target,
  model: LanguageModel.LanguageModel,
  options: StreamTextOptions & { readonly responseFormat: ResponseFormat },
): ModelParts =>
  Stream.unwrap(
    Effect.gen(function* () {
      const { prompt, responseFormat } = options
      const schema = yield* Effect.try({
        try: () => importSchema(responseFormat),
        catch: (cause) => notASchema(target, cause),
      })
      const { content, value } = yield* model.generateObject({
        prompt,
        schema,
        objectName: responseFormat.name,
        ...toolOptions(options),
      })
      const first = content.findIndex(({ type }) => type === "text")
      const json = Response.makePart("text", { text: JSON.stringify(value) })
      return Stream.fromIterable(
        content
          .map((part, index) => (index === first ? json : part))
          .filter((part) => part === json || part.type !== "text"),
      )
    }),
  )

const encoded =
  (target: Target) =>
  (parts: ModelParts): Stream.Stream<Response.StreamPartEncoded, AIProviderError> =>
    Stream.unwrap(
      Effect.map(Clock.Clock, (clock) => {
        let begun = false
        const circumstances = () => ({ target, begun, now: clock.currentTimeMillisUnsafe() })
        const toError = (error: unknown) => fromErrorPart(error, circumstances())
        return parts.pipe(
          Stream.mapArray((read) => {
            begun = true
            return Arr.flatMap(read, (part) => encodePart(part, toError))
          }),
          Stream.mapError((error) =>
            error._tag === "AIProviderError" ? error : toProviderError(error, circumstances()),
          ),
        )
      }),
    )

const otherModel = (target: Target, model: string): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "TargetUnsupported",
    message: `${target.provider} has one model, "${target.model}", and not "${model}"`,
  })

const notASchema = (target: Target, cause: unknown): AIProviderError =>
  AIProviderError.of({
    ...target,
    reason: "TargetUnsupported",
    message: `${target.provider} cannot be held to this JSON schema: ${cause instanceof Error ? cause.message : String(cause)}`,
  })
