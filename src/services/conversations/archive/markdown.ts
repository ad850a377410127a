/** A conversation as people read it: the branch that is shown, who said what and when, and what went wrong. Pure. */
import { nameOf, type PlanEvent, type Target } from "../../ai/orchestration/PlanEvent"
import type { StoredMessage, WholeConversation } from "../ConversationStore"

type Run = WholeConversation["runs"][number]

export const markdownOf = ({ conversation, messages, runs }: WholeConversation): string => {
  const runsByAnswer = new Map(runs.map((run) => [run.messageId, run]))
  const sections = branchOf(messages, conversation.leafId).map((message) =>
    section(message, runsByAnswer.get(message.id)),
  )
  return `${[`# ${oneLine(conversation.title)}`, ...sections].join("\n\n")}\n`
}

/** From the first message to the leaf; to the last message where no leaf is known. */
const branchOf = (
  messages: ReadonlyArray<StoredMessage>,
  leafId: string | undefined,
): ReadonlyArray<StoredMessage> => {
  const byId = new Map(messages.map((message) => [message.id, message]))
  const branch: Array<StoredMessage> = []
  let next = byId.get(leafId ?? "") ?? messages.at(-1)
  while (next !== undefined && branch.length < messages.length) {
    branch.push(next)
    next = byId.get(next.parentId ?? "")
  }
  return branch.toReversed()
}

const section = (message: StoredMessage, run: Run | undefined): string => {
  const text = message.text || textSoFar(run?.events ?? [])
  const heading = `## ${speakerOf(message, run)} · ${timeOf(message.createdAt)}`
  const notes = run === undefined ? [] : notesOf(run, text !== "")
  return [heading, ...(text === "" ? [] : [text]), ...notes.map((note) => `> ${oneLine(note)}`)].join("\n\n")
}

const speakerOf = ({ role, origin }: StoredMessage, run: Run | undefined): string => {
  if (role === "user") return "You"
  const [last] = writersOf(run?.events ?? []).slice(-1)
  return last === undefined ? (origin ?? "Assistant") : nameOf(last)
}

/** Those whose text is in the answer, in order. */
const writersOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<Target> => {
  let writers: ReadonlyArray<Target> = []
  for (const event of events) {
    if (event.type === "answer-started") writers = [event.target]
    if (event.type === "answer-resumed")
      writers = event.mode === "fresh" ? [event.target] : [...writers, event.target]
    if (event.type === "answer-discarded") writers = []
  }
  return writers
}

const notesOf = ({ status, events }: Run, hasText: boolean): ReadonlyArray<string> => {
  const [first, ...others] = [...new Set(writersOf(events).map(nameOf))]
  const continued =
    first === undefined || others.length === 0
      ? []
      : [`${first} began this answer; ${others.join(", then ")} continued it.`]
  const failure = events.findLast((event) => event.type === "plan-failed")
  const what = hasText ? "This answer is incomplete" : "There is no answer"
  switch (status) {
    case "completed":
      return continued
    case "failed":
      return [...continued, failure === undefined ? `${what}.` : `${what}: ${failure.error.message}`]
    case "stopped":
      return [...continued, `${what}: it was stopped.`]
    case "interrupted":
    case "running":
      return [...continued, `${what}: it had not ended when this was written down.`]
  }
}

/** Of a run that has not ended. */
const textSoFar = (events: ReadonlyArray<PlanEvent>): string => {
  let text = ""
  for (const event of events) {
    if (event.type === "text-delta") text += event.text
    if (event.type === "answer-discarded") text = ""
  }
  return text
}

const timeOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace("T", " ")} UTC`

const oneLine = (text: string): string => text.replace(/\s+/g, " ").trim()
