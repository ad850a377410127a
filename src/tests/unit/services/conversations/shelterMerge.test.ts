import { describe, expect, it } from "@effect/vitest"
import type { WholeConversation } from "@/services/conversations/ConversationStore"
import { merged } from "@/services/conversations/shelterMerge"
import { endingOf, eventsWriting, minute, noon, turnOf } from "../../../support/storedConversations"

const [first, second] = [turnOf(), turnOf({ number: 2, at: noon + minute, parentId: "chat-a1" })]
const events = eventsWriting("one ", "two ", "three")

const saved: WholeConversation = {
  conversation: { ...first.conversation, title: "Named", pinned: true, draft: "old" },
  messages: [...first.messages, ...second.messages],
  runs: [
    { ...first.run, status: "completed", endedAt: noon + minute, events: endingOf(first).events },
    { ...second.run, events: events.slice(0, 4) },
  ],
}
const begun = second.conversation
/** Only the second turn. */
const added: WholeConversation = {
  conversation: { ...begun, updatedAt: noon + 5 * minute },
  messages: second.messages,
  runs: [{ ...second.run, events: events.slice(4) }],
}

describe("a conversation of which two stores have a part each", () => {
  it("has the messages and runs of both, each once and in order", () => {
    const { messages, runs } = merged({ saved, added, begun })
    expect(messages.map(({ id }) => id)).toEqual(["chat-q1", "chat-a1", "chat-q2", "chat-a2"])
    expect(runs.map(({ id }) => id)).toEqual(["chat-r1", "chat-r2"])
    const third = turnOf({ number: 3, parentId: "chat-a2" })
    const more = { ...added, messages: [...added.messages, ...third.messages] }
    expect(merged({ saved, added: more, begun }).messages.slice(4)).toEqual(third.messages)
  })

  it("has what was changed since", () => {
    const text = { ...second.messages[1], text: "One two three" }
    const ended = { ...second.run, status: "stopped" as const, endedAt: noon + 2 * minute }
    const { messages, runs } = merged({
      saved,
      added: {
        ...added,
        messages: second.messages.map((message) =>
          message.id === text.id ? { ...message, ...text } : message,
        ),
        runs: [{ ...ended, events: endingOf(second).events }],
      },
      begun,
    })
    expect(messages.at(-1)?.text).toBe("One two three")
    expect(runs[1]).toEqual({ ...ended, events: endingOf(second).events })
  })

  it("goes on with the events that were saved", () => {
    expect(merged({ saved, added, begun }).runs[1]?.events).toEqual(events)
    const none = { ...added, runs: [{ ...second.run, events: [] }] }
    expect(merged({ saved, added: none, begun }).runs[1]?.events).toEqual(events.slice(0, 4))
  })

  it("was begun when it was, and shows the latest leaf, time and draft", () => {
    expect(merged({ saved, added, begun }).conversation).toMatchObject({
      createdAt: noon,
      updatedAt: noon + 5 * minute,
      leafId: "chat-a2",
      draft: "",
    })
  })

  it("keeps its name and pin, unless they were changed since", () => {
    expect(merged({ saved, added, begun }).conversation).toMatchObject({ title: "Named", pinned: true })
    const renamed = { ...added, conversation: { ...added.conversation, title: "New" } }
    expect(merged({ saved, added: renamed, begun }).conversation).toMatchObject({
      title: "New",
      pinned: true,
    })
    const unpinned = { ...saved, conversation: { ...saved.conversation, pinned: false } }
    const pinned = { ...added, conversation: { ...added.conversation, pinned: true } }
    expect(merged({ saved: unpinned, added: pinned, begun }).conversation).toMatchObject({
      title: "Named",
      pinned: true,
    })
  })
})
