/** When a run of the crash test is a failure, and of what. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { oneRun, type OneRun } from "@/cli/crashTest/CrashCase"
import { failuresOf, type PlayedOnce } from "@/cli/crashTest/judge"
import { rehearsalKey } from "@/cli/crashTest/rehearsalConfiguration"
import { unknownTotals, type PlanEvent, type PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import type { LoggedRequest } from "@/simulator/RequestLog"
import { AIProviderError } from "@/services/ai/core"
import {
  answerDiscarded,
  answerStarted,
  attemptFailed,
  attemptStarted,
  completed,
  cut,
  estimated,
  eventsOf,
  failed,
  openai,
  overloaded,
  planStarted,
  record,
  reported,
  text,
} from "@/tests/support/planEvents"
import { comingAgain, withTotals } from "./endings"
import { anthropic, openai as preferred, shapeOf } from "./plans"

const answer = "One two three."
const shape = shapeOf([preferred, anthropic])

const whole = oneRun({ name: "a", what: "b", script: {}, expects: ["whole"] })

const request: LoggedRequest = {
  sequence: 1,
  key: "target-0.run-1",
  fault: "ok",
  path: "/v1/chat/completions",
  headers: {},
  body: {},
  receivedAt: 0,
  headersAt: 1,
  firstTokenAt: 2,
  lastWriteAt: 3,
  endedAt: 4,
  tokensWritten: 3,
  ended: "finished",
}

const played = (bodies: ReadonlyArray<PlanEventBody>, changes: Partial<PlayedOnce> = {}): PlayedOnce => ({
  events: eventsOf(bodies),
  requests: [request],
  answer,
  toPreferred: 1,
  ...changes,
})

const good = [
  planStarted(openai),
  attemptStarted(1, openai),
  answerStarted(1, openai),
  text("One two "),
  text("three."),
  completed(openai, record(1, openai)),
]

const replaced = (index: number, ...bodies: ReadonlyArray<PlanEventBody>): ReadonlyArray<PlanEventBody> =>
  good.toSpliced(index, 1, ...bodies)

const withGap = eventsOf(good).map((event, index): PlanEvent => ({ ...event, sequence: index * 2 }))

/** That fell silent a long time after its last word. */
const late = eventsOf([
  ...good.slice(0, 4),
  attemptFailed(1, openai, {
    error: AIProviderError.of({ ...openai, reason: "Stalled", message: "silent" }),
  }),
  failed(cut, true, [record(1, openai, { error: cut })]),
]).map((event): PlanEvent => (event.type === "attempt-failed" ? { ...event, at: event.at + 60_000 } : event))

const incomplete = oneRun({ name: "a", what: "b", script: {}, expects: ["incomplete"] })

const verdicts: ReadonlyArray<
  readonly [fact: string, row: OneRun, run: PlayedOnce, failures: ReadonlyArray<RegExp>]
