/** Counting over a minute, against the list of all that ever happened. */
import { assert, describe, it } from "@effect/vitest"
import * as fc from "fast-check"
import {
  countedOnce,
  countsIn,
  type Kind,
  type SlidingMinute,
} from "@/services/ai/orchestration/health/slidingMinute"

const kinds = ["first", "retry", "hedge"] as const

const event = fc.record({ pause: fc.integer({ min: 0, max: 20 }), kind: fc.constantFrom<Kind>(...kinds) })

describe("a sliding minute", () => {
  it("counts what happened in it, and keeps 61 buckets at most", () =>
    fc.assert(
      fc.property(fc.array(event, { maxLength: 300 }), (events) => {
        let minute: SlidingMinute = []
        let second = 1_700_000_000
        const happened: Array<readonly [number, Kind]> = []
        for (const { pause, kind } of events) {
          second += pause
          minute = countedOnce(minute, kind, second)
          happened.push([second, kind])
          for (const each of kinds) {
            assert.strictEqual(
              countsIn(minute, second)[each],
              happened.filter(([at, what]) => what === each && at >= second - 60).length,
            )
          }
          assert.isAtMost(minute.length, 61)
        }
      }),
    ))

  it("forgets nothing before a whole minute has passed, and all one second later", () => {
    const minute = countedOnce([], "retry", 100)
    assert.deepStrictEqual(
      [100, 159, 160, 161].map((second) => countsIn(minute, second).retry),
      [1, 1, 1, 0],
    )
  })
})
