/** What a message of ChatGPT's export shows, as Markdown; empty when it shows nothing. Pure. */
import { at, listAt, textAt, textOf } from "./foreignJson"
import { fenced, leftOut, paragraphs } from "./notes"

export const contentOf = (message: unknown): string => {
  const content = at(message, "content")
  const kind = textAt(content, "content_type")
  const show = shown.get(kind)
  const text = show === undefined ? unknownContent(content, kind) : show(content, message)
  const files = listAt(message, "metadata", "attachments").map((file) =>
    leftOut(`the file ${textAt(file, "name") || "without a name"}`),
  )
  return paragraphs([text, ...files])
}

type Show = (content: unknown, message: unknown) => string

const nothing: Show = () => ""

const shown: ReadonlyMap<string, Show> = new Map<string, Show>([
  ["text", (content, message) => spoken(listAt(content, "parts").map(partOf), message)],
  ["multimodal_text", (content, message) => spoken(listAt(content, "parts").map(partOf), message)],
  ["code", (content) => block(textAt(content, "text"), textAt(content, "language"))],
  ["execution_output", (content) => block(textAt(content, "text"), "")],
  ["system_error", (content) => paragraphs([textAt(content, "name"), textAt(content, "text")])],
  [
    "tether_quote",
    (content) => leftOut(`a quotation of ${textAt(content, "title") || textAt(content, "url")}`),
  ],
  // What a tool or the model read and thought; the page shows it folded or not at all.
  ["tether_browsing_display", nothing],
  ["thoughts", nothing],
  ["reasoning_recap", nothing],
  ["user_editable_context", nothing],
  ["model_editable_context", nothing],
  ["", nothing],
])

/** What is said to a tool is code; what a tool says is not shown, except its pictures. */
const spoken = (parts: ReadonlyArray<Part>, message: unknown): string => {
  const texts = parts.filter(({ isText }) => isText).map(({ text }) => text)
  const others = parts.filter(({ isText }) => !isText).map(({ text }) => text)
  if (textAt(message, "author", "role") === "tool") return paragraphs(others)
  const recipient = textAt(message, "recipient")
  const isCall = recipient !== "" && recipient !== "all"
  return isCall ? block(texts.join("\n"), "") : paragraphs(parts.map(({ text }) => text))
}

interface Part {
  readonly text: string
  readonly isText: boolean
}

const partOf = (part: unknown): Part => {
  const kind = textAt(part, "content_type")
  if (kind === "") return { text: withoutMarks(textOf(part) || textAt(part, "text")), isText: true }
  if (kind === "audio_transcription") return { text: textAt(part, "text"), isText: true }
  return { text: leftOut(mediaNames.get(kind) ?? `content of the type ${kind}`), isText: false }
}

const mediaNames: ReadonlyMap<string, string> = new Map([
  ["image_asset_pointer", "a picture"],
  ["audio_asset_pointer", "a recording"],
  ["video_container_asset_pointer", "a video"],
  ["real_time_user_audio_video_asset_pointer", "a recording"],
])

/** The page makes links of these; in the text they are private characters around names that mean nothing elsewhere. */
const withoutMarks = (text: string): string => text.replaceAll(/\uE200[^\uE201]*\uE201/g, "")

const block = (code: string, language: string): string =>
  code.trim() === "" ? "" : fenced(code, language === "unknown" ? "" : language)

const unknownContent = (content: unknown, kind: string): string =>
  paragraphs([textAt(content, "text"), leftOut(`content of the type ${kind}`)])
