import { describe, expect, it } from "@effect/vitest"
import { makeBlocks } from "@/services/ai/providers/blocks"

const usage = { inputTokens: {}, outputTokens: {} }
const finish = (reason: "stop" | "length" | "content-filter") => ({
  type: "finish",
  reason,
  usage,
  response: undefined,
})

describe("the blocks around deltas", () => {
  it("opens a block with its first delta only", () => {
    const blocks = makeBlocks()
    expect(blocks.text("a")).toEqual([
      { type: "text-start", id: "0" },
      { type: "text-delta", id: "0", delta: "a" },
    ])
    expect(blocks.text("b")).toEqual([{ type: "text-delta", id: "0", delta: "b" }])
  })

  it("closes one kind before it opens the other, under a new id", () => {
    const blocks = makeBlocks()
    blocks.reasoning("hm")
    expect(blocks.text("a")).toEqual([
      { type: "reasoning-end", id: "0" },
      { type: "text-start", id: "1" },
      { type: "text-delta", id: "1", delta: "a" },
    ])
  })

  it("closes the text before a tool call starts", () => {
    const blocks = makeBlocks()
    blocks.text("a")
    expect(blocks.toolStart("t", "now")).toEqual([
      { type: "text-end", id: "0" },
      { type: "tool-params-start", id: "t", name: "now" },
    ])
  })

  it("hands on a call whole, when everything is closed, and once", () => {
    const blocks = makeBlocks()
    blocks.toolStart("t", "sum")
    expect(blocks.toolParams("t", '{"a":')).toEqual([{ type: "tool-params-delta", id: "t", delta: '{"a":' }])
    blocks.toolParams("t", "1}")
    expect(blocks.finish("stop", usage)).toEqual([
      { type: "tool-params-end", id: "t" },
      { type: "tool-call", id: "t", name: "sum", params: { a: 1 } },
      finish("stop"),
    ])
    expect(blocks.finish("stop", usage)).toEqual([finish("stop")])
  })

  it("ignores arguments of a call that did not start, and empty ones", () => {
    const blocks = makeBlocks()
    blocks.toolStart("t", "sum")
    expect(blocks.toolParams("other", "{}")).toEqual([])
    expect(blocks.toolParams("t", "")).toEqual([])
  })

  it("tells of arguments that are not JSON with an error, in the place of the call", () => {
    const blocks = makeBlocks()
    blocks.toolStart("t", "sum")
    blocks.toolParams("t", "{")
    expect(blocks.finish("stop", usage)).toEqual([
      { type: "tool-params-end", id: "t" },
      { type: "error", error: 'the arguments of the call to "sum" are not JSON' },
      finish("stop"),
    ])
  })

  it.each(["length", "content-filter"] as const)(
    "invents no call out of arguments that a %s cut, were it only for the braces",
    (reason) => {
      for (const params of ["", '{"path":']) {
        const blocks = makeBlocks()
        blocks.toolStart("t", "delete_files")
        blocks.toolParams("t", params)
        expect(blocks.finish(reason, usage)).toEqual([{ type: "tool-params-end", id: "t" }, finish(reason)])
      }
    },
  )

  it("takes no arguments at all for an empty object when the answer ends as it should", () => {
    const blocks = makeBlocks()
    blocks.toolStart("t", "now")
    expect(blocks.finish("tool-calls", usage)).toContainEqual({
      type: "tool-call",
      id: "t",
      name: "now",
      params: {},
    })
  })
})
