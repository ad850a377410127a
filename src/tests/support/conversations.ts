/** Conversations of every shape that a request converter must know, in `effect/ai`'s vocabulary. */
import * as Prompt from "effect/ai/Prompt"
import type { ToolDefinition } from "@/services/ai/core"

export const promptOf = (...messages: ReadonlyArray<Prompt.MessageEncoded>): Prompt.Prompt =>
  Prompt.make(messages)

export const weather: ToolDefinition = {
  name: "weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
}

const user = (content: string): Prompt.MessageEncoded => ({ role: "user", content })
const assistant = (content: string): Prompt.MessageEncoded => ({ role: "assistant", content })
const system = (content: string): Prompt.MessageEncoded => ({ role: "system", content })

const file = (mediaType: string, data: string | Uint8Array | URL): Prompt.MessageEncoded => ({
  role: "user",
  content: [{ type: "file", mediaType, data }],
})

export const conversations = {
  severalTurns: promptOf(system("Be brief."), user("One?"), assistant("1"), user("Two?")),
  twoSystemMessages: promptOf(system("Be brief."), system("Be kind."), user("Hi")),
  textInPieces: promptOf({
    role: "user",
    content: [
      { type: "text", text: "Hello " },
      { type: "text", text: "world" },
    ],
  }),
  sameRoleInARow: promptOf(user("One?"), user("Two?"), assistant("1"), assistant("2")),
  emptyTurn: promptOf(user("Hi"), assistant(""), user("Still there?")),
  imageBytes: promptOf({
    role: "user",
    content: [
      { type: "text", text: "What is it?" },
      { type: "file", mediaType: "image/png", data: new Uint8Array([1, 2, 3]) },
    ],
  }),
  imageBase64: promptOf(file("image/jpeg", "AQID")),
  imageUrl: promptOf(file("image/png", new URL("https://x.example/a.png"))),
  document: promptOf(file("application/pdf", "AQID")),
  toolRound: promptOf(
    user("Weather in Bern and Rome?"),
    {
      role: "assistant",
      content: [
        { type: "text", text: "Let me look." },
        { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
        { type: "tool-call", id: "c2", name: "weather", params: { city: "Rome" } },
      ],
    },
    {
      role: "tool",
      content: [
        { type: "tool-result", id: "c1", name: "weather", isFailure: false, result: { degrees: 3 } },
        { type: "tool-result", id: "c2", name: "weather", isFailure: true, result: "sunny" },
      ],
    },
  ),
  toolCallWithoutText: promptOf({
    role: "assistant",
    content: [{ type: "tool-call", id: "c1", name: "weather", params: {} }],
  }),
  toolWithoutResult: promptOf({
    role: "tool",
    content: [{ type: "tool-result", id: "c1", name: "notify", isFailure: false, result: undefined }],
  }),
  reasoningBefore: promptOf({
    role: "assistant",
    content: [
      { type: "reasoning", text: "hm" },
      { type: "text", text: "42" },
    ],
  }),
}
