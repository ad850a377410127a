/** What a request needs of a model, what a model lacks for it, and what a provider's rejection says that it lacks. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import type { AIProviderError } from "../core/AIProviderError"
import type { GenerationParameters } from "../core/GenerationOptions"
import type { ModelFacts } from "../core/ModelFacts"
import { estimatePromptTokens, estimateTokens } from "../core/tokens"

export interface Needs {
  readonly tools: boolean
  /** That a tool is called, whether the model wants to or not. */
  readonly forcedTools: boolean
  readonly images: boolean
  readonly jsonSchema: boolean
  /** Of the conversation, the tools and the schema; counted once, when it is first asked for. */
  readonly estimatedInputTokens: () => number
  readonly maxOutputTokens?: number
}

/** Something that a request needs and a model cannot do. */
export type Lack = "tools" | "tool-choice" | "images" | "json-schema" | "context-window"

/** What a rejection can name. Sampling and prefill are done without; the others are lacks. */
export type Feature = Lack | "sampling" | "prefill"

export const needsOf = (request: {
  readonly prompt: Prompt.Prompt
  readonly options: GenerationParameters
}): Needs => {
  const { prompt, options } = request
  const { tools = [], toolChoice, responseFormat, maxOutputTokens } = options
  let estimated: number | undefined
  return {
    tools: tools.length > 0,
    forcedTools: toolChoice === "required" || typeof toolChoice === "object",
    images: prompt.content.some(hasImage),
    jsonSchema: responseFormat?.type === "json",
    estimatedInputTokens: () => (estimated ??= estimateRequestTokens(prompt, options)),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  }
}

/**
 * How much of an estimate counts against a window, so that a model that could answer is not skipped. Of the texts that
 * were tried none was estimated at more than 1.25 times its real count (Chinese; prose and code at about 1.0), and some
 * vocabularies have longer pieces than the one it was compared with. A request that does not fit after all is rejected
 * by its provider, which costs no more than the round trip.
 */
export const certainShare = 0.7

/** Empty when the model can do what the request needs, as far as is known. */
export const lacks = (needs: Needs, facts: ModelFacts): ReadonlyArray<Lack> =>
  inOrder.filter((lack) => rules[lack].applies(needs, facts))

/** One sentence about the model, e.g. "it cannot call tools". */
export const describeLack = (lack: Lack, needs: Needs, facts: ModelFacts): string =>
  rules[lack].describe(needs, facts)

/** What a rejection says that the model cannot do; undefined where it says nothing of that kind. */
export const rejectedFeature = (error: AIProviderError): Feature | undefined => {
  if (error.reason !== "TargetUnsupported" && error.reason !== "InvalidRequest") return undefined
  return rejections.find(({ words }) => words.test(error.message))?.feature
}

interface Rule {
  readonly applies: (needs: Needs, facts: ModelFacts) => boolean
  readonly describe: (needs: Needs, facts: ModelFacts) => string
}

/** What is said first where several are lacking. */
const inOrder: ReadonlyArray<Lack> = ["tools", "tool-choice", "images", "json-schema", "context-window"]

const rules: Readonly<Record<Lack, Rule>> = {
  tools: {
    applies: (needs, facts) => needs.tools && !facts.tools,
    describe: () => "it cannot call tools",
  },
  "tool-choice": {
    applies: (needs, facts) => needs.forcedTools && !facts.forcedTools,
    describe: () => "it cannot be made to call a tool",
  },
  images: {
    applies: (needs, facts) => needs.images && !facts.images,
    describe: () => "it cannot see images",
  },
  "json-schema": {
    applies: (needs, facts) => needs.jsonSchema && !facts.jsonSchema,
    describe: () => "it cannot be held to a JSON schema",
  },
  "context-window": {
    applies: ({ estimatedInputTokens, maxOutputTokens = 0 }, { contextWindow }) =>
      contextWindow !== undefined && estimatedInputTokens() * certainShare + maxOutputTokens > contextWindow,
    describe: ({ estimatedInputTokens, maxOutputTokens }, { contextWindow = 0 }) => {
      const answer = maxOutputTokens === undefined ? "" : ` and ${count(maxOutputTokens)} of its answer`
      return `it has room for ${count(contextWindow)} tokens, too few for about ${count(estimatedInputTokens())} of the request${answer}`
    },
  },
}

/**
 * First match wins. The words are the providers' own; the whole sentences are in the tests. A rejection of one value (a
 * schema, the name of a tool) must not match: the model takes the next one.
 */
const rejections: ReadonlyArray<{ readonly feature: Feature; readonly words: RegExp }> = [
  { feature: "prefill", words: /prefill|must end with a user message|expected last role/i },
  { feature: "tool-choice", words: /tool_choice\b.*(not|un)[ -]?support/i },
  {
    feature: "json-schema",
    words:
      /(response_format|output_config\.format(?!\.)).*(not support|unsupport|extra inputs)|invalid value: .?json_schema|support.{0,12}(json[_ ]schema|structured outputs?|output format)/i,
  },
  {
    feature: "sampling",
    words:
      /\b(temperature|top_p|top_k)\b.*(not support|unsupport|deprecated)|unsupported.*\b(temperature|top_p|top_k)\b/i,
  },
  {
    feature: "images",
    words:
      /image_url is only supported|support(s|ed|ing)? (for )?(image|images|vision)\b|\b(image_url|images?|vision)\W?( inputs?)? (is|are) not support/i,
  },
  {
    feature: "tools",
    words:
      /support(s|ed|ing)? (for )?(the )?(tools?\b|function[ _-]call)|\b(tools?|(tool|function)[ _-]call(s|ing)?)\W? (is|are) not support/i,
  },
]

const hasImage = ({ content }: Prompt.Message): boolean =>
  typeof content !== "string" &&
  content.some((part) => part.type === "file" && part.mediaType.startsWith("image/"))

const estimateRequestTokens = (
  prompt: Prompt.Prompt,
  { tools = [], responseFormat }: GenerationParameters,
): number =>
  estimatePromptTokens(prompt) +
  (tools.length === 0 ? 0 : estimateTokens(JSON.stringify(tools))) +
  (responseFormat === undefined ? 0 : estimateTokens(JSON.stringify(responseFormat.schema)))

const count = (tokens: number): string => tokens.toLocaleString("en-US")
