/** Colours code as it grows: lines that are complete are not tokenised again. All grammars come from our own origin. */
import { createCssVariablesTheme, createHighlighterCore } from "shiki/core"
import type { GrammarState, HighlighterCore, ThemedToken } from "shiki/core"
import { createJavaScriptRawEngine } from "shiki/engine/javascript"
import { languageOf } from "./languages"

export type HighlightedLine = ReadonlyArray<ThemedToken>

/** Gives the lines of ever longer versions of the same code. The last line stays plain while it is being written. */
export type Highlight = (code: string, isGrowing: boolean) => ReadonlyArray<HighlightedLine>

const themeName = "page"
const theme = createCssVariablesTheme({ name: themeName, variablePrefix: "--shiki-", fontStyle: false })

let core: Promise<HighlighterCore> | undefined

/** One for each code block. Undefined for a language that is not highlighted. */
export const makeHighlight = async (fence: string): Promise<Highlight | undefined> => {
  const language = languageOf(fence)
  if (language === undefined) return undefined
  core ??= createHighlighterCore({
    themes: [theme],
    engine: createJavaScriptRawEngine(),
  })
  const highlighter = await core
  await highlighter.loadLanguage(language.load)
  return incremental(highlighter, language.name)
}

/** The complete lines of a code's beginning, and the grammar's state after them. */
interface Known {
  readonly prefix: string
  readonly lines: ReadonlyArray<HighlightedLine>
  readonly grammarState: GrammarState | undefined
}

const nothing: Known = { prefix: "", lines: [], grammarState: undefined }

const incremental = (highlighter: HighlighterCore, lang: string): Highlight => {
  const tokensOf = (text: string, grammarState: GrammarState | undefined) =>
    highlighter.codeToTokens(text, {
      lang,
      theme: themeName,
      ...(grammarState === undefined ? {} : { grammarState }),
    })

  let known = nothing
  return (code, isGrowing) => {
    if (!code.startsWith(known.prefix)) known = nothing
    const end = code.lastIndexOf("\n") + 1
    if (end > known.prefix.length) {
      const complete = tokensOf(code.slice(known.prefix.length, end - 1), known.grammarState)
      known = {
        prefix: code.slice(0, end),
        lines: [...known.lines, ...complete.tokens],
        grammarState: complete.grammarState,
      }
    }
    const rest = code.slice(end)
    const last = isGrowing ? [[{ content: rest, offset: end }]] : tokensOf(rest, known.grammarState).tokens
    return [...known.lines, ...last]
  }
}
