import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { assemble } from "@/services/conversations/archive/assemble"
import { fromChatGpt } from "@/services/conversations/archive/chatGpt"
import { chatGptChat, chatGptOf, textContent } from "../../../../support/foreignExports"

const converted = (value: unknown) => Result.getOrThrow(assemble(fromChatGpt(value)))

const id = (name: string) => `chatgpt:6b1f0c9e-0000-4000-8000-000000000001:${name}`

/** What is said in a chat of a question and this message. */
const answerOf = (message: object) =>
  converted(
    chatGptOf([
      { id: "q", content: textContent("?") },
      { id: "a", parent: "q", role: "assistant", ...message },
    ]),
  ).messages[1]?.text

const content = (content: unknown, more: object = {}) => answerOf({ content, ...more })

describe("a conversation of ChatGPT", () => {
  it("keeps its branches, its times and who answered", () => {
    expect(converted(chatGptChat)).toEqual({
      conversation: {
        id: "chatgpt:6b1f0c9e-0000-4000-8000-000000000001",
        title: "Trip to Oslo",
        pinned: false,
        createdAt: 1_700_000_000_250,
        updatedAt: 1_700_000_500_000,
        leafId: id("a2"),
        draft: "",
      },
      messages: [
        ["q1", undefined, "user", "What is there to see?"],
        ["a1", "q1", "assistant", "Fjords."],
        ["a2", "q1", "assistant", "The opera."],
      ].map(([name = "", parent, role, text]) => ({
        id: id(name),
        conversationId: "chatgpt:6b1f0c9e-0000-4000-8000-000000000001",
        ...(parent === undefined ? {} : { parentId: id(parent) }),
        role,
        text,
        createdAt: 1_700_000_100_000,
        ...(role === "user" ? {} : { origin: "ChatGPT, gpt-4o" }),
      })),
      runs: [],
    })
  })

  it("makes one answer of what was said between two questions", () => {
    const { messages, conversation } = converted(
      chatGptOf([
        { id: "q", content: textContent("Draw") },
        {
          id: "thoughts",
          parent: "q",
          role: "assistant",
          content: { content_type: "thoughts", thoughts: [] },
        },
        {
          id: "call",
          parent: "thoughts",
          role: "assistant",
          recipient: "python",
          content: { content_type: "code", language: "python", text: "plot()" },
        },
        {
          id: "output",
          parent: "call",
          role: "tool",
          name: "python",
          content: { content_type: "execution_output", text: "42" },
        },
        { id: "done", parent: "output", role: "assistant", content: textContent("Done.") },
        { id: "q2", parent: "done", content: textContent("Thanks") },
      ]),
    )
    expect(messages.map(({ id, parentId, text }) => [id, parentId, text])).toEqual([
      [id("q"), undefined, "Draw"],
      [id("call"), id("q"), "```python\nplot()\n```\n\n```\n42\n```\n\nDone."],
      [id("q2"), id("call"), "Thanks"],
    ])
    expect(conversation.leafId).toBe(id("q2"))
  })

  it("shows the message that is before the last one when that is hidden", () => {
    const { conversation } = converted(
      chatGptOf([
        { id: "q", content: textContent("Hi") },
        {
          id: "h",
          parent: "q",
          role: "assistant",
          content: textContent("secret"),
          metadata: { is_visually_hidden_from_conversation: true },
        },
      ]),
    )
    expect(conversation.leafId).toBe(id("q"))
  })

  it("takes a message's time from the one before when it has none", () => {
    const { messages } = converted(
      chatGptOf([
        { id: "q", content: textContent("Hi"), seconds: 1_700_000_123 },
        { id: "a", parent: "q", role: "assistant", content: textContent("Hello"), seconds: null },
      ]),
    )
    expect(messages[1]?.createdAt).toBe(1_700_000_123_000)
  })

  it("is named after its first question when it has no title", () => {
    const named = converted(
      chatGptOf([{ id: "q", content: textContent("What is a fjord?") }], { title: null }),
    )
    expect(named.conversation.title).toBe("What is a fjord?")
  })

  it("has the same id every time, also without one of its own", () => {
    const nameless = { ...chatGptChat, conversation_id: undefined }
    expect(converted(nameless).conversation.id).toMatch(/^id-[0-9a-f]{32}$/)
    expect(converted(nameless)).toEqual(converted(nameless))
  })

  it.each([
    ["text", content(textContent("one", "two")), "one\n\ntwo"],
    ["a citation", content(textContent("Oslo \uE200cite\uE202turn0search1\uE201 is")), "Oslo  is"],
    [
      "a picture",
      content({
        content_type: "multimodal_text",
        parts: [{ content_type: "image_asset_pointer", asset_pointer: "file-service://x" }, "What is it?"],
      }),
      "[a picture left out]\n\nWhat is it?",
    ],
    [
      "speech",
      content({
        content_type: "multimodal_text",
        parts: [
          { content_type: "audio_transcription", text: "Hello", direction: "in" },
          { content_type: "audio_asset_pointer" },
        ],
      }),
      "Hello\n\n[a recording left out]",
    ],
    ["code", content({ content_type: "code", language: "unknown", text: "a ``` b" }), "````\na ``` b\n````"],
    ["a call of a tool", content(textContent('{"q":1}'), { recipient: "web" }), '```\n{"q":1}\n```'],
    [
      "a picture that a tool drew",
      content(
        { content_type: "multimodal_text", parts: [{ content_type: "image_asset_pointer" }] },
        { role: "tool", name: "dalle" },
      ),
      "[a picture left out]",
    ],
    ["what a tool says", content(textContent("long"), { role: "tool" }), undefined],
    ["instructions", content({ content_type: "user_editable_context", user_profile: "x" }), undefined],
    [
      "something new",
      content({ content_type: "hologram", text: "See" }),
      "See\n\n[content of the type hologram left out]",
    ],
    [
      "a file",
      content(textContent("Read this"), { metadata: { attachments: [{ name: "a.pdf" }, {}] } }),
      "Read this\n\n[the file a.pdf left out]\n\n[the file without a name left out]",
    ],
    ["nothing that can be read", content(7), undefined],
  ])("%s", (_, text, expected) => expect(text).toBe(expected))
})
