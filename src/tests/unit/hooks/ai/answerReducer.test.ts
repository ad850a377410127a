/** What an answer shows after each list of events. */
import { assert, describe, it } from "@effect/vitest"
import { AIProviderError } from "@/services/ai/core"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import { answerReducer, newAnswer, stopAnswer } from "@/hooks/ai/answerReducer"
import type { AnswerView, TimelineRow } from "@/hooks/ai/chatState"
import {
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  completed,
  eventsOf,
  failed,
  ollama,
  openai,
  overloaded,
  planStarted,
  record,
  refusedKey,
  retryScheduled,
  startedAt,
  switched,
  text,
} from "@/tests/support/planEvents"

const fresh = newAnswer("answer-0", { provider: "openai" }, startedAt)
const after = (...bodies: ReadonlyArray<PlanEventBody>): AnswerView =>
  eventsOf(bodies).reduce(answerReducer, fresh)

/** A row in a word or two. */
const short = (row: TimelineRow): string => {
  switch (row.kind) {
    case "attempt":
      return `#${row.attempt} ${row.target.provider} ${row.outcome.state}`
    case "wait":
      return `wait ${row.delay}`
    case "skipped":
      return `skipped ${row.provider}`
    case "switched":
      return `${row.from.provider} → ${row.to.provider}`
    case "not-needed":
      return `(${row.provider})`
  }
}

const timelineOf = (answer: AnswerView): ReadonlyArray<string> => answer.timeline.map(short)

const planOfThree = planStarted(openai, anthropic, ollama)
const skipped: PlanEventBody = {
  type: "step-skipped",
  step: 1,
  provider: "anthropic",
  reason: { message: "Anthropic has no key: set ANTHROPIC_API_KEY", keyName: "ANTHROPIC_API_KEY" },
}
const disconnected = AIProviderError.of({ provider: "commander", reason: "Disconnected", message: "lost" })

interface Case {
  readonly fact: string
  readonly events: ReadonlyArray<PlanEventBody>
  readonly timeline: ReadonlyArray<string>
  readonly text?: string
  readonly status: AnswerView["status"]["state"]
}

const cases: ReadonlyArray<Case> = [
  {
    fact: "before anybody is asked, every step is still not needed",
    events: [planOfThree],
    timeline: ["(openai)", "(anthropic)", "(ollama)"],
    status: "running",
  },
  {
    fact: "the first is asked",
    events: [planOfThree, attemptStarted(1, openai)],
    timeline: ["#1 openai asking", "(anthropic)", "(ollama)"],
    status: "running",
  },
  {
    fact: "the first answers",
    events: [planOfThree, attemptStarted(1, openai), answerStarted(1, openai), text("The "), text("sky")],
    timeline: ["#1 openai answering", "(anthropic)", "(ollama)"],
    text: "The sky",
    status: "running",
  },
  {
    fact: "the first has answered; the others were not needed",
    events: [
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text("Sky"),
      completed(openai, record(1, openai)),
    ],
    timeline: ["#1 openai answered", "(anthropic)", "(ollama)"],
    text: "Sky",
    status: "complete",
  },
  {
    fact: "a wait stands between two attempts",
    events: [
      planOfThree,
      attemptStarted(1, openai),
      attemptFailed(1, openai),
      retryScheduled(openai, 200),
      attemptStarted(2, openai),
    ],
    timeline: ["#1 openai failed", "wait 200", "#2 openai asking", "(anthropic)", "(ollama)"],
    status: "running",
  },
  {
    fact: "a switch stands between two providers",
    events: [
      planOfThree,
      attemptStarted(1, openai),
      attemptFailed(1, openai),
      switched(openai, anthropic),
      attemptStarted(2, anthropic, 1),
      answerStarted(2, anthropic),
      text("Air"),
      completed(anthropic, record(1, openai), record(2, anthropic, { step: 1 })),
    ],
    timeline: ["#1 openai failed", "openai → anthropic", "#2 anthropic answered", "(ollama)"],
    text: "Air",
    status: "complete",
  },
  {
    fact: "a skipped step takes its own place",
    events: [
      planOfThree,
      attemptStarted(1, openai),
      attemptFailed(1, openai),
      skipped,
      switched(openai, ollama),
      attemptStarted(2, ollama, 2),
    ],
    timeline: ["#1 openai failed", "skipped anthropic", "openai → ollama", "#2 ollama asking"],
    status: "running",
  },
  {
    fact: "a cut answer fails and keeps its text",
    events: [
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      text("The sky is"),
      attemptFailed(1, openai, { emitted: 10 }),
      failed(overloaded, true, [record(1, openai, { error: overloaded })]),
    ],
    timeline: ["#1 openai failed"],
    text: "The sky is",
    status: "failed",
  },
  {
    fact: "all failed",
    events: [
      planStarted(openai, anthropic),
      attemptStarted(1, openai),
      attemptFailed(1, openai),
      switched(openai, anthropic),
      attemptStarted(2, anthropic, 1),
      attemptFailed(2, anthropic, { step: 1 }),
      failed(overloaded),
    ],
    timeline: ["#1 openai failed", "openai → anthropic", "#2 anthropic failed"],
    status: "failed",
  },
  {
    fact: "a run that never asked anybody shows no steps that were not needed",
    events: [planOfThree, failed(overloaded)],
    timeline: [],
    status: "failed",
  },
  {
    fact: "a plan that was not built is a failure without a timeline",
    events: [failed(refusedKey)],
    timeline: [],
    status: "failed",
  },
]

