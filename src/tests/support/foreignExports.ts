/** Exports in the shapes that ChatGPT and Claude give them, made up. */

interface ChatGptNode {
  readonly id: string
  readonly parent?: string
  readonly role?: string
  readonly content?: unknown
  readonly seconds?: number | null
  readonly metadata?: unknown
  readonly recipient?: string
  readonly name?: string
}

/** Nodes whose message is absent are roots. */
export const chatGptOf = (nodes: ReadonlyArray<ChatGptNode>, fields: Record<string, unknown> = {}) => ({
  title: "Trip to Oslo",
  create_time: 1_700_000_000.25,
  update_time: 1_700_000_500,
  conversation_id: "6b1f0c9e-0000-4000-8000-000000000001",
  current_node: nodes.at(-1)?.id,
  mapping: Object.fromEntries(nodes.map((node) => [node.id, mapped(node, nodes)])),
  ...fields,
})

const mapped = (node: ChatGptNode, nodes: ReadonlyArray<ChatGptNode>) => ({
  id: node.id,
  parent: node.parent ?? null,
  children: nodes.filter(({ parent }) => parent === node.id).map(({ id }) => id),
  message:
    node.content === undefined
      ? null
      : {
          id: node.id,
          author: { role: node.role ?? "user", name: node.name ?? null, metadata: {} },
          create_time: node.seconds === undefined ? 1_700_000_100 : node.seconds,
          content: node.content,
          status: "finished_successfully",
          metadata: node.metadata ?? {},
          recipient: node.recipient ?? "all",
        },
})

export const textContent = (...parts: ReadonlyArray<unknown>) => ({ content_type: "text", parts })

const gpt4o = { model_slug: "gpt-4o" }

/** A question that was answered twice; the second answer is shown. */
export const chatGptChat = chatGptOf([
  { id: "client-created-root" },
  {
    id: "system",
    parent: "client-created-root",
    role: "system",
    content: textContent(""),
    metadata: { is_visually_hidden_from_conversation: true },
  },
  { id: "q1", parent: "system", content: textContent("What is there to see?"), seconds: 1_700_000_100 },
  { id: "a1", parent: "q1", role: "assistant", content: textContent("Fjords."), metadata: gpt4o },
  { id: "a2", parent: "q1", role: "assistant", content: textContent("The opera."), metadata: gpt4o },
])

interface ClaudeMessage {
  readonly uuid: string
  readonly sender?: string
  readonly text?: string
  readonly content?: ReadonlyArray<unknown>
  readonly parent?: string
  readonly attachments?: ReadonlyArray<unknown>
  readonly files?: ReadonlyArray<unknown>
}

export const claudeOf = (messages: ReadonlyArray<ClaudeMessage>, fields: Record<string, unknown> = {}) => ({
  uuid: "0d5e3a52-0000-4000-8000-000000000002",
  name: "Recipes",
  created_at: "2025-03-01T10:00:00.000000Z",
  updated_at: "2025-03-01T10:05:00.000000Z",
  account: { uuid: "someone" },
  chat_messages: messages.map(
    ({ uuid, sender = "human", text = "", content, parent, attachments, files }) => ({
      uuid,
      text,
      ...(content === undefined ? {} : { content }),
      sender,
      created_at: "2025-03-01T10:01:00.000000Z",
      updated_at: "2025-03-01T10:01:00.000000Z",
      attachments: attachments ?? [],
      files: files ?? [],
      ...(parent === undefined ? {} : { parent_message_uuid: parent }),
    }),
  ),
  ...fields,
})

/** What Claude's first messages follow. */
export const claudeRoot = "00000000-0000-4000-8000-000000000000"

export const claudeChat = claudeOf([
  { uuid: "c1", content: [{ type: "text", text: "Bread?" }] },
  { uuid: "c2", sender: "assistant", content: [{ type: "text", text: "Flour, water, salt." }] },
])
