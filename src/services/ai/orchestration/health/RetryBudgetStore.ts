/** How many retries and hedges a target may still get: counted over the last minute, here or in a shared store. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { recentlyUsed } from "./recentlyUsed"
import { countedOnce, countsIn, type Counts, type Kind, type SlidingMinute } from "./slidingMinute"

/** What is added to the first requests. */
export type Extra = Exclude<Kind, "first">

/** At most the larger of the two: a number, and a share of the first requests of the same minute. */
export interface Allowance {
  readonly minimum: number
  /** 0 to 1. */
  readonly ratio: number
}

export class RetryBudgetStoreError extends Data.TaggedError("RetryBudgetStoreError")<{
  readonly message: string
  readonly cause?: unknown
}> {}

export const defaults = {
  /** Targets that the memory counts for; the one that was not asked for longest leaves. */
  targets: 1000,
}

export class RetryBudgetStore extends Context.Service<
  RetryBudgetStore,
  {
    /** Counts a first request to a target. */
    readonly record: (target: string) => Effect.Effect<void, RetryBudgetStoreError>
    /** Counts one more when the allowance leaves room for it: one step, so that runs at the same time cannot exceed it. */
    readonly take: (
      target: string,
      kind: Extra,
      allowance: Allowance,
    ) => Effect.Effect<boolean, RetryBudgetStoreError>
  }
>()("RetryBudgetStore") {}

export const layerRetryBudgetMemory: Layer.Layer<RetryBudgetStore> = Layer.sync(RetryBudgetStore, () => {
  const minutes = recentlyUsed<SlidingMinute>(defaults.targets)
  const count = (target: string, kind: Kind, second: number) =>
    minutes.set(target, countedOnce(minutes.get(target) ?? [], kind, second))
  return RetryBudgetStore.of({
    record: (target) => Effect.map(currentSecond, (second) => count(target, "first", second)),
    take: (target, kind, allowance) =>
      Effect.map(currentSecond, (second) => {
        const isAllowed = leavesRoom(countsIn(minutes.get(target) ?? [], second), kind, allowance)
        if (isAllowed) count(target, kind, second)
        return isAllowed
      }),
  })
})

const leavesRoom = (counts: Counts, kind: Extra, { minimum, ratio }: Allowance): boolean =>
  counts[kind] + 1 <= Math.max(minimum, ratio * counts.first)

const currentSecond = Effect.map(Clock.currentTimeMillis, (now) => Math.floor(now / 1000))
