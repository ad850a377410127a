/** What was used, summed up. */
import { expect } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { UsageRow } from "@/services/conversations/Conversation"
import type { AttemptRecord } from "@/services/ai/orchestration/PlanEvent"
import { anthropic, costs, openai, overloaded, record, reported } from "../support/planEvents"
import { day, endingOf, noon, turnOf, type Store } from "../support/storedConversations"
import type { Fact } from "./conversationStoreFact"

const cheap = record(1, openai, { usage: reported(10), cost: costs(0.25) })
const dear = record(1, anthropic, { usage: reported(20), cost: costs(0.5) })
const refused = record(1, openai, { error: overloaded, usage: reported(0), cost: costs(0) })
const unpriced = record(2, anthropic, { usage: reported(7), cost: { source: "unknown" } })
const uncounted = record(1, openai, { usage: { source: "unknown" }, cost: costs(0.125) })

const answered = Effect.fnUntraced(function* (
  store: Store,
  name: { readonly conversationId: string; readonly number?: number; readonly endedAt: number },
  attempts: ReadonlyArray<AttemptRecord>,
) {
  // They end on another day than they begin.
  const turn = turnOf({ ...name, at: noon - 10 * day })
  yield* store.begin(turn)
  yield* store.finish(endingOf(turn, { attempts, endedAt: name.endedAt }))
})

const filled = Effect.fnUntraced(function* (store: Store) {
  yield* answered(store, { conversationId: "little", endedAt: noon }, [cheap])
  yield* answered(store, { conversationId: "much", endedAt: noon - day }, [refused, { ...dear, attempt: 2 }])
  yield* answered(store, { conversationId: "much", number: 2, endedAt: noon }, [cheap])
  yield* answered(store, { conversationId: "unsure", endedAt: noon - 3 * day }, [uncounted, unpriced])
})

const rowOf = (key: string, row: Partial<UsageRow>) => ({ key, ...row })

export const factsOfUsage = (fact: Fact): void => {
  fact("is summed up by conversation, the most expensive first", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      expect(yield* store.usage({ by: "conversation", limit: 10 })).toMatchObject([
        {
          key: "much",
          label: "Title of much",
          attempts: 3,
          inputTokens: 9,
          outputTokens: 30,
          usd: 0.75,
          isComplete: true,
        },
        rowOf("little", { attempts: 1, inputTokens: 3, outputTokens: 10, usd: 0.25, isComplete: true }),
        rowOf("unsure", { attempts: 2, inputTokens: 3, outputTokens: 7, usd: 0.125, isComplete: false }),
      ])
    }),
  )

  fact("is summed up by the day on which a run ended, the latest first", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      expect(yield* store.usage({ by: "day", limit: 10 })).toMatchObject([
        rowOf("2026-11-24", { label: "2026-11-24", attempts: 2, usd: 0.5 }),
        rowOf("2026-11-23", { attempts: 2, usd: 0.5 }),
        rowOf("2026-11-21", { attempts: 2, usd: 0.125, isComplete: false }),
      ])
    }),
  )

  fact("is summed up by provider and model", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      expect(yield* store.usage({ by: "model", limit: 10 })).toMatchObject([
        rowOf("openai/gpt-5.4", { label: "openai/gpt-5.4", attempts: 4, usd: 0.625, isComplete: false }),
        rowOf("anthropic/claude-haiku-5-5", { attempts: 2, usd: 0.5, isComplete: false }),
      ])
    }),
  )

  fact("is asked for of one conversation, since a time, and so many rows", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      expect(yield* store.usage({ by: "day", conversationId: "much", limit: 10 })).toMatchObject([
        rowOf("2026-11-24", { attempts: 1 }),
        rowOf("2026-11-23", { attempts: 2 }),
      ])
      expect(yield* store.usage({ by: "conversation", since: noon - day, limit: 10 })).toMatchObject([
        rowOf("much", { attempts: 3 }),
        rowOf("little", { attempts: 1 }),
      ])
      expect(yield* store.usage({ by: "day", since: noon - day + 1, limit: 10 })).toMatchObject([
        rowOf("2026-11-24", { attempts: 2 }),
      ])
      expect(yield* store.usage({ by: "conversation", limit: 1 })).toMatchObject([
        rowOf("much", { attempts: 3 }),
      ])
      expect(yield* store.usage({ by: "model", conversationId: "nobody", limit: 10 })).toEqual([])
    }),
  )

  fact("has the title that a conversation has now", (store) =>
    Effect.gen(function* () {
      yield* filled(store)
      yield* store.update("much", { title: "Renamed" })
      expect(yield* store.usage({ by: "conversation", limit: 1 })).toMatchObject([
        rowOf("much", { label: "Renamed" }),
      ])
    }),
  )

  fact("counts a run when it has ended", (store) =>
    Effect.gen(function* () {
      yield* store.begin(turnOf())
      expect(yield* store.usage({ by: "model", limit: 10 })).toEqual([])
      yield* store.finish(endingOf(turnOf(), { attempts: [cheap] }))
      expect(yield* store.usage({ by: "model", limit: 10 })).toMatchObject([
        rowOf("openai/gpt-5.4", { attempts: 1 }),
      ])
    }),
  )
}
