import { describe, expect, it } from "@effect/vitest"
import { toPrompt } from "@/services/ai/core"
import { promptOf } from "../../../../support/conversations"

describe("a conversation as a prompt", () => {
  it("keeps every message, in order, with its role", () => {
    expect(
      toPrompt([
        { role: "system", content: "Be brief." },
        { role: "user", content: "One?" },
        { role: "assistant", content: "1" },
        { role: "user", content: "" },
      ]),
    ).toEqual(
      promptOf(
        { role: "system", content: "Be brief." },
        { role: "user", content: [{ type: "text", text: "One?" }] },
        { role: "assistant", content: [{ type: "text", text: "1" }] },
        { role: "user", content: [{ type: "text", text: "" }] },
      ),
    )
  })
})
