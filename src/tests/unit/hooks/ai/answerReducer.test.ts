/** What an answer shows after each list of events. */
import { assert, describe, it } from "@effect/vitest"
import { AIProviderError } from "@/services/ai/core"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import { answerReducer, newAnswer, stopAnswer } from "@/hooks/ai/answerReducer"
import { hasTrouble, phaseOf } from "@/components/ai/answer/summary"
import type { AnswerView, TimelineRow } from "@/hooks/ai/chatState"
import {
  answerDiscarded,
  answerResumed,
  answerStarted,
  anthropic,
  attemptFailed,
  attemptStarted,
  completed,
  costs,
  cut,
  estimated,
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
  superseded,
  switched,
  text,
} from "@/tests/support/planEvents"

const fresh = newAnswer("answer-0", { provider: "openai" }, startedAt)
const after = (...bodies: ReadonlyArray<PlanEventBody>): AnswerView =>
  eventsOf(bodies).reduce(answerReducer, fresh)

const outcomeOf = (answer: AnswerView, attempt: number) => {
  const row = answer.timeline.find((other) => other.kind === "attempt" && other.attempt === attempt)
  return row?.kind === "attempt" ? row.outcome : undefined
}

/** OpenAI breaks off after these words. */
const cutAfter = (words: string): ReadonlyArray<PlanEventBody> => [
  attemptStarted(1, openai),
  answerStarted(1, openai),
  text(words),
  attemptFailed(1, openai, {
    error: cut,
    emitted: words.length,
    usage: estimated(3),
    cost: costs(0.001, "estimated"),
  }),
  switched(openai, anthropic),
  attemptStarted(2, anthropic, 1, "rescue"),
]

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
const skipped = {
  type: "step-skipped" as const,
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
      attemptFailed(1, openai),
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
      begun: false,
    })
    assert.deepInclude(wait, { kind: "wait", delay: 200, until: startedAt + 30 + 200, askedByProvider: true })
    assert.deepStrictEqual(second?.kind === "attempt" ? second.outcome : {}, {
      state: "answered",
      timeToFirstPart: 7,
      duration: 40,
      spent: { tokens: "5 tokens", cost: "$0.002" },
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

describe("an answer that is continued by another", () => {
  const resumed = after(planOfThree, ...cutAfter("The sky is "), answerResumed(2, anthropic), text("blue."))

  it("flows on, and keeps the place of the seam", () => {
    assert.strictEqual(resumed.text, "The sky is blue.")
    assert.deepStrictEqual(resumed.seams, [{ at: 11, from: openai, target: anthropic }])
    assert.deepStrictEqual(resumed.answeredBy, anthropic)
    assert.strictEqual(resumed.status.state, "running")
  })

  it("tells in the row of the attempt that was cut how far it came and who went on", () => {
    assert.deepStrictEqual(timelineOf(resumed), [
      "#1 openai failed",
      "openai → anthropic",
      "#2 anthropic answering",
      "(ollama)",
    ])
    assert.deepInclude(outcomeOf(resumed, 1), {
      begun: true,
      spent: { tokens: "≈ 3 tokens", cost: "≈ $0.001" },
      successor: { target: anthropic, text: "continued" },
    })
    const [, , rescuer] = resumed.timeline
    assert.strictEqual(rescuer?.kind === "attempt" && rescuer.role, "continuation")
  })

  it("is announced once when another is asked and once when it goes on", () => {
    const asked = after(planOfThree, ...cutAfter("The sky is "))
    assert.strictEqual(asked.announcement, "Asking anthropic/claude-haiku-5-5 to finish the answer")
    assert.strictEqual(resumed.announcement, "anthropic/claude-haiku-5-5 goes on with the answer")
  })

  it("is complete, with what both of them cost", () => {
    const records = [
      record(1, openai, { error: cut, usage: estimated(3), cost: costs(0.001, "estimated") }),
      record(2, anthropic, { step: 1, rescue: "instruction" }),
    ]
    const [done] = eventsOf([completed(anthropic, ...records)])
    assert(done !== undefined)
    const answer = answerReducer(resumed, done)
    assert.strictEqual(answer.status.state, "complete")
    assert.deepStrictEqual(answer.spent, { tokens: "≈ 8 tokens", cost: "≈ $0.003" })
    assert.deepInclude(outcomeOf(answer, 1), { state: "failed" })
    assert.deepInclude(outcomeOf(answer, 2), { state: "answered" })
  })

  it("has a seam for each rescuer when the first breaks off too", () => {
    const answer = after(
      planOfThree,
      ...cutAfter("The sky "),
      answerResumed(2, anthropic),
      text("is "),
      attemptFailed(2, anthropic, { step: 1, error: cut, emitted: 3 }),
      switched(anthropic, ollama),
      attemptStarted(3, ollama, 2, "rescue"),
      answerResumed(3, ollama, "prefill"),
      text("blue."),
    )
    assert.strictEqual(answer.text, "The sky is blue.")
    assert.deepStrictEqual(answer.seams, [
      { at: 8, from: openai, target: anthropic },
      { at: 11, from: anthropic, target: ollama },
    ])
    assert.deepInclude(outcomeOf(answer, 1), { successor: { target: anthropic, text: "continued" } })
    assert.deepInclude(outcomeOf(answer, 2), { successor: { target: ollama, text: "continued" } })
  })

  it("names as successor who went on, not who was asked in between", () => {
    const answer = after(
      planOfThree,
      ...cutAfter("The sky "),
      attemptFailed(2, anthropic, { step: 1 }),
      attemptStarted(3, ollama, 2, "rescue"),
      answerResumed(3, ollama),
    )
    assert.deepInclude(outcomeOf(answer, 1), { successor: { target: ollama, text: "continued" } })
    assert.notProperty(outcomeOf(answer, 2), "successor")
  })

  it("keeps its text when nobody can go on, and says that it is incomplete", () => {
    const answer = after(
      planOfThree,
      ...cutAfter("The sky is "),
      attemptFailed(2, anthropic, { step: 1 }),
      failed(cut, true),
    )
    assert.strictEqual(answer.text, "The sky is ")
    assert.deepInclude(answer.status, { state: "failed", partial: true })
    assert.deepStrictEqual(answer.answeredBy, openai)
    assert.deepStrictEqual(answer.seams, [])
  })

  it("has no seam where only reasoning had been shown", () => {
    const answer = after(
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      { type: "reasoning-delta", text: "Hm." },
      attemptFailed(1, openai, { error: cut }),
      attemptStarted(2, anthropic, 1, "rescue"),
      answerResumed(2, anthropic, "fresh"),
      text("Blue."),
    )
    assert.deepStrictEqual([answer.text, answer.reasoning], ["Blue.", "Hm."])
    assert.deepStrictEqual(answer.seams, [])
    assert.deepInclude(outcomeOf(answer, 1), { successor: { target: anthropic, text: "none" } })
  })
})

describe("an answer that is taken back", () => {
  it("begins anew, without a word of what was shown before", () => {
    const answer = after(
      planOfThree,
      attemptStarted(1, openai),
      answerStarted(1, openai),
      { type: "reasoning-delta", text: "Hm." },
      text("The sky is"),
      attemptFailed(1, openai, { error: cut, emitted: 10 }),
      switched(openai, anthropic),
      attemptStarted(2, anthropic, 1, "rescue"),
      answerDiscarded(2, anthropic),
      answerStarted(2, anthropic),
      text("Blue."),
    )
    assert.deepStrictEqual([answer.text, answer.reasoning, answer.toolCalls], ["Blue.", "", []])
    assert.deepStrictEqual(answer.seams, [])
    assert.deepStrictEqual(answer.answeredBy, anthropic)
    assert.deepInclude(outcomeOf(answer, 1), { successor: { target: anthropic, text: "taken-back" } })
  })

  it("keeps its text until another has begun", () => {
    assert.strictEqual(after(planOfThree, ...cutAfter("The sky is")).text, "The sky is")
  })
})

describe("a target that is asked beside another", () => {
  const both = [planOfThree, attemptStarted(1, openai), attemptStarted(2, anthropic, 1, "hedge")]
  const lost = (attempt: number, target: typeof openai, step: number) =>
    attemptFailed(attempt, target, {
      step,
      error: superseded,
      usage: estimated(0),
      cost: costs(0.0004, "estimated"),
    })

  it("answers when it is faster: the first was not needed, which is no failure", () => {
    const answer = after(
      ...both,
      answerStarted(2, anthropic),
      lost(1, openai, 0),
      text("Blue."),
      completed(
        anthropic,
        record(1, openai, { error: superseded, usage: estimated(0), cost: costs(0.0004, "estimated") }),
        record(2, anthropic, { step: 1 }),
      ),
    )
    assert.deepStrictEqual(timelineOf(answer), ["#1 openai superseded", "#2 anthropic answered", "(ollama)"])
    assert.deepInclude(outcomeOf(answer, 1), { by: anthropic, spent: { cost: "≈ $0.0004" } })
    assert.isFalse(hasTrouble(answer))
    assert.deepStrictEqual(answer.answeredBy, anthropic)
    assert.deepStrictEqual(answer.spent, { tokens: "5 tokens", cost: "≈ $0.0024" })
  })

  it("names who was faster also when that is told later", () => {
    const answer = after(...both, lost(1, openai, 0), answerStarted(2, anthropic))
    assert.deepInclude(outcomeOf(answer, 1), { state: "superseded", by: anthropic })
  })

  it("was not needed when the first is faster after all, which then has answered", () => {
    const answer = after(
      ...both,
      answerStarted(1, openai),
      lost(2, anthropic, 1),
      text("Blue."),
      completed(openai, record(1, openai), record(2, anthropic, { step: 1, error: superseded })),
    )
    assert.deepStrictEqual(timelineOf(answer), ["#1 openai answered", "#2 anthropic superseded", "(ollama)"])
    assert.isFalse(hasTrouble(answer))
  })

  it("is announced, and its end is not", () => {
    assert.strictEqual(after(...both).announcement, "Asking anthropic/claude-haiku-5-5 as well")
    const begun = after(...both, answerStarted(2, anthropic), lost(1, openai, 0))
    assert.strictEqual(begun.announcement, "anthropic/claude-haiku-5-5 is answering")
  })

  it("is named beside the first while nobody has begun, then alone", () => {
    assert.deepInclude(phaseOf(after(...both)), { kind: "asking", targets: [openai, anthropic] })
    assert.deepInclude(phaseOf(after(...both, attemptFailed(1, openai))), { targets: [anthropic] })
    const begun = after(...both, answerStarted(1, openai), lost(2, anthropic, 1))
    assert.deepStrictEqual(phaseOf(begun), { kind: "answering", target: openai })
  })
})

describe("a step that is passed over", () => {
  it("says when it can be asked again, and whether its model is not able", () => {
    const answer = after(
      planOfThree,
      { ...skipped, reason: { message: "its circuit is open", reopensAt: startedAt + 12_000 } },
      { ...skipped, step: 2, provider: "ollama", reason: { message: "no images", lacks: ["images"] } },
    )
    assert.deepStrictEqual(answer.timeline.slice(0, 2), [
      {
        kind: "skipped",
        provider: "anthropic",
        message: "its circuit is open",
        lacks: false,
        reopensAt: startedAt + 12_000,
      },
      { kind: "skipped", provider: "ollama", message: "no images", lacks: true },
    ])
  })
})

describe("an answer whose run went on after Commander was stopped", () => {
  const interrupted = AIProviderError.of({ ...openai, reason: "Interrupted", message: "stopped" })
  const writing = [planOfThree, attemptStarted(1, openai), answerStarted(1, openai), text("The sky")]
  const brokenOff = attemptFailed(1, openai, { error: interrupted, emitted: 7 })

  it("says in the row of the attempt that Commander itself was stopped", () => {
    const answer = after(...writing, brokenOff)
    const outcome = outcomeOf(answer, 1)
    assert.deepInclude(outcome, { state: "failed", begun: true })
    assert.match(outcome?.state === "failed" ? outcome.error.sentence : "", /^Commander itself was stopped/)
    assert.strictEqual(answer.status.state, "running")
    assert.strictEqual(answer.text, "The sky")
  })

  it("has a seam where the same target goes on", () => {
    const answer = after(
      ...writing,
      brokenOff,
      attemptStarted(2, openai, 0, "rescue"),
      answerResumed(2, openai),
      text(" is blue."),
    )
    assert.deepStrictEqual(answer.seams, [{ at: 7, from: openai, target: openai }])
    assert.deepInclude(outcomeOf(answer, 1), { successor: { target: openai, text: "continued" } })
    assert.strictEqual(answer.text, "The sky is blue.")
  })
})

describe("a run that the user stopped, read from its log", () => {
  const aborted = AIProviderError.of({ provider: "commander", reason: "Aborted", message: "stopped" })
  const answer = after(
    planOfThree,
    attemptStarted(1, openai),
    answerStarted(1, openai),
    text("The sky"),
    failed(aborted, true, [
      record(1, openai, { error: aborted, usage: estimated(3), cost: costs(0.001, "estimated") }),
    ]),
  )

  it("is stopped, not failed: the text stays, and so do the steps that were not needed", () => {
    assert.deepStrictEqual(answer.status, { state: "stopped", duration: 40 })
    assert.deepStrictEqual(timelineOf(answer), ["#1 openai stopped", "(anthropic)", "(ollama)"])
    assert.strictEqual(answer.text, "The sky")
    assert.strictEqual(answer.announcement, "Stopped")
  })

  it("tells what it used", () =>
    assert.deepStrictEqual(answer.spent, { tokens: "≈ 3 tokens", cost: "≈ $0.001" }))
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
