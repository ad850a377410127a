/** At the wire: what goes wrong before anything of an answer was shown, so that another attempt can be made unseen. */
import { assert, describe } from "@effect/vitest"
import * as Duration from "effect/Duration"
import { atLeast, recordOf, testWireCases, type WireCase } from "@/tests/support/wireCases"
import { impatient, step } from "@/tests/support/wire"

const ms = Duration.millis

/** The default's first retry is 20 ms ± 20 % later, its second twice that. */
const firstBackoff = 16
const secondBackoff = 32

const whole = 60

describe("rate limits", () => {
  testWireCases([
    {
      name: "429 with a short Retry-After, once: it is waited out, and the same provider answers",
      script: { openai: ["rate-limited-300ms", "ok"] },
      ends: whole,
      attempts: ["openai RateLimited", "openai"],
      gaps: { openai: [300] },
      also: (events) => {
        const [wait] = events.flatMap((event) => (event.type === "retry-scheduled" ? [event] : []))
        assert.isTrue(wait?.askedByProvider)
        const delay = Duration.toMillis(wait?.delay ?? Duration.zero)
        assert.isTrue(delay >= 300 && delay <= 330, `${delay} ms`)
      },
    },
    {
      name: "Retry-After in seconds is a floor as well",
      script: { openai: ["rate-limited-1s-once"] },
      ends: whole,
      attempts: ["openai RateLimited", "openai"],
      gaps: { openai: [1000] },
    },
    {
      name: "429 with a short Retry-After for ever: waited out as often as the step allows, then the next provider",
      script: { openai: ["rate-limited-100ms"] },
      ends: whole,
      attempts: ["openai RateLimited", "openai RateLimited", "openai RateLimited", "anthropic"],
      gaps: { openai: [100, 100] },
    },
    {
      name: "429 without a hint for ever: two more requests with a growing wait, however many the step allows",
      script: { openai: ["rate-limited"] },
      plan: { steps: [step("openai", { attempts: 5 }), step("anthropic")] },
      ends: whole,
      attempts: ["openai RateLimited", "openai RateLimited", "openai RateLimited", "anthropic"],
      gaps: { openai: [firstBackoff, secondBackoff] },
    },
    {
      name: "429 with a long Retry-After: the next provider at once",
      script: { openai: ["rate-limited-30s"] },
      ends: whole,
      attempts: ["openai RateLimited", "anthropic"],
    },
    {
      name: "429 everywhere, for longer than the deadline: no wait, and the smallest Retry-After is told",
      script: {
        openai: ["rate-limited-90s"],
        anthropic: ["rate-limited-40s"],
        ollama: ["rate-limited-60s"],
      },
      plan: { deadline: Duration.seconds(30) },
      ends: { reason: "RateLimited" },
      attempts: ["openai RateLimited", "anthropic RateLimited", "ollama RateLimited"],
      also: (events) => {
        const { terminal } = recordOf(events)
        assert.deepStrictEqual(terminal.type === "plan-failed" && terminal.retryAfter, Duration.seconds(40))
        assert.isFalse(events.some(({ type }) => type === "retry-scheduled"))
      },
      always: ({ error }) => {
        assert.deepStrictEqual(error?._tag === "AIProviderError" && error.retryAfter, Duration.seconds(40))
      },
    },
    {
      name: "429 everywhere, and one that reopens before the deadline: that one is waited for, once",
      script: {
        openai: ["rate-limited-90s"],
        anthropic: ["rate-limited-500ms", "ok"],
        ollama: ["rate-limited-60s"],
      },
      plan: { deadline: Duration.seconds(30) },
      ends: whole,
      attempts: ["openai RateLimited", "anthropic RateLimited", "ollama RateLimited", "anthropic"],
      gaps: { anthropic: [500] },
    },
    {
      name: "a used up quota is no matter of patience: the next provider at once",
      script: { openai: ["quota-exhausted"], anthropic: ["no-credit"] },
      ends: whole,
      attempts: ["openai QuotaExhausted", "anthropic QuotaExhausted", "ollama"],
    },
  ])
})