describe("answerReducer", () => {
  it.each(cases)("$fact", ({ events, timeline, text: expected = "", status }) => {
    const answer = after(...events)
    assert.deepStrictEqual(timelineOf(answer), timeline)
    assert.strictEqual(answer.text, expected)
    assert.strictEqual(answer.status.state, status)
  })

  it.each([
    {
      when: "in the middle",
      partial: true,
      before: [attemptStarted(1, openai), answerStarted(1, openai), text("The sky")],
    },
    { when: "before the first word", partial: false, before: [attemptStarted(1, openai)] },
  ])("a server that is lost $when leaves no attempt open", ({ partial, before }) => {
    const answer = after(planOfThree, ...before, failed(disconnected, partial))
    const open = timelineOf(answer).filter((row) => / (asking|answering)$/.test(row))
    assert.deepStrictEqual(open, [])
    assert.strictEqual(answer.text, partial ? "The sky" : "")
    assert.strictEqual(answer.status.state, "failed")
  })

  it("keeps times: since when, how long, until when", () => {
    const answer = after(
      planOfThree,
      attemptStarted(1, openai),
      attemptFailed(1, openai, { emitted: 0 }),
      retryScheduled(openai, 200, true),
      attemptStarted(2, openai),
      answerStarted(2, openai),
      text("Sky"),
      completed(openai, record(1, openai), record(2, openai)),
    )
    const [first, wait, second] = answer.timeline
    assert.strictEqual(first?.kind === "attempt" && first.startedAt, startedAt + 10)
    assert.deepInclude(first?.kind === "attempt" ? first.outcome : {}, {
      state: "failed",
      duration: 30,
      emitted: 0,
    })
    assert.deepInclude(wait, { kind: "wait", delay: 200, until: startedAt + 30 + 200, askedByProvider: true })
    assert.deepStrictEqual(second?.kind === "attempt" ? second.outcome : {}, {
      state: "answered",
      timeToFirstPart: 7,
      duration: 40,
      outputTokens: 5,
    })
    assert.deepStrictEqual(answer.status, { state: "complete", finishReason: "stop", duration: 70 })
  })

  it("names who was asked first and who answered, in any case of the key", () => {
    const asked = after(planStarted(openai, anthropic))
    assert.deepStrictEqual(asked.askedFor, openai)
    assert.isUndefined(asked.answeredBy)
    const answered = [attemptStarted(1, anthropic, 1), answerStarted(1, anthropic)]
    assert.deepStrictEqual(eventsOf(answered).reduce(answerReducer, asked).answeredBy, anthropic)
  })

  it("keeps reasoning and tool calls apart from the text", () => {
    const answer = after(
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      { type: "reasoning-delta", text: "Hm. " },
      { type: "reasoning-delta", text: "Light." },
      text("Sky."),
      { type: "tool-call", id: "c1", name: "weather", params: { city: "Bern" } },
    )
    assert.strictEqual(answer.reasoning, "Hm. Light.")
    assert.strictEqual(answer.text, "Sky.")
    assert.deepStrictEqual(answer.toolCalls, [{ id: "c1", name: "weather", params: '{"city":"Bern"}' }])
  })

  it("announces changes of status, and not each piece of text", () => {
    const answering = after(planOfThree, attemptStarted(1, openai), answerStarted(1, openai))
    assert.strictEqual(answering.announcement, "openai/gpt-5.4 is answering")
    const written = eventsOf([text("a"), text("b")]).reduce(answerReducer, answering)
    assert.strictEqual(written.announcement, answering.announcement)
    const incomplete = eventsOf([failed(overloaded, true)]).reduce(answerReducer, written)
    assert.match(incomplete.announcement, /^The answer is incomplete\. /)
  })

  it("changes nothing that it was given", () => {
    const before = after(planOfThree, attemptStarted(1, openai))
    const copy = structuredClone(before)
    for (const event of eventsOf([
      answerStarted(1, openai),
      text("a"),
      completed(openai, record(1, openai)),
    ])) {
      answerReducer(before, event)
    }
    assert.deepStrictEqual(before, copy)
  })

  it("a piece of text leaves the timeline as it is, so that the pane need not draw it again", () => {
    const before = after(planOfThree, attemptStarted(1, openai), answerStarted(1, openai))
    assert.strictEqual(eventsOf([text("a")]).reduce(answerReducer, before).timeline, before.timeline)
  })
})

describe("stopAnswer", () => {
  it("closes the open attempt, keeps the text and says that it was stopped", () => {
    const stopped = stopAnswer(
      after(planOfThree, attemptStarted(1, openai), answerStarted(1, openai), text("The sky")),
      startedAt + 500,
    )
    assert.deepStrictEqual(timelineOf(stopped), ["#1 openai stopped", "(anthropic)", "(ollama)"])
    assert.deepStrictEqual(stopped.status, { state: "stopped", duration: 500 })
    assert.strictEqual(stopped.text, "The sky")
    const [row] = stopped.timeline
    assert.deepStrictEqual(row?.kind === "attempt" && row.outcome, { state: "stopped", duration: 490 })
  })

  it("keeps what had already failed", () => {
    const stopped = stopAnswer(
      after(planOfThree, attemptStarted(1, openai), attemptFailed(1, openai), retryScheduled(openai, 200)),
      startedAt + 500,
    )
    assert.deepStrictEqual(timelineOf(stopped), ["#1 openai failed", "wait 200", "(anthropic)", "(ollama)"])
  })

  it("changes nothing of an answer that has ended", () => {
    const done = after(
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      completed(openai, record(1, openai)),
    )
    assert.strictEqual(stopAnswer(done, startedAt + 500), done)
  })

  it("is the last word: events that were under way do not start the answer again", () => {
    const stopped = stopAnswer(after(planOfThree, attemptStarted(1, openai)), startedAt + 500)
    const late = eventsOf([answerStarted(1, openai), text("late"), completed(openai, record(1, openai))])
    assert.deepStrictEqual(late.reduce(answerReducer, stopped), stopped)
  })
})
