/** Waits and room for a first part, over the whole range of the dice. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { defaults } from "@/services/ai/orchestration/AiPlan"
import { backoffDelay, politeDelay, roomFor } from "@/services/ai/orchestration/timing"

const millis = (dice: number, retry: number): number =>
  Duration.toMillis(backoffDelay(defaults.backoff, retry, dice))

describe("backoffDelay", () => {
  it("doubles from 100 ms and is jittered by 20 % to either side", () => {
    assert.deepStrictEqual(
      [0, 1, 2, 3].map((retry) => [millis(0, retry), millis(0.5, retry), millis(1, retry)]),
      [
        [80, 100, 120],
        [160, 200, 240],
        [320, 400, 480],
        [640, 800, 960],
      ],
    )
  })

  it("never waits more than 8 s, jitter included", () => {
    for (const retry of [7, 8, 20, 60]) {
      for (const dice of [0, 0.3, 0.999]) assert.isAtMost(millis(dice, retry), 8000)
    }
    assert.strictEqual(millis(0, 60), 6400)
  })
})

describe("politeDelay", () => {
  it("is never below what the provider asked for, and at most 10 % above", () => {
    const delays = [0, 0.5, 1].map((dice) => Duration.toMillis(politeDelay(Duration.seconds(2), dice)))
    assert.deepStrictEqual(delays, [2000, 2100, 2200])
  })
})

describe("roomFor", () => {
  const seconds = (own: number, remaining: number, others: ReadonlyArray<number>): number =>
    Duration.toSeconds(
      roomFor(
        Duration.seconds(own),
        remaining * 1000,
        others.map((other) => Duration.seconds(other)),
      ),
    )

  it("is the target's own limit while the deadline is far", () => {
    assert.strictEqual(seconds(10, 120, [10, 60]), 10)
  })

  it("leaves every later target room for one first part", () => {
    assert.strictEqual(seconds(60, 120, [10, 60]), 50)
  })

  it("is an equal share where there is no room for all", () => {
    assert.strictEqual(seconds(10, 6, [10, 10]), 2)
  })

  it("is what is left for the last target, and nothing after the deadline", () => {
    assert.strictEqual(seconds(10, 4, []), 4)
    assert.strictEqual(seconds(10, -1, [10]), 0)
  })
})
