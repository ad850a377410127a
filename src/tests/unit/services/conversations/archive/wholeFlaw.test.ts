import { describe, expect, it } from "@effect/vitest"
import { fittingId } from "@/services/conversations/archive/fittingId"
import { holds } from "@/services/conversations/archive/holds"
import { copyOf } from "@/services/conversations/archive/renamed"
import { wholeFlaw } from "@/services/conversations/archive/wholeFlaw"
import type { StoredMessage, WholeConversation } from "@/services/conversations/ConversationStore"
import { randomWhole, rescued } from "../../../../support/archives"
import { seededDice } from "../../../../support/randomTexts"

const { conversation, messages, runs } = rescued

const withMessage = (index: number, changes: Partial<StoredMessage>): WholeConversation => ({
  ...rescued,
  messages: messages.map((message, at) => (at === index ? { ...message, ...changes } : message)),
})
const withRun = (changes: Partial<WholeConversation["runs"][number]>): WholeConversation => ({
  ...rescued,
  runs: runs.map((run) => ({ ...run, ...changes })),
})
const events = runs.flatMap((run) => run.events)

describe("a conversation that is sent in", () => {
  it.each([1, 2, 3, 4, 5])("has no flaw when it is one of ours (%i)", (seed) =>
    expect(wholeFlaw(randomWhole(seededDice(seed), "chat"))).toBeUndefined(),
  )

  it.each([
    ["no messages", { ...rescued, messages: [] }, /no messages/],
    ["two messages of one id", withMessage(1, { id: "q" }), /two of its messages have the id q/],
    [
      "a message before the one that it follows",
      { ...rescued, messages: messages.toReversed() },
      /before a is missing/,
    ],
    [
      "a leaf that is not there",
      { ...rescued, conversation: { ...conversation, leafId: "x" } },
      /last message/,
    ],
    ["a run of no answer", withRun({ messageId: "q" }), /answer of the run r is missing/],
    ["two runs of one answer", { ...rescued, runs: [...runs, ...runs] }, /two runs/],
    ["a run without a beginning", withRun({ events: events.slice(1) }), /out of order/],
    [
      "a run that goes back",
      withRun({ events: [...events.slice(0, 3), ...events.slice(1)] }),
      /out of order/,
    ],
    [
      "a run that goes on after its end",
      withRun({ events: [...events, ...events.slice(1, 2).map((event) => ({ ...event, sequence: 99 }))] }),
      /out of order/,
    ],
  ])("cannot be kept with %s", (_, whole, why) => expect(wholeFlaw(whole)).toMatch(why))
})

describe("what is here already", () => {
  it("is the same with another title, another pin and more messages", () => {
    const more: WholeConversation = {
      conversation: { ...conversation, title: "Renamed", pinned: false },
      messages: [
        ...messages,
        { id: "q2", conversationId: "chat", parentId: "a", role: "user", text: "More", createdAt: 3 },
      ],
      runs,
    }
    expect([holds(more, rescued), holds(rescued, more)]).toEqual([true, false])
  })

  it.each([
    ["another text", withMessage(0, { text: "Which lake?" })],
    ["another place", withMessage(1, { parentId: "other" })],
    ["another draft", { ...rescued, conversation: { ...conversation, draft: "other" } }],
    ["another run", withRun({ id: "r2" })],
    ["another record", withRun({ events: events.slice(0, 4) })],
  ])("is not the same with %s", (_, brought) => expect(holds(rescued, brought)).toBe(false))

  it("has a run that was interrupted when it was exported and went on since", () => {
    const exported: WholeConversation = {
      ...withRun({ status: "interrupted", events: events.slice(0, 4) }),
      messages: messages.map((message) => (message.role === "user" ? message : { ...message, text: "" })),
    }
    expect(holds(rescued, exported)).toBe(true)
  })
})

describe("a copy", () => {
  it("has other ids everywhere and says the same", () => {
    const copy = copyOf(rescued, 2)
    expect(wholeFlaw(copy)).toBeUndefined()
    expect(JSON.stringify(copy)).not.toMatch(/"(id|conversationId|parentId|messageId|leafId)":"(chat|q|a|r)"/)
    expect(copy.runs[0]?.events[0]).toMatchObject({ type: "plan-started", runId: "run-1.copy-2" })
    expect(copy.messages.map(({ text }) => text)).toEqual(messages.map(({ text }) => text))
  })
})

describe("a name from elsewhere", () => {
  it.each(["msg_1", "a:b.c-d", "x".repeat(128)])("stays when it can be an id: %s", (name) =>
    expect(fittingId(name)).toBe(name),
  )
  it.each(["", "../x", "a b", "é", "x".repeat(129)])("becomes an id of its own: %s", (name) => {
    expect(fittingId(name)).toMatch(/^id-[0-9a-f]{32}$/)
    expect(fittingId(name)).toBe(fittingId(name))
    expect(fittingId(`${name} `)).not.toBe(fittingId(name))
  })
  it("is told apart from a hundred thousand others", () => {
    const ids = new Set(Array.from({ length: 100_000 }, (_, index) => fittingId(`message ${index}`)))
    expect(ids.size).toBe(100_000)
  })
})
