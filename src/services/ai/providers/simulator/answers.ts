/** What the simulator says. It never pretends to be a model. */

const short = (
  question: string,
): string => `This is Commander's built-in simulator, not a language model. You wrote:

> ${question}

No provider was asked for this answer. Add a key under **Providers** to chat with a real model, or pick
another simulated model to see what a failure looks like:

\`\`\`ts
const answer = yield* orchestrator.generateConversationResponse({
  messages: [{ role: "user", content: "Hello" }],
  preferredProvider: { key: "simulator", modelName: "rate-limited" },
})
\`\`\`
`

const long = (question: string): string =>
  [
    short(question),
    ...Array.from(
      { length: 40 },
      (_, index) =>
        `**Paragraph ${index + 1}.** The simulator writes on, one word after the other, so that you can stop it, ` +
        `scroll while it writes, or pull the plug and see what happens to the text that you have already read.\n\n`,
    ),
  ].join("\n")

const texts = { short, long, none: () => "" }

export const answerTo = (question: string, kind: keyof typeof texts): string => texts[kind](question)

/** Words with the white space before them. */
export const tokensOf = (text: string): ReadonlyArray<string> => text.match(/\s*\S+|\s+$/g) ?? []

/** The part of the question that is quoted back, on one line. */
export const excerpt = (question: string): string => {
  const line = [...question.slice(0, 1000).replace(/\s+/g, " ").trim()]
  return line.length <= 120 ? line.join("") : `${line.slice(0, 119).join("")}…`
}
