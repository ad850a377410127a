/** A provider inside this process: deterministic, scripted by the model's name, and marked as what it is. */
import type * as Response from "effect/ai/Response"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { AgentLanguageModel, type AgentLanguageModelService } from "../../core/AgentLanguageModel"
import { AIProviderError } from "../../core/AIProviderError"
import type { StreamTextOptions } from "../../core/GenerationOptions"
import { strictGuard } from "../../wire/strictGuard"
import { makeBlocks } from "../blocks"
import { collectText } from "../collectText"
import { answerTo, excerpt, tokensOf } from "./answers"
import { modelNames, scriptOf, type Refusal, type Script } from "./script"
import { restOf, taskOf } from "./task"

const provider = "simulator"
export const defaultModel = "steady"

type Part = Response.StreamPartEncoded

const streamText: AgentLanguageModelService["streamText"] = (options) => {
  const model = options.model ?? defaultModel
  const script = scriptOf(model)
  if (script === undefined) return Stream.fail(unknownModel(model))
  if (script.refusal !== undefined) return Stream.fail(refuse(model, script.refusal))
  return play(script, options).pipe(strictGuard({ provider, model }))
}

export const simulator: AgentLanguageModelService = {
  provider,
  streamText,
  generateText: (options) => collectText(streamText(options)),
}

export const SimulatorAgentLanguageModelLive: Layer.Layer<AgentLanguageModel> = Layer.succeed(
  AgentLanguageModel,
  AgentLanguageModel.of(simulator),
)

/** The same parts every time the stream is run. */
const play = (script: Script, options: StreamTextOptions): Stream.Stream<Part> =>
  Stream.suspend(() => {
    const { question, begun } = taskOf(options.prompt)
    const tokens = tokensOf(restOf(answerTo(excerpt(question), script.text), begun))
    const blocks = makeBlocks()
    const spoken = tokens.slice(0, Math.min(script.cutAfter ?? Infinity, script.stallAfter ?? Infinity))
    const writing = Stream.fromIterable(spoken.entries()).pipe(
      Stream.rechunk(1),
      Stream.mapEffect(([index, token]) =>
        Effect.as(pause(index === 0 ? script.firstTokenDelay : script.pace), blocks.text(token)),
      ),
      Stream.flatMap(Stream.fromIterable),
    )
    if (script.stallAfter !== undefined) return Stream.concat(writing, Stream.never)
    if (script.cutAfter !== undefined) return writing
    const ending = Stream.suspend(() => Stream.fromIterable(blocks.finish("stop", usageOf(question, tokens))))
    return Stream.concat(writing, ending)
  })

const pause = (duration: Duration.Duration): Effect.Effect<void> =>
  Duration.isZero(duration) ? Effect.void : Effect.sleep(duration)

const usageOf = (question: string, tokens: ReadonlyArray<string>): typeof Response.Usage.Encoded => {
  const input = tokensOfQuestion(question)
  return {
    inputTokens: { uncached: input, total: input, cacheRead: undefined, cacheWrite: undefined },
    outputTokens: { total: tokens.length, text: tokens.length, reasoning: undefined },
  }
}

const tokensOfQuestion = (question: string): number =>
  question.split(/\s+/).filter((word) => word !== "").length

const refuse = (model: string, { reason, status, retryAfter }: Refusal): AIProviderError =>
  AIProviderError.of({
    provider,
    model,
    reason,
    message: `simulator${status === undefined ? "" : ` answered ${status}`}: simulated "${model}"`,
    ...(status === undefined ? {} : { status }),
    ...(retryAfter === undefined ? {} : { retryAfter }),
  })

const unknownModel = (model: string): AIProviderError =>
  AIProviderError.of({
    provider,
    model,
    reason: "TargetUnsupported",
    status: 404,
    message: `simulator answered 404: there is no simulated model "${model}"; there are ${modelNames.join(", ")}, and any of them joined with "+"`,
  })
