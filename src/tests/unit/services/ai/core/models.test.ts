import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { factsOf, firstPartLimit, vendorModels } from "@/services/ai/core/models"

describe("what is known of models", () => {
  it("assumes that an unknown model is able", () => {
    expect(factsOf("somebody", "something")).toEqual({ takesSampling: true, reasons: false })
  })

  it("keeps a vendor's facts from models of the same name elsewhere", () => {
    expect(factsOf("openai", "o3").reasons).toBe(true)
    expect(factsOf("groq", "o3").reasons).toBe(false)
  })

  const limits: ReadonlyArray<readonly [provider: string, model: string, seconds: number]> = [
    ["openai", "gpt-4.1", 10],
    ["openai", "gpt-5.4", 60],
    ["openai", "gpt-5-chat-latest", 10],
    ["anthropic", "claude-sonnet-5-5", 10],
    ["ollama", "gemma3:1b", 60],
    ["simulator", "steady", 10],
  ]

  it.each(limits)("gives %s's %s %s s to its first part", (provider, model, seconds) => {
    expect(firstPartLimit(provider, model)).toEqual(Duration.seconds(seconds))
  })

  it.each(Object.entries(vendorModels))("offers the defaults of %s", (_vendor, models) => {
    expect(models.offered).toContain(models.default)
    expect(models.offered).toContain(models.fallback)
  })
})
