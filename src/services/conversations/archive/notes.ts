/** How what other programs show besides text is written down. Pure. */

/** Where something was that the export does not hold, or that has no place in a text. */
export const leftOut = (what: string): string => `[${what} left out]`

/** As a block of code whose fence is longer than every one inside. */
export const fenced = (code: string, language = ""): string => {
  const longest = (code.match(/`{3,}/g) ?? []).reduce((most, { length }) => Math.max(most, length), 2)
  const fence = "`".repeat(longest + 1)
  return `${fence}${language}\n${code}\n${fence}`
}

/** Without the empty ones. */
export const paragraphs = (pieces: ReadonlyArray<string>): string =>
  pieces.filter((piece) => piece.trim() !== "").join("\n\n")
