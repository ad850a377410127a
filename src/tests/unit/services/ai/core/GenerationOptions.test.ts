import { describe, expect, it } from "@effect/vitest"
import * as Option from "effect/Option"
import * as Schema from "effect/Schema"
import { GenerationParameters } from "@/services/ai/core"

const decode = Schema.decodeUnknownOption(GenerationParameters)

describe("the parameters of a request", () => {
  it.each([
    {},
    { temperature: 0 },
    { temperature: 2 },
    { topP: 0 },
    { topP: 1 },
    { maxOutputTokens: 1 },
    { stopSequences: [] },
    { tools: [{ name: "now", parameters: {} }] },
  ])("may be %j", (parameters) => {
    expect(Option.getOrUndefined(decode(parameters))).toEqual(parameters)
  })

  it.each([
    { temperature: -0.1 },
    { temperature: 2.1 },
    { temperature: Number.NaN },
    { topP: 1.1 },
    { maxOutputTokens: 0 },
    { maxOutputTokens: 1.5 },
    { stopSequences: "END" },
    { tools: [{ name: "now" }] },
  ])("may not be %j", (parameters) => {
    expect(Option.isNone(decode(parameters))).toBe(true)
  })
})
