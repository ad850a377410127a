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

/** The finish reason, the usage and the terminal event. */
export const closing = (dialect: Dialect, outputTokens = 5): ReadonlyArray<string> =>
  dialect === "chat-completions"
    ? [
        chatChunk({ index: 0, delta: {}, finish_reason: "stop" }),
        `data: ${JSON.stringify({ id: "chatcmpl-1", choices: [], usage: { prompt_tokens: 3, completion_tokens: outputTokens } })}\n\n`,
        "data: [DONE]\n\n",
      ]
    : [
        messagesEvent("content_block_stop", { index: 0 }),
        messagesEvent("message_delta", {
          delta: { stop_reason: "end_turn" },
          usage: { output_tokens: outputTokens },
        }),
        messagesEvent("message_stop", {}),
      ]

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
