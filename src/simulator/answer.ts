/** What the fault upstream says: always the same text, of words that never come twice, so that loss and repetition show. */

/** Some words are not ASCII, one is cut in two (`light|house`), one ends a line, one begins a paragraph. */
const sentence =
  "Every| evening| Zoë| climbs| up| to| her| small| observatory| above| Zürich,| opens| its| creaking| roof|" +
  " and| waits| until| daylight| fades.\n|Then| stars| appear:| first| one,| soon| dozens,| finally| 銀河| —| a|" +
  " whole| river.|\n\nShe| writes| down| what| moved,| which| did| not,| where| clouds| hid| some| light|house|" +
  " beam| near| Αθήνα,| sends| greetings| by| radio| 👩‍🚀| before| coffee| gets| cold.| Goodnight!"

const words = sentence.split("|")

export const defaults = {
  /** How many tokens an answer has. */
  length: words.length,
}

/** All distinct; each carries the white space beside it. Longer answers begin like shorter ones. */
export const answerTokens = (length: number = defaults.length): ReadonlyArray<string> =>
  Array.from({ length }, (_, index) => {
    const word = words[index % words.length] ?? ""
    const round = Math.floor(index / words.length) + 1
    if (round === 1) return word
    return (index % words.length === 0 ? " " : "") + word.replace(/\S+/, (letters) => `${letters}-${round}`)
  })

export const answerText = (length: number = defaults.length): string => answerTokens(length).join("")

/** What is thought before the answer; none of it is a word of the answer. */
export const reasoningTokens = (length: number): ReadonlyArray<string> =>
  Array.from({ length }, (_, index) => `${index === 0 ? "" : " "}thought-${index + 1}`)

/** The tokens from a place in their text on, the first one perhaps without its beginning. */
export const tokensFrom = (tokens: ReadonlyArray<string>, start: number): ReadonlyArray<string> => {
  let passed = 0
  return tokens.flatMap((token) => {
    const kept = token.slice(Math.max(0, start - passed))
    passed += token.length
    return kept === "" ? [] : [kept]
  })
}
