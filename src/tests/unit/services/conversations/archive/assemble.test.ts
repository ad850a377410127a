import { describe, expect, it } from "@effect/vitest"
import * as Result from "effect/Result"
import { assemble } from "@/services/conversations/archive/assemble"
import type { ForeignNode } from "@/services/conversations/archive/ForeignConversation"
import { limits } from "@/services/conversations/archive/limits"
import { wholeFlaw } from "@/services/conversations/archive/wholeFlaw"

const assembled = (nodes: ReadonlyArray<ForeignNode>) =>
  assemble({
    source: "chatgpt",
    id: "c",
    title: "",
    pinned: false,
    createdAt: undefined,
    updatedAt: undefined,
    leafId: undefined,
    nodes,
  })

const node = (id: string, parentId: string | undefined, role?: "user" | "assistant"): ForeignNode => ({
  id,
  parentId,
  said: role === undefined ? undefined : { role, text: id, createdAt: 1 },
})

const treeOf = (nodes: ReadonlyArray<ForeignNode>) => {
  const whole = Result.getOrThrow(assembled(nodes))
  expect(wholeFlaw(whole)).toBeUndefined()
  const short = (id = "") => id.split(":").at(-1)
  return whole.messages.map(({ id, parentId, text }) => [short(id), short(parentId), text])
}

describe("the messages of another program", () => {
  it("come after those that they follow, in whatever order the file has them", () =>
    expect(treeOf([node("b", "a", "assistant"), node("a", "root", "user"), node("root", undefined)])).toEqual(
      [
        ["a", "", "a"],
        ["b", "a", "b"],
      ],
    ))

  it("begin a branch of their own where what they follow is missing", () =>
    expect(treeOf([node("a", "gone", "user"), node("b", undefined, "user")])).toEqual([
      ["a", "", "a"],
      ["b", "", "b"],
    ]))

  it("stay apart where an answer branches off in the middle of another", () =>
    expect(
      treeOf([
        node("q", undefined, "user"),
        node("a", "q", "assistant"),
        node("hidden", "a"),
        node("b", "hidden", "assistant"),
        node("c", "hidden", "assistant"),
      ]),
    ).toEqual([
      ["q", "", "q"],
      ["a", "q", "a"],
      ["b", "a", "b"],
      ["c", "a", "c"],
    ]))

  it.each([
    ["in a circle", [node("q", undefined, "user"), node("a", "b", "user"), node("b", "a", "user")], /circle/],
    ["after themselves", [node("a", "a", "user")], /circle/],
    ["hidden, all of them", [node("a", undefined)], /no messages/],
    [
      "too many",
      Array.from({ length: limits.messages + 1 }, (_, index) => node(`n${index}`, `n${index - 1}`, "user")),
      /more than 20000 messages/,
    ],
  ])("are not taken when they are %s", (_, nodes, why) =>
    expect(Result.getOrThrow(Result.flip(assembled(nodes)))).toMatch(why),
  )

  it("may be a very long way", () => {
    const nodes = Array.from({ length: limits.messages }, (_, index) =>
      node(`n${index}`, `n${index - 1}`, index % 2 === 0 ? "user" : "assistant"),
    )
    expect(treeOf(nodes)).toHaveLength(limits.messages)
  })
})
