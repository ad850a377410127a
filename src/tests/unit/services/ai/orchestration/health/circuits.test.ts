/** What the end of a request tells each circuit of its target: one row for every kind of verdict. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import {
  changesNothing,
  circuitsOf,
  entriesFor,
  openFor,
  type CircuitKind,
} from "@/services/ai/orchestration/health/circuits"
import { openai } from "@/tests/support/planEvents"
import { refusal, type Failure } from "./asking"

const kinds: ReadonlyArray<CircuitKind> = ["circuit", "cooling", "key"]

const rows: ReadonlyArray<readonly [Failure, ReadonlyArray<string>]> = [
  [{ reason: "ServerError" }, ["Failure", "Success", "Ignored"]],
  [{ reason: "ConnectionFailed" }, ["Failure", "Success", "Ignored"]],
  [{ reason: "NoFirstPart" }, ["Failure", "Success", "Ignored"]],
  [{ reason: "Overloaded" }, ["Failure, Failure", "Success", "Ignored"]],
  [{ reason: "RateLimited", retryAfter: "7 seconds" }, ["Ignored", "Failure 7s", "Ignored"]],
  [{ reason: "RateLimited", retryAfter: "1 hour" }, ["Ignored", "Failure 5m", "Ignored"]],
  [{ reason: "RateLimited" }, ["Ignored", "Ignored", "Ignored"]],
  [{ reason: "RateLimited", sameReason: 3 }, ["Ignored", "Failure 15s", "Ignored"]],
  [{ reason: "QuotaExhausted" }, ["Ignored", "Failure 5m", "Ignored"]],
  [{ reason: "TargetUnsupported" }, ["Ignored", "Failure 5m", "Ignored"]],
  [{ reason: "InvalidKey" }, ["Ignored", "Ignored", "Failure 5m"]],
  [{ reason: "InvalidRequest" }, ["Ignored", "Ignored", "Ignored"]],
  [{ reason: "Aborted" }, ["Ignored", "Ignored", "Ignored"]],
]

describe("a failed request", () => {
  for (const [failure, expected] of rows) {
    const { reason, retryAfter, sameReason } = failure
    const more = [
      retryAfter === undefined ? "" : ` for ${Duration.format(Duration.fromInputUnsafe(retryAfter))}`,
      sameReason === undefined ? "" : ` time ${sameReason}`,
    ]
    it(`${reason}${more.join("")}: ${expected.join(" | ")}`, () =>
      assert.deepStrictEqual(
        kinds.map((kind) =>
          entriesFor(kind, { _tag: "Failed", verdict: refusal(failure), cause: reason })
            .map((entry) =>
              entry.openFor === undefined
                ? entry.outcome
                : `${entry.outcome} ${Duration.format(entry.openFor)}`,
            )
            .join(", "),
        ),
        expected,
      ))
  }
})

describe("other ends of a request", () => {
  it("an answer is a success to all circuits, an end that nobody told is ignored by all", () => {
    for (const kind of kinds) {
      assert.deepStrictEqual(entriesFor(kind, { _tag: "Answered" }), [{ outcome: "Success" }])
      assert.deepStrictEqual(entriesFor(kind, { _tag: "Unsettled" }), [{ outcome: "Ignored" }])
    }
  })

  it("the store hears of a success of the main circuit, of every failure and of every probe", () => {
    const heard = kinds.flatMap((kind) =>
      (["Success", "Failure", "Ignored"] as const).flatMap((outcome) =>
        [false, true].flatMap((isProbe) =>
          changesNothing(kind, { outcome }, isProbe)
            ? []
            : [`${kind} ${outcome}${isProbe ? " of a probe" : ""}`],
        ),
      ),
    )
    assert.deepStrictEqual(heard, [
      "circuit Success",
      "circuit Success of a probe",
      "circuit Failure",
      "circuit Failure of a probe",
      "circuit Ignored of a probe",
      "cooling Success of a probe",
      "cooling Failure",
      "cooling Failure of a probe",
      "cooling Ignored of a probe",
      "key Success of a probe",
      "key Failure",
      "key Failure of a probe",
      "key Ignored of a probe",
    ])
  })
})

describe("the circuits of a target", () => {
  it("are named after provider and model; that of the key after provider and key", () =>
    assert.deepStrictEqual(
      circuitsOf(openai, "a1").map(({ key }) => key),
      ["key:openai#a1", "cooling:openai/gpt-5.4", "circuit:openai/gpt-5.4"],
    ))

  it("without a key there is none of a key", () =>
    assert.deepStrictEqual(
      circuitsOf(openai, undefined).map(({ kind }) => kind),
      ["cooling", "circuit"],
    ))

  it("open for 5, 10, 15 and 15 seconds", () =>
    assert.deepStrictEqual(
      [0, 1, 2, 3, 100].map((before) => Duration.toSeconds(openFor(before))),
      [5, 10, 15, 15, 15],
    ))
})
