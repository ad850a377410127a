/** How a download is named. Pure. */

/** What no file system takes in a name, and what would hide it. */
// oxlint-disable-next-line no-control-regex
const unfit = /[\u0000-\u001f\u007f<>:"/\\|?*\u200e\u200f\u202a-\u202e\u2066-\u2069]+/g

export const fileNameOf = (title: string, ending: string): string => {
  const stem = Array.from(
    title
      .replaceAll(unfit, " ")
      .replace(/\s+/g, " ")
      .trim()
      .replace(/^[. ]+/, ""),
  )
    .slice(0, 80)
    .join("")
    .replace(/[. ]+$/, "")
  return `${stem || "chat"}.${ending}`
}

/** The header, with a plain name for old clients beside the whole one (RFC 6266 §4.3, RFC 8187). */
export const attachment = (fileName: string): string => {
  const plain = fileName.replaceAll(/[^\x20-\x7e]|[%"\\]/g, "_")
  const whole = encodeURIComponent(fileName.toWellFormed()).replaceAll(
    /['()*]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`,
  )
  return `attachment; filename="${plain}"; filename*=UTF-8''${whole}`
}
