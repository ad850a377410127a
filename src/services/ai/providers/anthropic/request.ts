/** A conversation and its options as a Messages request. Pure. */
import type * as Prompt from "effect/ai/Prompt"
import type { StreamTextOptions } from "../../core/GenerationOptions"
import { factsOf } from "../../core/models"
import { base64Of, textOf, toolResultText } from "../promptContent"

export interface MessagesRequest {
  readonly model: string
  readonly messages: ReadonlyArray<{
    readonly role: "user" | "assistant"
    readonly content: ReadonlyArray<object>
  }>
  readonly system?: string
  readonly max_tokens: number
  readonly stream: true
  readonly temperature?: number
  readonly top_p?: number
  readonly stop_sequences?: ReadonlyArray<string>
  readonly tools?: ReadonlyArray<object>
}

export const defaults = {
  /** Messages requires a limit; every Claude model since 3.5 can write this much. */
  maxOutputTokens: 8192,
}

export const toRequest = (model: string, options: StreamTextOptions): MessagesRequest => {
  const { temperature, topP, stopSequences, tools } = options
  const { takesSampling } = factsOf("anthropic", model)
  const system = options.prompt.content
    .flatMap((message) => (message.role === "system" ? [message.content] : []))
    .join("\n\n")
  return {
    model,
    messages: joinTurns(options.prompt.content.flatMap(toTurn)),
    ...(system === "" ? {} : { system }),
    max_tokens: options.maxOutputTokens ?? defaults.maxOutputTokens,
    stream: true,
    // Claude 4.5 refuses both at once; temperature is the one that people set.
    ...(temperature !== undefined && takesSampling ? { temperature: Math.min(temperature, 1) } : {}),
    ...(topP !== undefined && takesSampling && temperature === undefined ? { top_p: topP } : {}),
    ...(stopSequences === undefined || stopSequences.length === 0 ? {} : { stop_sequences: stopSequences }),
    ...(tools === undefined || tools.length === 0
      ? {}
      : {
          tools: tools.map(({ parameters, ...definition }) => ({ ...definition, input_schema: parameters })),
        }),
  }
}

type Turn = MessagesRequest["messages"][number]

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
                  content: toolResultText(part),
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
