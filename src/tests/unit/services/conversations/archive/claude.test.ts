import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { assemble } from "@/services/conversations/archive/assemble"
import { fromClaude } from "@/services/conversations/archive/claude"
import { claudeChat, claudeOf, claudeRoot } from "../../../../support/foreignExports"

const converted = (value: unknown) => Result.getOrThrow(assemble(fromClaude(value)))

const id = (name: string) => `claude:0d5e3a52-0000-4000-8000-000000000002:${name}`

const textOf = (message: object) => converted(claudeOf([{ uuid: "m", ...message }])).messages[0]?.text

describe("a conversation of Claude", () => {
  it("keeps its title, its times and who said what", () => {
    const { conversation, messages } = converted(claudeChat)
    expect(conversation).toEqual({
      id: "claude:0d5e3a52-0000-4000-8000-000000000002",
      title: "Recipes",
      pinned: false,
      createdAt: Date.UTC(2025, 2, 1, 10),
      updatedAt: Date.UTC(2025, 2, 1, 10, 5),
      leafId: id("c2"),
      draft: "",
    })
    expect(messages).toMatchObject([
      { id: id("c1"), role: "user", text: "Bread?", createdAt: Date.UTC(2025, 2, 1, 10, 1) },
      { id: id("c2"), parentId: id("c1"), role: "assistant", text: "Flour, water, salt.", origin: "Claude" },
    ])
    expect(messages[0]).not.toHaveProperty("origin")
  })

  it("keeps its branches where it tells them, and shows the one that was shown", () => {
    const { conversation, messages } = converted(
      claudeOf(
        [
          { uuid: "q", text: "Hi", parent: claudeRoot },
          { uuid: "a1", text: "Hello", sender: "assistant", parent: "q" },
          { uuid: "a2", text: "Hey", sender: "assistant", parent: "q" },
        ],
        { current_leaf_message_uuid: "a1", model: "claude-sonnet-4-5" },
      ),
    )
    expect(messages.map(({ parentId }) => parentId)).toEqual([undefined, id("q"), id("q")])
    expect(messages[1]?.origin).toBe("Claude, claude-sonnet-4-5")
    expect(conversation.leafId).toBe(id("a1"))
  })

  it.each([
    ["old text", { text: "Hi" }, "Hi"],
    [
      "blocks rather than the text beside them",
      {
        text: "not supported on your device",
        content: [
          { type: "text", text: "a" },
          { type: "text", text: "b" },
        ],
      },
      "a\n\nb",
    ],
    [
      "an artifact",
      {
        content: [
          { type: "thinking", thinking: "hm" },
          { type: "tool_use", name: "artifacts", input: { title: "Page", language: "html", content: "<p>" } },
          { type: "tool_result", content: "OK" },
        ],
      },
      "Page\n\n```html\n<p>\n```",
    ],
    [
      "a tool",
      { content: [{ type: "tool_use", name: "web_search", input: { query: "x" } }] },
      "[a call of web_search left out]",
    ],
    ["something new", { content: [{ type: "hologram" }] }, "[content of the type hologram left out]"],
    [
      "pasted text and a file",
      {
        text: "Read",
        attachments: [{ file_name: "notes.txt", extracted_content: "milk" }, { file_name: "b.bin" }],
        files: [{ file_name: "c.png" }],
      },
      "Read\n\n[the file notes.txt]\n\n```\nmilk\n```\n\n[the file b.bin left out]\n\n[the file c.png left out]",
    ],
  ])("%s", (_, message, expected) => expect(textOf(message)).toBe(expected))
})
