/** The list of chats: its order, its pages, and how it follows changes. */
import { assert, describe, it } from "@effect/vitest"
import {
  defaults,
  queryAnew,
  queryMore,
  unloaded,
  withListChange,
  withPage,
  type ChatList,
} from "@/hooks/conversations/chatList"
import type { ConversationSummary } from "@/services/conversations/Conversation"
import { summaryOf } from "@/tests/support/openChats"

const entry = (id: string, updatedAt: number, pinned = false): ConversationSummary =>
  summaryOf({ id, title: id, updatedAt, pinned })

const listOf = (hasMore: boolean, ...summaries: ReadonlyArray<ConversationSummary>): ChatList => ({
  state: { status: "ready" },
  summaries,
  hasMore,
})

const idsOf = ({ summaries }: ChatList): ReadonlyArray<string> => summaries.map(({ id }) => id)
const changed = (list: ChatList, summary: ConversationSummary): ReadonlyArray<string> =>
  idsOf(withListChange(list, { type: "conversation-changed", summary }))

const three = [entry("p", 1, true), entry("b", 20), entry("a", 10)] as const

describe("a list", () => {
  it.each([
    ["a new chat stands below the pinned ones", entry("c", 30), ["p", "c", "b", "a"]],
    ["one that was asked moves up", entry("a", 30), ["p", "a", "b"]],
    ["one that is pinned moves among the pinned, by time", entry("a", 10, true), ["a", "p", "b"]],
    ["of equal times the greater name comes first", entry("c", 20), ["p", "c", "b", "a"]],
    ["the lesser name comes second", entry("aa", 20), ["p", "b", "aa", "a"]],
    ["the oldest comes last", entry("z", 1), ["p", "b", "a", "z"]],
  ] as const)("%s", (_, summary, ids) =>
    assert.deepStrictEqual(changed(listOf(false, ...three), summary), ids),
  )

  it("leaves to the next page what belongs behind the last loaded one", () => {
    assert.deepStrictEqual(changed(listOf(true, ...three), entry("z", 1)), ["p", "b", "a"])
    assert.deepStrictEqual(changed(listOf(true, ...three), entry("b", 1)), ["p", "a"])
  })

  it("loses what was removed", () =>
    assert.deepStrictEqual(
      idsOf(withListChange(listOf(false, ...three), { type: "conversation-removed", id: "b" })),
      ["p", "a"],
    ))
})

describe("pages", () => {
  it("follow the last entry, and end with one that is not full", () => {
    const first = queryMore(unloaded)
    assert.deepStrictEqual(first, { limit: defaults.page })
    const page = Array.from({ length: defaults.page }, (_, index) => entry(`c${100 + index}`, 900 - index))
    const list = withPage(unloaded, first, page)
    assert.isTrue(list.hasMore)
    const last = page.at(-1)
    const more = queryMore(list)
    assert.deepStrictEqual(more.after, { pinned: false, updatedAt: last?.updatedAt, id: last?.id })
    const whole = withPage(list, more, [entry("old", 1)])
    assert.isFalse(whole.hasMore)
    assert.deepStrictEqual(idsOf(whole).slice(-2), [last?.id, "old"])
  })

  it("a page that overlaps what changed meanwhile doubles nothing", () =>
    assert.deepStrictEqual(
      idsOf(
        withPage(listOf(true, ...three), queryMore(listOf(true, ...three)), [entry("a", 10), entry("z", 1)]),
      ),
      ["p", "b", "a", "z"],
    ))

  it("reading anew asks for as many as are shown, as far as one page goes", () => {
    assert.strictEqual(queryAnew(listOf(false, ...three)).limit, defaults.page)
    const many = Array.from({ length: 120 }, (_, index) => entry(`${index}`, index))
    assert.strictEqual(queryAnew(listOf(false, ...many)).limit, 120)
    const more = Array.from({ length: 800 }, (_, index) => entry(`${index}`, index))
    assert.strictEqual(queryAnew(listOf(false, ...more)).limit, defaults.pageLimit)
  })

  it("reading anew takes the place of all that was there", () =>
    assert.deepStrictEqual(idsOf(withPage(listOf(true, ...three), { limit: 50 }, [entry("n", 1)])), ["n"]))
})
