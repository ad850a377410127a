/** The scorecard, and the words for what a user would have seen. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import type { CaseResult } from "@/cli/crashTest/playCase"
import { asTable } from "@/cli/crashTest/scorecard"
import { seenOf } from "@/cli/crashTest/seen"
import type { PlanEventBody } from "@/services/ai/orchestration/PlanEvent"
import {
  anthropic,
  answerResumed,
  answerStarted,
  completed,
  cut,
  eventsOf,
  failed,
  ollama,
  openai,
  overloaded,
  planStarted,
  text,
} from "@/tests/support/planEvents"
import { comingAgain } from "./endings"

const result = (changes: Partial<CaseResult>): CaseResult => ({
  name: "server-error-once",
  what: "500, once",
  failures: [],
  attempts: [{ target: "openai/gpt-5.4", outcome: "answered" }],
  seen: "whole answer from openai/gpt-5.4",
  duration: Duration.millis(1234),
  ...changes,
})

describe("the table", () => {
  it("is aligned, says under a case what failed, and ends with the sum", () => {
    const failing = result({
      name: "stall",
      failures: ["it must end with the whole answer"],
      attempts: Array.from({ length: 12 }, () => ({ target: "openai/gpt-5.4", outcome: "Stalled" })),
      seen: "nothing",
    })
    assert.strictEqual(
      asTable([result({}), failing]),
      [
        "case               verdict  attempts   time  what the user would have seen",
        "server-error-once  passed          1  1.2 s  whole answer from openai/gpt-5.4",
        "stall              FAILED         12  1.2 s  nothing",
        "  ✖ it must end with the whole answer",
        "",
        "1 of 2 passed",
      ].join("\n"),
    )
  })
})

const seen: ReadonlyArray<readonly [words: string, bodies: ReadonlyArray<PlanEventBody>]> = [
  [
    "whole answer from openai/gpt-5.4",
    [planStarted(openai), answerStarted(1, openai), text("One two"), completed(openai)],
  ],
  [
    "whole answer from openai/gpt-5.4, continued by anthropic/claude-haiku-5-5 after 2 words, continued by ollama/gemma3:1b after 3 words",
    [
      planStarted(openai),
      answerStarted(1, openai),
      text("One two "),
      answerResumed(2, anthropic),
      text("three "),
      answerResumed(3, ollama, "prefill"),
      text("four"),
      completed(ollama),
    ],
  ],
  [
    "1 word, marked as incomplete: openai: the connection broke",
    [planStarted(openai), answerStarted(1, openai), text("One"), failed(cut, true)],
  ],
  ["error: openai answered 529: Overloaded", [planStarted(openai), failed(overloaded)]],
  [
    "error (again in 40s): openai answered 529: Overloaded",
    [planStarted(openai), comingAgain(failed(overloaded), Duration.millis(39_500))],
  ],
  ["nothing", [planStarted(openai)]],
]

describe("what a user would have seen", () => {
  it.each(seen)("%s", (words, bodies) => assert.strictEqual(seenOf(eventsOf(bodies)), words))
})
