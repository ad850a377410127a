/** A language model over the Chat Completions interface. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { AgentLanguageModel, type AgentLanguageModelService } from "../../core/AgentLanguageModel"
import { vendorModels } from "../../core/models"
import { decodeParts } from "../../wire/decodeParts"
import { collectText } from "../collectText"
import { makeDecoder, type DecoderOptions } from "./decoder"
import { OpenAIClient, type OpenAIClientService } from "./OpenAIClient"
import { toRequest } from "./request"

export const makeLanguageModel = (
  client: OpenAIClientService,
  options: DecoderOptions & { readonly defaultModel: string },
): AgentLanguageModelService => {
  const streamText: AgentLanguageModelService["streamText"] = (request) => {
    const model = request.model ?? options.defaultModel
    return client
      .chatCompletions(toRequest(client.provider, model, request))
      .pipe(decodeParts({ provider: client.provider, model }, makeDecoder(options)))
  }
  return {
    provider: client.provider,
    streamText,
    generateText: (request) => collectText(streamText(request)),
  }
}

export const OpenAIAgentLanguageModelLive: Layer.Layer<AgentLanguageModel, never, OpenAIClient> =
  Layer.effect(
    AgentLanguageModel,
    Effect.map(OpenAIClient, (client) =>
      makeLanguageModel(client, { neverSendsFinishReason: false, defaultModel: vendorModels.openai.default }),
    ),
  )
