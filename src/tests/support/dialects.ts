/** An answer's text as the event streams of the two dialects, whole or broken off. */

export type Dialect = "chat-completions" | "messages"

const chatChunk = (choice: object): string =>
  `data: ${JSON.stringify({ id: "chatcmpl-1", object: "chat.completion.chunk", model: "m", choices: [choice] })}\n\n`

const messagesEvent = (type: string, fields: object): string =>
  `event: ${type}\ndata: ${JSON.stringify({ type, ...fields })}\n\n`

const tokensOf = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/g) ?? []

/** The events until the end is told; what a cut or stalled stream sends. */
export const opening = (dialect: Dialect, text: string): ReadonlyArray<string> =>
  dialect === "chat-completions"
    ? [
        chatChunk({ index: 0, delta: { role: "assistant", content: "" }, finish_reason: null }),
        ...tokensOf(text).map((content) => chatChunk({ index: 0, delta: { content }, finish_reason: null })),
      ]
    : [
        messagesEvent("message_start", {
          message: { id: "msg_1", model: "m", usage: { input_tokens: 3, output_tokens: 1 } },
        }),
        messagesEvent("content_block_start", { index: 0, content_block: { type: "text", text: "" } }),
        ...tokensOf(text).map((token) =>
          messagesEvent("content_block_delta", { index: 0, delta: { type: "text_delta", text: token } }),
        ),
      ]

/** Reasoning without text, as compatible endpoints of Chat Completions send it. */
export const thought = (text: string): string =>
  chatChunk({ index: 0, delta: { reasoning_content: text }, finish_reason: null })

/** Reasoning before or among the text. */
export const reasoning = (dialect: Dialect, text: string): ReadonlyArray<string> =>
  dialect === "chat-completions"
    ? [thought(text)]
    : [
        messagesEvent("content_block_start", { index: 7, content_block: { type: "thinking", thinking: "" } }),
        messagesEvent("content_block_delta", { index: 7, delta: { type: "thinking_delta", thinking: text } }),
      ]

export interface ToolCall {
  readonly id: string
  readonly name: string
  /** The JSON of its arguments, as it comes. */
  readonly pieces: ReadonlyArray<string>
}

/** A call of a tool, its arguments piece by piece. */
export const toolCall = (dialect: Dialect, { id, name, pieces }: ToolCall): ReadonlyArray<string> =>
  dialect === "chat-completions"
    ? [
        chatToolCall({ index: 0, id, type: "function", function: { name, arguments: "" } }),
        ...pieces.map((piece) => chatToolCall({ index: 0, function: { arguments: piece } })),
      ]
    : [
        messagesEvent("content_block_start", { index: 8, content_block: { type: "tool_use", id, name } }),
        ...pieces.map((piece) =>
          messagesEvent("content_block_delta", {
            index: 8,
            delta: { type: "input_json_delta", partial_json: piece },
          }),
        ),
      ]

const chatToolCall = (call: object): string =>
  chatChunk({ index: 0, delta: { tool_calls: [call] }, finish_reason: null })

/** Why an answer ends; `other` is a word that no dialect knows. */
export type End = "stop" | "length" | "tool-calls" | "content-filter" | "other"

const endings: Readonly<Record<End, Readonly<Record<Dialect, string>>>> = {
  stop: { "chat-completions": "stop", messages: "end_turn" },
  length: { "chat-completions": "length", messages: "max_tokens" },
  "tool-calls": { "chat-completions": "tool_calls", messages: "tool_use" },
  "content-filter": { "chat-completions": "content_filter", messages: "refusal" },
  other: { "chat-completions": "gave_up", messages: "gave_up" },
}

/** The finish reason, the usage and the terminal event. */
export const closing = (dialect: Dialect, outputTokens = 5, end: End = "stop"): ReadonlyArray<string> =>
  dialect === "chat-completions"
    ? [
        chatChunk({ index: 0, delta: {}, finish_reason: endings[end][dialect] }),
        `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [], usage: { prompt_tokens: 3, completion_tokens: outputTokens } })}\n\n`,
        "data: [DONE]\n\n",
      ]
    : [
        messagesEvent("content_block_stop", { index: 0 }),
        messagesEvent("message_delta", {
          delta: { stop_reason: endings[end][dialect] },
          usage: { output_tokens: outputTokens },
        }),
        messagesEvent("message_stop", {}),
      ]

/** An error inside a stream that had begun as an answer. */
export const errorEvent = (dialect: Dialect, type: string, message: string): string =>
  `${dialect === "messages" ? "event: error\n" : ""}data: ${errorBody(dialect, type, message)}\n\n`

/** An error's body, as the vendors of the dialect write it. */
export const errorBody = (
  dialect: Dialect,
  type: string,
  message: string,
  code: string | null = null,
): string =>
  JSON.stringify(
    dialect === "chat-completions"
      ? { error: { message, type, param: null, code } }
      : { type: "error", error: { type: code ?? type, message } },
  )
