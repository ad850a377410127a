/** Takes secrets out of text that comes from outside before it reaches an error, a log, an event or the page. Pure. */
import * as Redacted from "effect/Redacted"

const mask = "[redacted]"

/** A run of this many characters in common with a secret counts as a piece of it. */
const shortestPiece = 8

/** Shapes of keys and credentials that are hidden even when they are not ours. */
const credentialShapes: ReadonlyArray<RegExp> = [
  /\bsk-[A-Za-z0-9_-]{6,}/g,
  /\b(?:Bearer|Basic)\s+[A-Za-z0-9._~+/=-]{6,}/gi,
  /(?<=\/\/)[^/@\s]+(?=@)/g,
]

/**
 * Hides every piece of at least eight characters of every secret (a provider may echo half of a key), then anything
 * that has the shape of a credential.
 */
export const redact = (text: string, secrets: ReadonlyArray<Redacted.Redacted<string>>): string => {
  const withoutSecrets = secrets.reduce((rest, secret) => hidePieces(rest, Redacted.value(secret)), text)
  return credentialShapes.reduce((rest, shape) => rest.replace(shape, mask), withoutSecrets)
}

/** Of ASCII letters only: keys have no others, and no index may move. */
const foldCase = (text: string): string => text.replace(/[A-Z]+/g, (letters) => letters.toLowerCase())

const hidePieces = (text: string, secret: string): string => {
  if (secret === "") return text
  if (secret.length <= shortestPiece) return text.replaceAll(secret, mask)
  const pieces = new Set<string>()
  const foldedSecret = foldCase(secret)
  const foldedText = foldCase(text)
  for (let at = 0; at + shortestPiece <= secret.length; at += 1) {
    pieces.add(foldedSecret.slice(at, at + shortestPiece))
  }
  let out = ""
  let at = 0
  while (at < text.length) {
    let end = at
    while (pieces.has(foldedText.slice(end, end + shortestPiece))) end += 1
    if (end === at) {
      out += text[at]
      at += 1
    } else {
      out += mask
      at = end - 1 + shortestPiece
    }
  }
  return out
}
