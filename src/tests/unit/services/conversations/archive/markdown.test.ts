import { describe, expect, it } from "@effect/vitest"
import { markdownOf } from "@/services/conversations/archive/markdown"
import type { WholeConversation } from "@/services/conversations/ConversationStore"
import { rescued } from "../../../../support/archives"
import {
  answerStarted,
  eventsOf,
  failed,
  openai,
  overloaded,
  planStarted,
  text,
} from "../../../../support/planEvents"
import { noon } from "../../../../support/storedConversations"

const [question, answer] = rescued.messages

const notesOf = (changes: Partial<WholeConversation["runs"][number]>, answerText = "Gei") =>
  markdownOf({
    ...rescued,
    messages: rescued.messages.map((message) =>
      message.role === "user" ? message : { ...message, text: answerText },
    ),
    runs: rescued.runs.map((run) => ({ ...run, ...changes })),
  })
    .split("\n\n")
    .slice(4)
    .join("\n\n")

const begun = [planStarted(openai), answerStarted(1, openai), text("Gei")]

describe("a conversation for people", () => {
  it("says who said what, when, and who continued whose answer", () =>
    expect(markdownOf(rescued)).toBe(`# Fjords

## You · 2026-11-24 12:00 UTC

Which fjord?

## anthropic/claude-haiku-5-5 · 2026-11-24 12:00 UTC

Geiranger

> openai/gpt-5.4 began this answer; anthropic/claude-haiku-5-5 continued it.
`))

  it("shows only the branch that is shown", () => {
    const other = {
      id: "a2",
      conversationId: "chat",
      parentId: "q",
      role: "assistant" as const,
      createdAt: noon,
    }
    const both = {
      ...rescued,
      messages: [...rescued.messages, { ...other, text: "Sogne", origin: "ChatGPT" }],
    }
    expect(markdownOf(both)).not.toContain("Sogne")
    const shown = markdownOf({ ...both, conversation: { ...both.conversation, leafId: "a2" } })
    expect(shown).toContain("## ChatGPT · 2026-11-24 12:00 UTC\n\nSogne")
    expect(shown).not.toContain("Geiranger")
  })

  it.each([
    [
      "failed",
      notesOf({ status: "failed", events: eventsOf([...begun, failed(overloaded, true)]) }),
      `Gei\n\n> This answer is incomplete: ${overloaded.message}\n`,
    ],
    [
      "never began",
      notesOf({ status: "failed", events: eventsOf([planStarted(openai), failed(overloaded)]) }, ""),
      `> There is no answer: ${overloaded.message}\n`,
    ],
    [
      "was stopped",
      notesOf({ status: "stopped", events: eventsOf(begun) }),
      "Gei\n\n> This answer is incomplete: it was stopped.\n",
    ],
    [
      "had not ended, whose text is in its record",
      notesOf({ status: "interrupted", events: eventsOf(begun) }, ""),
      "Gei\n\n> This answer is incomplete: it had not ended when this was written down.\n",
    ],
  ])("says of an answer that it %s", (_, notes, expected) => expect(notes).toBe(expected))

  it("is not led in a circle", () => {
    const circle = [question, answer].flatMap((message) =>
      message === undefined ? [] : [{ ...message, parentId: message.id === "q" ? "a" : "q" }],
    )
    expect(markdownOf({ ...rescued, messages: circle })).toContain("Which fjord?")
  })
})
