/** The title of a conversation that cannot be read as a whole, from the beginning of its JSON. Pure. */
import { parsed, textOf } from "./foreignJson"

export const unnamed = "(without a title)"

/** `title` in Commander's and ChatGPT's exports, `name` in Claude's. */
const named = /"(?:title|name)"\s*:\s*("(?:[^"\\]|\\.)*")/s

export const titleWithin = (json: string): string => {
  const found = named.exec(json)?.[1]
  return found === undefined ? unnamed : textOf(parsed(found)) || unnamed
}
