/** What an attempt's row says of it, and the mark in the text where it went on with another's. Pure. */
import type { AttemptRole, Seam, Successor, TargetView, TimelineRow } from "@/hooks/ai/chatState"

interface Words {
  readonly asking: string
  readonly answering: string
  readonly answered: string
}

export const words: Readonly<Record<AttemptRole, Words>> = {
  answer: { asking: "asking", answering: "answering", answered: "answered" },
  hedge: {
    asking: "asking as well, since the first is slow to begin",
    answering: "answering",
    answered: "answered",
  },
  rescue: {
    asking: "asking to finish the answer",
    answering: "answering anew",
    answered: "answered anew",
  },
  continuation: {
    asking: "asking to finish the answer",
    answering: "continuing the answer",
    answered: "continued the answer",
  },
}

type Outcome = Extract<TimelineRow, { readonly kind: "attempt" }>["outcome"]

const nameOf = ({ provider, model }: TargetView): string => `${provider}/${model}`

const then: Readonly<Record<Successor["text"], (name: string) => string>> = {
  continued: (name) => `, continued by ${name}`,
  "taken-back": (name) => `; its text was taken back, and ${name} began anew`,
  none: (name) => ` before the first word, answered by ${name}`,
}

/** How an attempt failed, and who went on. */
export const failure = ({
  begun,
  spent,
  successor,
}: Extract<Outcome, { readonly state: "failed" }>): string => {
  if (!begun) return "failed"
  const hasWords = spent.tokens !== undefined && successor?.text !== "none"
  const cut = hasWords ? `cut after ${spent.tokens}` : "cut"
  return successor === undefined ? cut : cut + then[successor.text](nameOf(successor.target))
}

export const seamInWords = ({ at, from, target }: Seam) => ({
  at,
  says: `${nameOf(from)} broke off here; ${nameOf(target)} went on`,
})

/** Why an attempt that was asked beside another was given up. */
export const notNeeded = (by: TargetView | undefined): string =>
  `not needed: ${by === undefined ? "another" : nameOf(by)} began first`
