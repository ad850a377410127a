/** A conversation and its options as a Chat Completions request. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import type { ResponseFormat, StreamTextOptions, ToolChoice } from "../../core/GenerationOptions"
import { factsOf } from "../../core/models"
import { dataUrl, textOf, toolResultText } from "../promptContent"
import { isStrictSchema } from "./strictSchema"

export interface ChatCompletionRequest {
  readonly model: string
  readonly messages: ReadonlyArray<ChatMessage>
  readonly stream: true
  /** Without it the stream carries no usage. */
  readonly stream_options: { readonly include_usage: true }
  readonly temperature?: number
  readonly top_p?: number
  readonly max_tokens?: number
  readonly max_completion_tokens?: number
  readonly stop?: ReadonlyArray<string>
  readonly tools?: ReadonlyArray<{ readonly type: "function"; readonly function: object }>
  readonly tool_choice?: "auto" | "none" | "required" | object
  readonly response_format?: object
}

type ChatMessage =
  | { readonly role: "system"; readonly content: string }
  | { readonly role: "user"; readonly content: string | ReadonlyArray<object> }
  | {
      readonly role: "assistant"
      readonly content: string | null
      readonly tool_calls?: ReadonlyArray<object>
    }
  | { readonly role: "tool"; readonly tool_call_id: string; readonly content: string }

export const toRequest = (
  provider: string,
  model: string,
  options: StreamTextOptions,
): ChatCompletionRequest => {
  const {
    temperature,
    topP,
    maxOutputTokens,
    stopSequences,
    tools = [],
    toolChoice,
    responseFormat,
  } = options
  const { takesSampling } = factsOf(provider, model)
  return {
    model,
    messages: options.prompt.content.flatMap(toMessages),
    stream: true,
    stream_options: { include_usage: true },
    ...(temperature !== undefined && takesSampling ? { temperature } : {}),
    ...(topP !== undefined && takesSampling ? { top_p: topP } : {}),
    ...maxTokens(provider, maxOutputTokens),
    ...(stopSequences === undefined || stopSequences.length === 0 ? {} : { stop: stopSequences }),
    ...(tools.length === 0
      ? {}
      : { tools: tools.map((definition) => ({ type: "function" as const, function: definition })) }),
    // A choice without tools is refused.
    ...(toolChoice === undefined || tools.length === 0 ? {} : { tool_choice: toToolChoice(toolChoice) }),
    ...(responseFormat === undefined ? {} : { response_format: toResponseFormat(responseFormat) }),
  }
}

const toToolChoice = (choice: ToolChoice): NonNullable<ChatCompletionRequest["tool_choice"]> =>
  typeof choice === "string" ? choice : { type: "function", function: { name: choice.tool } }

/** Names: "a-z, A-Z, 0-9, or contain underscores and dashes, with a maximum length of 64" (the types of `openai`). */
const toResponseFormat = ({ name, schema }: ResponseFormat): object => ({
  type: "json_schema",
  json_schema: {
    name: name.replace(/[^a-zA-Z0-9_-]+/g, "_").slice(0, 64) || "answer",
    schema,
    strict: isStrictSchema(schema),
  },
})

/** OpenAI refuses `max_tokens` for its reasoning models; compatible endpoints know only that name. */
const maxTokens = (
  provider: string,
  limit: number | undefined,
): Pick<ChatCompletionRequest, "max_tokens" | "max_completion_tokens"> => {
  if (limit === undefined) return {}
  return provider === "openai" ? { max_completion_tokens: limit } : { max_tokens: limit }
}

const toMessages = (message: Prompt.Message): ReadonlyArray<ChatMessage> => {
  switch (message.role) {
    case "system":
      return [{ role: "system", content: message.content }]
    case "user":
      return [{ role: "user", content: userContent(message.content) }]
    case "assistant": {
      const calls = message.content.flatMap((part) =>
        part.type === "tool-call"
          ? [
              {
                id: part.id,
                type: "function",
                function: { name: part.name, arguments: JSON.stringify(part.params) },
              },
            ]
          : [],
      )
      const text = textOf(message.content)
      return calls.length === 0
        ? [{ role: "assistant", content: text }]
        : [{ role: "assistant", content: text === "" ? null : text, tool_calls: calls }]
    }
    case "tool":
      return message.content.flatMap((part) =>
        part.type === "tool-result"
          ? [{ role: "tool", tool_call_id: part.id, content: toolContent(part) }]
          : [],
      )
  }
}

/** Chat Completions takes only text from a tool; pictures among its output are left out. */
const toolContent = (part: Prompt.ToolResultPart): string =>
  part.modelOutput === undefined ? toolResultText(part) : textOf(part.modelOutput)

const userContent = (parts: ReadonlyArray<Prompt.UserMessagePart>): string | ReadonlyArray<object> =>
  parts.every((part) => part.type === "text")
    ? textOf(parts)
    : parts.map((part) =>
        part.type === "text"
          ? { type: "text", text: part.text }
          : { type: "image_url", image_url: { url: dataUrl(part) } },
      )
