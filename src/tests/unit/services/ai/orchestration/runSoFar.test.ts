/** What is read from the log of a run that has not ended. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { AIProviderError } from "@/services/ai"
import { runSoFar } from "@/services/ai/orchestration/runSoFar"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import { compacted } from "@/services/conversations/compaction"
import {
  answerDiscarded,
  answerResumed,
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  cut,
  eventsOf,
  ollama,
  openai,
  overloaded,
  planStarted,
  retryScheduled,
  text,
} from "@/tests/support/planEvents"

const started = planStarted(openai, anthropic, ollama)
const after = (...bodies: ReadonlyArray<PlanEventBody>) => runSoFar(eventsOf([started, ...bodies]))

describe("a log without its plan", () => {
  it("is that of a run which has not begun", () => assert.isUndefined(runSoFar([])))
})

describe("a log that breaks off", () => {
  it("tells the run, its plan and the number that comes next", () => {
    const soFar = after(attemptStarted(1, openai))
    assert.strictEqual(soFar?.runId, "run-1")
    assert.deepStrictEqual(
      soFar?.plan.steps.map(({ provider }) => provider),
      ["openai", "anthropic", "ollama"],
    )
    assert.strictEqual(soFar?.nextSequence, 2)
  })

  it("holds the attempts that have failed, with what they were for", () => {
    const soFar = after(
      attemptStarted(1, openai),
      attemptFailed(1, openai),
      retryScheduled(openai, 100),
      attemptStarted(2, openai),
      attemptStarted(3, anthropic, 1, "hedge"),
      attemptFailed(3, anthropic, { step: 1 }),
    )
    assert.deepStrictEqual(
      soFar?.ended.map(({ record, error, purpose }) => [record.attempt, record.step, error, purpose]),
      [
        [1, 0, overloaded, "answer"],
        [3, 1, overloaded, "hedge"],
      ],
    )
    assert.deepStrictEqual(
      soFar?.open.map(({ attempt, purpose }) => [attempt, purpose]),
      [[2, "answer"]],
    )
  })

  it("keeps of a failed attempt when it began to answer, and how it went on with a text", () => {
    const soFar = after(
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text("The sky"),
      attemptFailed(1, openai, { error: cut, emitted: 7 }),
      {
        type: "attempt-started",
        attempt: 2,
        step: 1,
        target: anthropic,
        purpose: "rescue",
        mode: "instruction",
      },
      attemptFailed(2, anthropic, { step: 1 }),
    )
    const [first, second] = soFar?.ended.map(({ record }) => record) ?? []
    assert.deepInclude(first, { timeToFirstPart: Duration.millis(7), emitted: 7, error: cut })
    assert.deepInclude(second, { rescue: "instruction", error: overloaded })
    assert.isUndefined(second?.timeToFirstPart)
  })

  it("tells of an open attempt what it showed, and how long it is known to have lasted", () => {
    const soFar = after(
      attemptStarted(1, openai),
      answerStarted(1, openai),
      { type: "reasoning-delta", text: "Hm. " },
      text("The "),
      text("sky"),
    )
    const [open] = soFar?.open ?? []
    assert.deepInclude(open, { emitted: 7, received: "Hm. The sky", duration: Duration.millis(40) })
    assert.deepStrictEqual(soFar?.shown, { text: "The sky", anything: true, toolCalls: 0 })
  })

  it("tells of an open rescuer the text that it was to continue", () => {
    const soFar = after(
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text("The sky"),
      attemptFailed(1, openai, { error: cut, emitted: 7 }),
      { type: "attempt-started", attempt: 2, step: 1, target: anthropic, purpose: "rescue", mode: "prefill" },
      answerResumed(2, anthropic, "prefill"),
      text(" is"),
    )
    assert.deepInclude(soFar?.open[0], {
      rescue: "prefill",
      textBefore: "The sky",
      emitted: 3,
      received: " is",
    })
    assert.strictEqual(soFar?.shown.text, "The sky is")
  })

  it("counts tool calls, and forgets what was taken back", () => {
    const call: PlanEventBody = { type: "tool-call", id: "1", name: "weather", params: {} }
    const writing = [attemptStarted(1, openai), answerStarted(1, openai), text("The sky"), call]
    assert.deepStrictEqual(after(...writing)?.shown, { text: "The sky", anything: true, toolCalls: 1 })
    assert.deepStrictEqual(after(...writing, answerDiscarded(2, anthropic))?.shown, {
      text: "",
      anything: true,
      toolCalls: 0,
    })
  })

  it("may have its text joined, when the next number is told", () => {
    const events = eventsOf([
      started,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text("The "),
      text("sky"),
    ])
    const joined = runSoFar(compacted(events), events.length)
    assert.strictEqual(joined?.nextSequence, 5)
    assert.deepStrictEqual(joined?.shown, runSoFar(events)?.shown)
  })

  it("may be that of a process which died while it told what the one before had left open", () => {
    const interrupted = AIProviderError.of({ ...openai, reason: "Interrupted", message: "m" })
    const events = eventsOf([
      started,
      attemptStarted(1, openai),
      attemptStarted(2, anthropic, 1, "hedge"),
      attemptFailed(1, openai, { error: interrupted }),
    ])
    const later = events.map((event, index) => (index < 3 ? event : { ...event, at: event.at + 3_600_000 }))
    assert.deepStrictEqual(runSoFar(later)?.open[0]?.duration, Duration.millis(0))
  })
})
