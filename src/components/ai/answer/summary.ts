/** What an answer's headline says, told from its events. Pure. */
import type { AnswerView, TargetView, TimelineRow } from "@/hooks/ai/chatState"

type Attempt = Extract<TimelineRow, { readonly kind: "attempt" }>

/** What a running plan does at the moment. */
export type Phase =
  | { readonly kind: "starting" }
  /** Several where one is slow to begin. */
  | {
      readonly kind: "asking"
      readonly targets: readonly [TargetView, ...ReadonlyArray<TargetView>]
      readonly since: number
      readonly toFinish: boolean
    }
  | { readonly kind: "answering"; readonly target: TargetView }
  | { readonly kind: "waiting"; readonly target: TargetView; readonly until: number }
  | { readonly kind: "switching"; readonly target: TargetView }

export const phaseOf = (answer: AnswerView): Phase => {
  const attempts = attemptsOf(answer)
  const answering = attempts.find(({ outcome }) => outcome.state === "answering")
  if (answering !== undefined) return { kind: "answering", target: answering.target }
  const [first, ...others] = attempts.filter(({ outcome }) => outcome.state === "asking")
  if (first !== undefined) {
    return {
      kind: "asking",
      targets: [first.target, ...others.map(({ target }) => target)],
      since: first.startedAt,
      toFinish: first.role === "rescue",
    }
  }
  const row = answer.timeline.findLast(({ kind }) => kind !== "skipped" && kind !== "not-needed")
  if (row === undefined) return { kind: "starting" }
  switch (row.kind) {
    case "attempt":
      return { kind: "starting" }
    case "wait":
      return { kind: "waiting", target: row.target, until: row.until }
    case "switched":
      return { kind: "switching", target: row.to }
    case "skipped":
    case "not-needed":
      return { kind: "starting" }
  }
}

export const attemptsOf = (answer: AnswerView): ReadonlyArray<Attempt> =>
  answer.timeline.filter((row) => row.kind === "attempt")

/** Who was preferred, when somebody else answered. */
export const insteadOf = (answer: AnswerView): AnswerView["askedFor"] | undefined => {
  const { answeredBy, askedFor } = answer
  if (answeredBy === undefined) return undefined
  const sameProvider = answeredBy.provider.toLowerCase() === askedFor.provider.toLowerCase()
  const sameModel = askedFor.model === undefined || askedFor.model === answeredBy.model
  return sameProvider && sameModel ? undefined : askedFor
}

/** Whether something went differently than asked, so that the timeline opens by itself. */
export const hasTrouble = (answer: AnswerView): boolean =>
  answer.timeline.some(
    (row) =>
      (row.kind === "attempt" && row.outcome.state === "failed") ||
      (row.kind === "skipped" && row.provider.toLowerCase() === answer.askedFor.provider.toLowerCase()),
  )

/** When a finished answer ended, in milliseconds since the epoch. */
export const endOf = (answer: AnswerView): number | undefined =>
  answer.status.state === "running" ? undefined : answer.startedAt + answer.status.duration

export const isSimulated = (answer: AnswerView): boolean => answer.answeredBy?.provider === "simulator"
