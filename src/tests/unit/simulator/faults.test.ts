import { describe, expect, it } from "@effect/vitest"
import { defaults } from "@/simulator/Fault"
import { faultExamples, faultNamed, faults } from "@/simulator/faults"

describe("faults", () => {
  it("are found by the names that they are shown with", () => {
    for (const fault of faultExamples) expect(faultNamed(fault.name)).toEqual(fault)
    expect(faultExamples).toHaveLength(Object.keys(faults).length)
  })

  it("have names in kebab-case, and a description each", () => {
    for (const { name, description } of faultExamples) {
      expect(name).toMatch(/^[a-z0-9]+(-[a-z0-9]+)*$/)
      expect(description).toMatch(/\S/)
      expect(description).not.toMatch(/\bN\b/)
    }
  })

  it("take any number where their name has one", () => {
    expect(faultNamed("cut-after-7-reset")?.behaviour).toEqual({
      ...defaults,
      ends: { after: 7, how: "reset" },
    })
    expect(faultNamed("rate-limited-30s")?.behaviour).toMatchObject({ headers: { "retry-after": "30" } })
    expect(faultNamed("rate-limited-30ms")?.behaviour).toMatchObject({ headers: { "retry-after-ms": "30" } })
  })

  it.each([
    "",
    "OK",
    "ok ",
    "okay",
    "gpt-5.4",
    "cut-after-N-fin",
    "cut-after--1-fin",
    "cut-after-x-fin",
    "constructor",
  ])("know no %j", (name) => expect(faultNamed(name)).toBeUndefined())
})
