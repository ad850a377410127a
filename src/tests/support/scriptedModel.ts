/** An `effect/ai` model that plays a script and keeps what it was asked. */
import type * as AiError from "effect/ai/AiError"
import * as LanguageModel from "effect/ai/LanguageModel"
import type * as Response from "effect/ai/Response"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { finishPart } from "./parts"

export interface Script {
  readonly streamText?: (
    options: LanguageModel.ProviderOptions,
  ) => Stream.Stream<Response.StreamPartEncoded, AiError.AiError>
  readonly generateText?: (
    options: LanguageModel.ProviderOptions,
  ) => Effect.Effect<Array<Response.PartEncoded>, AiError.AiError>
}

export interface ScriptedModel {
  readonly asked: ReadonlyArray<LanguageModel.ProviderOptions>
  readonly layer: Layer.Layer<LanguageModel.LanguageModel>
}

export const scriptedModel = (script: Script): ScriptedModel => {
  const asked: Array<LanguageModel.ProviderOptions> = []
  return {
    asked,
    layer: Layer.effect(
      LanguageModel.LanguageModel,
      LanguageModel.make({
        streamText: (options) => {
          asked.push(options)
          return script.streamText?.(options) ?? Stream.die("nobody should ask for a stream")
        },
        generateText: (options) => {
          asked.push(options)
          return script.generateText?.(options) ?? Effect.die("nobody should ask for a whole answer")
        },
      }),
    ),
  }
}

/** A whole answer as a stream. */
export const says = (text: string): Stream.Stream<Response.StreamPartEncoded> =>
  Stream.fromIterable([
    { type: "text-start", id: "1" },
    { type: "text-delta", id: "1", delta: text },
    { type: "text-end", id: "1" },
    finishPart("stop"),
  ])

export const calls = (name: string, params: unknown): Stream.Stream<Response.StreamPartEncoded> =>
  Stream.fromIterable([{ type: "tool-call", id: "call-1", name, params }, finishPart("tool-calls")])
