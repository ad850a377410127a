/** Frames as the text of a stream: server-sent events or lines of JSON, plain or as oddly as the standard allows. Pure. */
import type { Dialect, Frame } from "./Dialect"

export const toText = (
  { event, data }: Frame,
  { lines }: Pick<Dialect, "lines">,
  manner: "plain" | "odd" = "plain",
): string => {
  const json = typeof data === "string" ? data : JSON.stringify(data)
  if (lines === "ndjson") return `${json}\n`
  if (manner === "odd") return oddly(event, data)
  return `${event === undefined ? "" : `event: ${event}\n`}data: ${json}\n\n`
}

/** JSON over several lines stays JSON: the standard joins them with a line feed. */
const oddly = (event: string | undefined, data: Frame["data"]): string => {
  const pieces = typeof data === "string" ? [data] : JSON.stringify(data, undefined, 1).split("\n")
  return [
    ": a comment",
    ...(event === undefined ? [] : [`event:${event}`]),
    "id: 7",
    "retry: 3000",
    ...pieces.map((piece) => `data: ${piece}`),
    "",
    "",
  ].join("\r\n")
}

/** Looks like an event of the dialect and breaks off inside its JSON. */
export const malformedText = ({ lines }: Pick<Dialect, "lines">): string => {
  const json = '{"choices": [{"delta": {"content": "bro'
  return lines === "ndjson" ? `${json}\n` : `data: ${json}\n\n`
}

export const commentText = ": still here\n\n"