const anotherTry: ReadonlyArray<WireCase> = [
  {
    name: "500 once: the same provider again, after the backoff",
    script: { openai: ["server-error", "ok"] },
    ends: whole,
    attempts: ["openai ServerError", "openai"],
    gaps: { openai: [firstBackoff] },
    also: (events) => {
      const [refused] = recordOf(events).attempts
      assert.deepStrictEqual(refused?.usage, { source: "estimated", inputTokens: 0, outputTokens: 0 })
    },
  },
  {
    name: "500 for ever: as often as the step allows, then the next provider",
    script: { openai: ["server-error"] },
    ends: whole,
    attempts: ["openai ServerError", "openai ServerError", "openai ServerError", "anthropic"],
    gaps: { openai: [firstBackoff, secondBackoff] },
  },
  {
    name: "502 with a proxy's page: as any other 5xx",
    script: { openai: ["bad-gateway", "ok"] },
    ends: whole,
    attempts: ["openai ServerError", "openai"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "503 for ever: one more request only, then the next provider",
    script: { openai: ["unavailable"] },
    ends: whole,
    attempts: ["openai Overloaded", "openai Overloaded", "anthropic"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "everyone overloaded for ever: one error, the preferred provider's, that names all",
    script: { openai: ["unavailable"], anthropic: ["overloaded"], ollama: ["unavailable"] },
    ends: { reason: "Overloaded" },
    attempts: ["openai Overloaded", "openai Overloaded", "anthropic Overloaded", "ollama Overloaded"],
    always: ({ error }) => {
      assert.match(error?.message ?? "", /openai\/gpt-5\.4: openai answered 503/)
      assert.match(error?.message ?? "", /anthropic\/claude-haiku-5-5: anthropic answered 529/)
      assert.match(error?.message ?? "", /ollama\/gemma3:1b: ollama answered 503/)
    },
  },
  {
    name: "a connection that is reset before the headers, once: the same provider again",
    script: { openai: ["reset-before-headers", "ok"] },
    ends: whole,
    attempts: ["openai ConnectionFailed", "openai"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "a connection that is reset before the headers for ever: then the next provider",
    script: { openai: ["reset-before-headers"] },
    ends: whole,
    attempts: ["openai ConnectionFailed", "openai ConnectionFailed", "openai ConnectionFailed", "anthropic"],
    gaps: { openai: [firstBackoff, secondBackoff] },
  },
  {
    name: "the dialect's error inside the stream before any text: as its status would be, overloaded",
    script: { openai: ["error-before-text"] },
    ends: whole,
    attempts: ["openai Overloaded", "openai Overloaded", "anthropic"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "200 with the body of an error: as that error",
    script: { openai: ["error-with-200", "ok"] },
    ends: whole,
    attempts: ["openai ServerError", "openai"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "200 with a page for ever: as a 502",
    script: { openai: ["page-with-200"] },
    ends: whole,
    attempts: [
      "openai MalformedResponse",
      "openai MalformedResponse",
      "openai MalformedResponse",
      "anthropic",
    ],
    gaps: { openai: [firstBackoff, secondBackoff] },
  },
  {
    name: "200 with JSON of no dialect, then 200 with nothing: as a 502 each",
    script: { openai: ["json-with-200", "nothing-with-200", "ok"] },
    ends: whole,
    attempts: ["openai MalformedResponse", "openai MalformedResponse", "openai"],
    gaps: { openai: [firstBackoff, secondBackoff] },
  },
  {
    name: "an empty answer: one more request, then the next provider",
    script: { openai: ["empty"] },
    ends: whole,
    attempts: ["openai EmptyAnswer", "openai EmptyAnswer", "anthropic"],
    gaps: { openai: [firstBackoff] },
  },
  {
    name: "an empty answer everywhere is returned as it is",
    script: { openai: ["empty"], anthropic: ["empty"], ollama: ["empty"] },
    ends: 0,
    attempts: ["openai EmptyAnswer", "openai EmptyAnswer", "anthropic EmptyAnswer", "ollama EmptyAnswer"],
  },
  {
    name: "an empty answer here and a failure there: the failure is told",
    script: { openai: ["empty"], anthropic: ["server-error"], ollama: ["server-error"] },
    ends: { reason: "EmptyAnswer" },
    attempts: ["openai EmptyAnswer", "openai EmptyAnswer", "anthropic ServerError", "ollama ServerError"],
  },
]
describe("what another try may cure", () => {
  testWireCases(anotherTry)
})

describe("silence", () => {
  testWireCases([
    {
      name: "a provider that takes the request and never answers is not asked again",
      script: { openai: ["never-answers"] },
      plan: { steps: [step("openai", { attempts: 3, ...impatient }), step("anthropic")] },
      ends: whole,
      attempts: ["openai NoFirstPart", "anthropic"],
      closedEarly: 1,
      also: (events) => atLeast(recordOf(events).attempts[0]?.duration, 300),
    },
    {
      name: "nor is one that falls silent after its headers",
      script: { openai: ["headers-then-silence"] },
      plan: { steps: [step("openai", { attempts: 3, ...impatient }), step("anthropic")] },
      ends: whole,
      attempts: ["openai NoFirstPart", "anthropic"],
      closedEarly: 1,
      also: (events) => atLeast(recordOf(events).attempts[0]?.duration, 300),
    },
    {
      name: "nor is one whose first token is late",
      script: { openai: ["first-token-after-20s"] },
      timeScale: 1 / 20,
      plan: { steps: [step("openai", { attempts: 3, ...impatient }), step("anthropic")] },
      ends: whole,
      attempts: ["openai NoFirstPart", "anthropic"],
      closedEarly: 1,
      also: (events) => atLeast(recordOf(events).attempts[0]?.duration, 300),
    },
    {
      name: "a first token that is slow but within the limit is waited for",
      script: { openai: ["first-token-after-20s"] },
      timeScale: 1 / 80,
      ends: whole,
      attempts: ["openai"],
      also: (events) => atLeast(recordOf(events).attempts[0]?.timeToFirstPart, 250),
    },
    {
      name: "a provider that is hedged: the next one answers, and the silent one's connection is closed",
      script: { openai: ["never-answers"] },
      plan: { steps: [step("openai", { attempts: 3, hedge: { after: ms(100) } }), step("anthropic")] },
      ends: whole,
      attempts: ["openai Superseded", "anthropic"],
      closedEarly: 1,
    },
    {
      name: "a hedge that is silent itself: the first one answers, and the hedge's connection is closed",
      script: { openai: ["first-token-after-20s"], anthropic: ["headers-then-silence"] },
      timeScale: 1 / 50,
      plan: { steps: [step("openai", { attempts: 3, hedge: { after: ms(100) } }), step("anthropic")] },
      ends: whole,
      attempts: ["openai", "anthropic Superseded"],
      closedEarly: 1,
    },
    {
      name: "everyone silent: the deadline ends the run, and each had a part of it",
      script: { openai: ["never-answers"], anthropic: ["headers-then-silence"], ollama: ["never-answers"] },
      plan: { deadline: ms(900) },
      ends: { reason: "DeadlineExceeded" },
      attempts: ["openai NoFirstPart", "anthropic NoFirstPart", "ollama DeadlineExceeded"],
      closedEarly: 3,
      always: ({ error }) => {
        for (const name of ["openai/", "anthropic/", "ollama/"]) assert.include(error?.message, name)
      },
    },
  ])
})

describe("what no other try with the same provider would cure", () => {
  testWireCases([
    {
      name: "a refused key: the next provider at once",
      script: { openai: ["bad-key"] },
      ends: whole,
      attempts: ["openai InvalidKey", "anthropic"],
    },
    {
      name: "a refused key everywhere is an error of the configuration",
      script: { openai: ["bad-key"], anthropic: ["bad-key"], ollama: ["bad-key"] },
      ends: { reason: "AIConfigurationError" },
      attempts: ["openai InvalidKey", "anthropic InvalidKey", "ollama InvalidKey"],
      always: ({ error }) =>
        assert.strictEqual(error?._tag === "AIConfigurationError" && error.keyName, "OPENAI_API_KEY"),
    },
    {
      name: "an unknown model, then a region: the next provider each time",
      script: { openai: ["unknown-model"], anthropic: ["region"] },
      ends: whole,
      attempts: ["openai TargetUnsupported", "anthropic TargetUnsupported", "ollama"],
    },
    {
      name: "a redirect to another origin is not followed",
      script: { openai: ["redirect"] },
      ends: whole,
      attempts: ["openai TargetUnsupported", "anthropic"],
    },
    {
      name: "a context that is too long goes to a model with a larger window",
      script: { openai: ["context-too-long"] },
      plan: {
        steps: [
          step("openai", { model: "gpt-4o", attempts: 3 }),
          step("ollama", { model: "gemma3:1b" }),
          step("anthropic", { model: "claude-haiku-4-5" }),
        ],
      },
      ends: whole,
      attempts: ["openai ContextTooLong", "anthropic"],
      also: (events) => {
        const [skipped] = events.flatMap((event) => (event.type === "step-skipped" ? [event] : []))
        assert.strictEqual(skipped?.provider, "ollama")
        assert.deepStrictEqual(skipped?.reason.lacks, ["context-window"])
      },
    },
    {
      name: "a context that is too long goes to a model whose window nobody knows",
      script: { openai: ["context-too-long"] },
      plan: { steps: [step("openai"), step("ollama", { model: "somebody's-own" })] },
      ends: whole,
      attempts: ["openai ContextTooLong", "ollama"],
    },
    {
      name: "a context that is too long for the largest window: nobody else is asked",
      script: { openai: ["context-too-long"] },
      ends: { reason: "ContextTooLong" },
      attempts: ["openai ContextTooLong"],
    },
    {
      name: "a content that is refused: nobody else is asked",
      script: { openai: ["content-refused"] },
      ends: { reason: "ContentRefused" },
      attempts: ["openai ContentRefused"],
    },
    {
      name: "a content that is refused, where the step allows it: the next provider",
      script: { openai: ["content-refused"] },
      plan: { steps: [step("openai", { attempts: 3, onRefusal: "next" }), step("anthropic")] },
      ends: whole,
      attempts: ["openai ContentRefused", "anthropic"],
    },
    {
      name: "any other 400: the request is wrong wherever it goes",
      script: { openai: ["bad-request"] },
      ends: { reason: "InvalidRequest" },
      attempts: ["openai InvalidRequest"],
    },
  ])
})

/** Errors of this transport are worded by somebody else. */
describe("over fetch", () => {
  testWireCases([
    ...anotherTry
      .filter(({ name }) => /^(500 once|a connection .* once|200 with the body)/.test(name))
      .map((row): WireCase => ({ ...row, transport: "fetch" })),
    {
      name: "a redirect to another origin is not followed",
      transport: "fetch",
      script: { openai: ["redirect"] },
      ends: whole,
      attempts: ["openai TargetUnsupported", "anthropic"],
    },
  ])
})
