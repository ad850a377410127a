/** How many tokens a text or a conversation has, about: enough to see what cannot fit, and to book what was cut. */
import type * as Prompt from "effect/ai/Prompt"
import { estimateTokenCount } from "tokenx"

/**
 * Linear, about 60 ms a megabyte. Measured against OpenAI's `o200k_base`: prose, code and JSON 0.8 to 1.25 times the real
 * count in the languages of Europe and in Chinese, Japanese and Korean; too low for Thai, Hebrew and Arabic (0.4 to 0.7)
 * and for base64 and hexadecimal digits (0.25). Claude counts about 30 % more from 4.7 on, says its migration guide.
 */
export const estimateTokens = (text: string): number => estimateTokenCount(text)

export const estimatePromptTokens = (prompt: Prompt.Prompt): number =>
  prompt.content.reduce((sum, { content }) => sum + figures.message + tokensOfContent(content), 0)

const figures = {
  /** A message's role and delimiters: the OpenAI cookbook's "How to count tokens with tiktoken". */
  message: 3,
  /**
   * A picture of any size. Anthropic's vision guide scales a picture down to about 1,600 tokens (newer models: to 4,784),
   * OpenAI's images guide counts 765 for 1024 × 1024.
   */
  image: 1_600,
  /** UTF-8 bytes of text a token: OpenAI's "one token is about four characters". */
  textBytes: 4,
  /** Bytes of a PDF or a recording a token: low on purpose, a scanned page weighs more than what is read from it. */
  binaryBytes: 100,
}

const tokensOfContent = (content: Prompt.Message["content"]): number =>
  typeof content === "string"
    ? estimateTokens(content)
    : content.reduce((sum, part) => sum + tokensOfPart(part), 0)

type Part = Exclude<Prompt.Message["content"], string>[number]

const tokensOfPart = (part: Part): number => {
  switch (part.type) {
    case "text":
    case "reasoning":
      return estimateTokens(part.text)
    case "file":
      return tokensOfFile(part)
    case "tool-call":
      return estimateTokens(part.name) + estimateTokens(jsonOf(part.params))
    case "tool-result":
      return estimateTokens(jsonOf(part.result))
    case "tool-approval-request":
    case "tool-approval-response":
      return 0
  }
}

const tokensOfFile = ({ mediaType, data }: Prompt.FilePart): number => {
  if (mediaType.startsWith("image/")) return figures.image
  const isText = mediaType.startsWith("text/") || mediaType === "application/json"
  return Math.ceil(bytesOf(data) / (isText ? figures.textBytes : figures.binaryBytes))
}

/** What lies at a URL is fetched by the provider; nothing is known of its size. */
const bytesOf = (data: Prompt.FilePart["data"]): number => {
  if (data instanceof URL) return 0
  return typeof data === "string" ? (data.length / 4) * 3 : data.byteLength
}

const jsonOf = (value: unknown): string => (typeof value === "string" ? value : (JSON.stringify(value) ?? ""))