> = [
  ["a whole answer is well", whole, played(good), []],
  [
    "a part that is told as complete is a lie",
    whole,
    played(good.filter((_, index) => index !== 4)),
    [/^an answer that is not complete was told as complete$/],
  ],
  [
    "a word that comes twice is a repetition",
    whole,
    played(replaced(4, text("two three."))),
    [/told as complete/, /^the text that was shown is not the answer's/],
  ],
  [
    "what is taken back is a retraction",
    whole,
    played(replaced(4, answerDiscarded(1, openai), text(answer))),
    [/^text was taken back/],
  ],
  ["a gap in the events is told", whole, played(good, { events: withGap }), [/^the run's events have a gap/]],
  [
    "two ends are one too many",
    whole,
    played([...good, completed(openai)]),
    [/^the run's events have a gap, or no end, or more than one/],
  ],
  [
    "more requests than the plan allows are told",
    whole,
    played(good, { requests: Array.from({ length: 7 }, () => request) }),
    [/^the run made more requests than its plan allows$/, /^the run's record of its attempts/],
  ],
  [
    "an open connection is told",
    whole,
    played(good, { requests: [{ ...request, ended: "stalling" }] }),
    [/^a provider's connection was left open$/],
  ],
  [
    "tokens that do not add up are told",
    whole,
    played(
      replaced(5, withTotals(completed(openai, record(1, openai)), { ...unknownTotals, outputTokens: 1 })),
    ),
    [/^the tokens of the attempts do not add up/],
  ],
  [
    "a key that is told is told",
    whole,
    played(replaced(2, answerStarted(1, { ...openai, model: rehearsalKey }))),
    [/^a key was told$/],
  ],
  [
    "a silence that lasts six times as long as the step allows",
    incomplete,
    played([], { events: late }),
    [/^a silent provider was waited for much longer/],
  ],
  [
    "another end than the case's",
    incomplete,
    played(good),
    [/^it must end with a part of the answer, marked as incomplete$/],
  ],
  [
    "a preferred target that is asked too often",
    { ...whole, preferredAtMost: 1 },
    played(good, { toPreferred: 2 }),
    [/^the preferred target was asked 2 times, at most 1 are due$/],
  ],
  [
    "an estimate where the provider told its tokens",
    { ...whole, usage: "reported" },
    played(replaced(5, completed(openai, record(1, openai, { usage: estimated(5) })))),
    [/^the answer's tokens must be reported, and are estimated$/],
  ],
]

describe("a run", () => {
  it.each(verdicts)("%s", (_fact, row, run, wanted) => {
    const failures = failuresOf(row, shape, run)
    assert.lengthOf(failures, wanted.length, failures.join("\n"))
    for (const [index, words] of wanted.entries()) assert.match(failures[index] ?? "", words)
  })
})

describe("an ending", () => {
  const refusal = [planStarted(openai), attemptStarted(1, openai), attemptFailed(1, openai)]
  const limited = AIProviderError.of({ ...openai, reason: "RateLimited", message: "slow down" })
  const endings: ReadonlyArray<readonly [OneRun["expects"][number], PlanEventBody, boolean]> = [
    [
      { refused: ["Overloaded"] },
      failed(overloaded, false, [record(1, openai, { error: overloaded })]),
      true,
    ],
    [
      { refused: ["ServerError"] },
      failed(overloaded, false, [record(1, openai, { error: overloaded })]),
      false,
    ],
    ["incomplete", failed(overloaded, true, [record(1, openai, { error: overloaded })]), true],
    [
      { refused: ["Overloaded"] },
      failed(overloaded, true, [record(1, openai, { error: overloaded })]),
      false,
    ],
    ["rate-limited", failed(limited, false, [record(1, openai, { error: limited })]), false],
    [
      "rate-limited",
      comingAgain(failed(limited, false, [record(1, openai, { error: limited })]), Duration.seconds(1)),
      true,
    ],
  ]

  it.each(endings)("%j", (ending, terminal, isRight) => {
    const row = oneRun({ name: "a", what: "b", script: {}, expects: [ending] })
    const failures = failuresOf(row, shape, played([...refusal, terminal]))
    assert.deepStrictEqual(failures.length === 0, isRight, failures.join("\n"))
  })

  it("that is less than whole will do where the plan has not what the case needs, and a whole one as well", () => {
    const row = oneRun({
      name: "a",
      what: "b",
      script: {},
      needs: ["third-target"],
      expects: ["whole"],
      otherwise: [{ refused: ["Overloaded"] }],
    })
    const refused = played([
      ...refusal,
      failed(overloaded, false, [record(1, openai, { error: overloaded })]),
    ])
    assert.deepStrictEqual(failuresOf(row, shape, refused), [])
    assert.deepStrictEqual(failuresOf(row, shape, played(good)), [])
    const three = shapeOf([preferred, anthropic, { provider: "ollama", model: "gemma3:1b" }])
    assert.deepStrictEqual(failuresOf(row, three, refused), ["it must end with the whole answer"])
  })

  it("of a whole tool call is one call, not two", () => {
    const row = oneRun({ name: "a", what: "b", script: {}, expects: ["tool-call"] })
    const call: PlanEventBody = { type: "tool-call", id: "1", name: "weather", params: {} }
    const calling = (...calls: ReadonlyArray<PlanEventBody>) =>
      played([
        planStarted(openai),
        attemptStarted(1, openai),
        ...calls,
        completed(openai, record(1, openai, { usage: reported(5) })),
      ])
    assert.deepStrictEqual(failuresOf(row, shape, calling(call)), [])
    assert.deepStrictEqual(failuresOf(row, shape, calling(call, call)), [
      "it must end with one whole tool call",
    ])
  })
})
