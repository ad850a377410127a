import { describe, expect, it } from "@effect/vitest"
import { joinUrl } from "@/services/ai/wire/joinUrl"

describe("joinUrl", () => {
  it.each(["http://host/v1", "http://host/v1/", "http://host/v1//"])("puts one slash after %s", (base) => {
    expect(joinUrl(base, "/chat")).toBe("http://host/v1/chat")
  })
})
