/** A conversation and its options as a Messages request. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import type { StreamTextOptions, ToolChoice } from "../../core/GenerationOptions"
import { factsOf } from "../../core/models"
import { base64Of, textOf, toolResultText } from "../promptContent"
import { toOutputSchema } from "./outputSchema"

export interface MessagesRequest {
  readonly model: string
  readonly messages: ReadonlyArray<{
    readonly role: "user" | "assistant"
    readonly content: string | ReadonlyArray<object>
  }>
  readonly system?: string
  readonly max_tokens: number
  readonly stream: true
  readonly temperature?: number
  readonly top_p?: number
  readonly stop_sequences?: ReadonlyArray<string>
  readonly tools?: ReadonlyArray<object>
  readonly tool_choice?: object
  readonly output_config?: object
}

export const defaults = {
  /** Messages requires a limit; every Claude model since 3.5 can write this much. */
  maxOutputTokens: 8192,
}

export const toRequest = (model: string, options: StreamTextOptions): MessagesRequest => {
  const { temperature, topP, stopSequences, tools = [], toolChoice, responseFormat } = options
  const { takesSampling } = factsOf("anthropic", model)
  const system = options.prompt.content
    .flatMap((message) => (message.role === "system" ? [message.content] : []))
    .join("\n\n")
  return {
    model,
    messages: withPrefill(joinTurns(options.prompt.content.flatMap(toTurn))),
    ...(system === "" ? {} : { system }),
    max_tokens: options.maxOutputTokens ?? defaults.maxOutputTokens,
    stream: true,
    // Claude 4.5 refuses both at once; temperature is the one that people set.
    ...(temperature !== undefined && takesSampling ? { temperature: Math.min(temperature, 1) } : {}),
    ...(topP !== undefined && takesSampling && temperature === undefined ? { top_p: topP } : {}),
    ...(stopSequences === undefined || stopSequences.length === 0 ? {} : { stop_sequences: stopSequences }),
    ...(tools.length === 0
      ? {}
      : {
          tools: tools.map(({ parameters, ...definition }) => ({ ...definition, input_schema: parameters })),
        }),
    // A choice without tools is refused.
    ...(toolChoice === undefined || tools.length === 0 ? {} : { tool_choice: toToolChoice(toolChoice) }),
    // Needs no beta header, unlike the older `output_format` (Anthropic's structured outputs guide; `@anthropic-ai/sdk` 1.13).
    ...(responseFormat === undefined
      ? {}
      : {
          output_config: { format: { type: "json_schema", schema: toOutputSchema(responseFormat.schema) } },
        }),
  }
}

/** The types of `@anthropic-ai/sdk` 1.13, `ToolChoice`: `any` is what others call `required`. */
const toToolChoice = (choice: ToolChoice): object => {
  if (typeof choice === "object") return { type: "tool", name: choice.tool }
  return { type: choice === "required" ? "any" : choice }
}

interface Turn {
  readonly role: "user" | "assistant"
  readonly content: ReadonlyArray<object>
}

const toTurn = (message: Prompt.Message): ReadonlyArray<Turn> => {
  switch (message.role) {
    case "system":
      return []
    case "user":
      return turn("user", message.content.flatMap(userBlock))
    case "assistant":
      return turn(
        "assistant",
        message.content.flatMap((part): ReadonlyArray<object> => {
          if (part.type === "tool-call")
            return [{ type: "tool_use", id: part.id, name: part.name, input: part.params }]
          return part.type === "text" && part.text !== "" ? [{ type: "text", text: part.text }] : []
        }),
      )
    case "tool":
      return turn(
        "user",
        message.content.flatMap((part) =>
          part.type === "tool-result"
            ? [
                {
                  type: "tool_result",
                  tool_use_id: part.id,
                  content:
                    part.modelOutput === undefined
                      ? toolResultText(part)
                      : part.modelOutput.flatMap(userBlock),
                  is_error: part.isFailure,
                },
              ]
            : [],
        ),
      )
  }
}

/** Messages refuses turns and text blocks without content. */
const turn = (role: Turn["role"], content: ReadonlyArray<object>): ReadonlyArray<Turn> =>
  content.length === 0 ? [] : [{ role, content }]

const userBlock = (part: Prompt.UserMessagePart): ReadonlyArray<object> => {
  if (part.type === "text") return part.text === "" ? [] : [{ type: "text", text: textOf([part]) }]
  const data = base64Of(part)
  const source =
    data === undefined
      ? { type: "url", url: String(part.data) }
      : { type: "base64", media_type: part.mediaType, data }
  return [{ type: part.mediaType.startsWith("image/") ? "image" : "document", source }]
}

/** Turns of the same role in a row become one, as Messages expects them to alternate. */
const joinTurns = (turns: ReadonlyArray<Turn>): ReadonlyArray<Turn> =>
  turns.reduce<ReadonlyArray<Turn>>((joined, next) => {
    const last = joined.at(-1)
    return last?.role === next.role
      ? [...joined.slice(0, -1), { role: last.role, content: [...last.content, ...next.content] }]
      : [...joined, next]
  }, [])

/**
 * An assistant's text that stands last is continued by the model: as one string, and without the white space at its end,
 * which Messages refuses there. Nothing is left of it when it was white space alone.
 */
const withPrefill = (turns: ReadonlyArray<Turn>): MessagesRequest["messages"] => {
  const last = turns.at(-1)
  if (last?.role !== "assistant" || !last.content.every(isTextBlock)) return turns
  const text = textOf(last.content).trimEnd()
  return [...turns.slice(0, -1), ...(text === "" ? [] : [{ role: last.role, content: text }])]
}

const isTextBlock = (block: object): block is { readonly type: "text" } =>
  "type" in block && block.type === "text"
