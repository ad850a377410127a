/** Where in the rendered markdown another target went on with the text, and the fine mark there. Pure. */
import { parseMarkdownIntoBlocks } from "streamdown"

/** A seam of the whole text. */
export interface TextSeam {
  /** How many characters of the text stand before it. */
  readonly at: number
  /** For whoever points at the mark, or listens. */
  readonly says: string
}

/** A seam of one block, the unit in which markdown is parsed and drawn. */
export interface BlockSeam extends TextSeam {
  readonly block: number
}

/**
 * Only what stands before a seam is read, so that its place is found once and stays while the text grows. A text that
 * is one block as a whole, because of footnotes further down, has its marks in another block than the one found here,
 * and so shows none.
 */
export const blockSeam = (before: string, says: string): BlockSeam => {
  const blocks = parseMarkdownIntoBlocks(before)
  return { block: blocks.length - 1, at: blocks.at(-1)?.length ?? 0, says }
}

/** The part of a syntax tree of HTML that matters here. */
export interface HtmlNode {
  readonly type: string
  readonly tagName?: string
  readonly properties?: Readonly<Record<string, unknown>>
  value?: string
  children?: Array<HtmlNode>
  readonly position?: { readonly start: { readonly offset?: number } }
}

/** Puts the marks into the tree of a block; runs after sanitising, which would drop them. */
export const markSeams =
  ({ seams }: { readonly seams: ReadonlyArray<TextSeam> }) =>
  (tree: HtmlNode): void => {
    for (const seam of seams) {
      const places = placesIn(tree)
      const place = places.findLast(({ start }) => start <= seam.at) ?? places[0]
      if (place !== undefined) putMark(place, seam)
    }
  }

interface Place {
  readonly node: HtmlNode
  readonly siblings: Array<HtmlNode>
  /** Where it begins in the block's markdown. */
  readonly start: number
}

/** Texts, and code blocks, which are copied and coloured as a whole and so get their mark before them. */
const placesIn = (parent: HtmlNode): ReadonlyArray<Place> => {
  const siblings = parent.children ?? []
  return siblings.flatMap((node) => {
    const start = node.position?.start.offset
    const isPlace = node.tagName === "pre" || node.type === "text"
    if (!isPlace) return placesIn(node)
    return start === undefined ? [] : [{ node, siblings, start }]
  })
}

/** Where markdown's own characters stand within a text, such as escapes, the mark may be a few characters off. */
const putMark = ({ node, siblings, start }: Place, { at, says }: TextSeam): void => {
  const index = siblings.indexOf(node)
  if (node.value === undefined) {
    siblings.splice(index, 0, markOf(says))
    return
  }
  const cut = wholeCharacters(node.value, at - start)
  const rest: HtmlNode = {
    type: "text",
    value: node.value.slice(cut),
    position: { start: { offset: start + cut } },
  }
  node.value = node.value.slice(0, cut)
  siblings.splice(index + 1, 0, markOf(says), rest)
}

const markOf = (says: string): HtmlNode => ({
  type: "element",
  tagName: "span",
  properties: { className: ["seam"], role: "note", ariaLabel: says, title: says },
  children: [],
})

/** Not inside a surrogate pair. */
const wholeCharacters = (text: string, cut: number): number => {
  const within = Math.max(0, Math.min(cut, text.length))
  return /^[\udc00-\udfff]/.test(text.slice(within)) ? within - 1 : within
}
