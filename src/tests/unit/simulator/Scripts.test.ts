import { describe, expect, it } from "@effect/vitest"
import type { FaultName } from "@/simulator/faults"
import * as Scripts from "@/simulator/Scripts"

const namesOf = (scripts: Scripts.Scripts, key: string, count: number, model = "gpt-5.4") =>
  Array.from({ length: count }, () => scripts.next(key, model).name)

describe("which fault the next request meets", () => {
  it("the model, where it names one, else ok", () => {
    const scripts = Scripts.make()
    expect(scripts.next("openai", "server-error").name).toBe("server-error")
    expect(scripts.next("openai", "gpt-5.4").name).toBe("ok")
    expect(scripts.next("openai", "").name).toBe("ok")
  })

  it("the script of the route first, one fault a request, the last one for ever", () => {
    const scripts = Scripts.make()
    scripts.set("openai", ["server-error", "cut-after-3-fin", "ok"])
    expect(namesOf(scripts, "openai", 4, "overloaded")).toEqual([
      "server-error",
      "cut-after-3-fin",
      "ok",
      "ok",
    ])
    expect(namesOf(scripts, "anthropic", 1, "overloaded")).toEqual(["overloaded"])
  })

  it("a new script begins at its first fault; one without names is none", () => {
    const scripts = Scripts.make()
    scripts.set("openai", ["server-error", "ok"])
    expect(namesOf(scripts, "openai", 1)).toEqual(["server-error"])
    scripts.set("openai", ["overloaded", "ok"])
    expect(namesOf(scripts, "openai", 2)).toEqual(["overloaded", "ok"])
    scripts.set("openai", [])
    expect(namesOf(scripts, "openai", 1, "empty")).toEqual(["empty"])
  })

  it("what flaps is counted for each route by itself", () => {
    const scripts = Scripts.make()
    const deeds = (key: string) =>
      Array.from({ length: 3 }, () => scripts.next(key, "fails-2-times").deed.does)
    expect(deeds("openai")).toEqual(["refuse", "refuse", "answer"])
    expect(deeds("groq")).toEqual(["refuse", "refuse", "answer"])
    expect(deeds("openai")).toEqual(["answer", "answer", "answer"])
    scripts.reset()
    expect(deeds("openai")).toEqual(["refuse", "refuse", "answer"])
  })

  it("a name that is none is told at once, not answered with something else", () => {
    const misspelt: FaultName = "cut-after--1-fin"
    expect(() => Scripts.make().set("openai", [misspelt])).toThrow('there is no fault "cut-after--1-fin"')
    // @ts-expect-error -- the compiler knows the names
    expect(() => Scripts.make().set("openai", ["server-eror"])).toThrow(RangeError)
  })
})
