/** The figures of a target's record. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import {
  answered,
  emptyRecord,
  failed,
  failureRate,
  firstPartWithin,
  type Change,
  type HealthRecord,
} from "@/services/ai/orchestration/health/healthRecord"
import { openai } from "@/tests/support/planEvents"

const after = (...changes: ReadonlyArray<Change>): HealthRecord =>
  changes.reduce((record, change, at) => change(record, at), emptyRecord(openai))

const answersIn = (...millis: ReadonlyArray<number>) => millis.map((time) => answered(Duration.millis(time)))

const upTo = (last: number) => answersIn(...Array.from({ length: last }, (_, index) => index + 1))

describe("the record of a target", () => {
  it("knows no failures before anything happened", () => assert.strictEqual(failureRate(after()), 0))

  it("counts failures among the outcomes", () =>
    assert.strictEqual(failureRate(after(failed("reset"), ...answersIn(1, 1, 1))), 0.25))

  it("remembers the last hundred outcomes and no more", () => {
    const record = after(...Array.from({ length: 100 }, () => failed("reset")), ...upTo(75))
    assert.lengthOf(record.outcomes, 100)
    assert.strictEqual(failureRate(record), 0.25)
    assert.strictEqual(failureRate(after(failed("reset"), ...upTo(100))), 0)
  })

  it("keeps the words and the time of the last failure", () =>
    assert.deepStrictEqual(after(failed("first"), failed("second"), ...upTo(3)).lastFailure, {
      cause: "second",
      at: 1,
    }))
})

describe("the usual time to the first part", () => {
  it("is not known before five answers, however many failures there were", () => {
    const four = [...answersIn(1, 2, 3, 4), failed("reset"), failed("reset")]
    assert.isUndefined(firstPartWithin(after(...four), 0.95))
    assert.deepStrictEqual(firstPartWithin(after(...four, ...answersIn(5)), 0.95), Duration.millis(5))
  })

  it("is a time that was measured: 95 of a hundred began within it, and half within the other", () => {
    const record = after(...upTo(100).toReversed())
    assert.deepStrictEqual(firstPartWithin(record, 0.95), Duration.millis(95))
    assert.deepStrictEqual(firstPartWithin(record, 0.5), Duration.millis(50))
  })

  it("is not moved by one slow answer among many, but is by two among twenty", () => {
    const quick = Array.from({ length: 20 }, () => 10)
    assert.deepStrictEqual(firstPartWithin(after(...answersIn(...quick, 9000)), 0.95), Duration.millis(10))
    assert.deepStrictEqual(
      firstPartWithin(after(...answersIn(...quick.slice(2), 9000, 9000)), 0.95),
      Duration.millis(9000),
    )
  })
})
