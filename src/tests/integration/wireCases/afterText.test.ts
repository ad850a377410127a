/** At the wire: answers that break off after they began. Nothing is shown twice, nothing is taken back, nothing is lost. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { answerText } from "@/simulator/answer"
import type { FaultName } from "@/simulator/faults"
import {
  asking,
  impatient,
  onWire,
  question,
  runPlan,
  step,
  threeSteps,
  toldBy,
  type Vendor,
} from "@/tests/support/wire"
import { atLeast, conversationsOf, recordOf, testWireCases, type WireCase } from "@/tests/support/wireCases"

const whole = 60
const shown = answerText(40).trimEnd()

/** Who breaks off, who continues, and how that one is asked to. */
const pairs = [
  { from: "openai", to: "anthropic", mode: "instruction" },
  { from: "openai", to: "ollama", mode: "prefill" },
  { from: "anthropic", to: "openai", mode: "instruction" },
  { from: "ollama", to: "openai", mode: "instruction" },
] as const satisfies ReadonlyArray<{ from: Vendor; to: Vendor; mode: string }>

const cuts: ReadonlyArray<readonly [FaultName, string]> = [
  ["cut-after-40-fin", "its connection closes"],
  ["cut-after-40-unterminated", "its connection closes inside the chunked body"],
  ["cut-after-40-clean", "its body ends without a terminal event"],
]

describe("an answer that is cut after 40 of 60 tokens", () => {
  testWireCases(
    pairs.flatMap(({ from, to, mode }) =>
      cuts.map(([fault, how]): WireCase => ({
        name: `${from} to ${to} by ${mode}: ${how}`,
        script: { [from]: [fault] },
        plan: { steps: [step(from, { attempts: 3 }), step(to)] },
        ends: whole,
        attempts: [`${from} Cut`, `${to} ${mode}`],
        also: (events) => {
          const types = events.map(({ type }) => type).filter((type) => type !== "text-delta")
          assert.deepStrictEqual(types, [
            "plan-started",
            "attempt-started",
            "answer-started",
            "attempt-failed",
            "target-switched",
            "attempt-started",
            "answer-resumed",
            "plan-completed",
          ])
          const { attempts } = recordOf(events)
          assert.deepStrictEqual(
            attempts.map(({ emitted }) => emitted),
            [answerText(40).length, answerText().length - answerText(40).length],
          )
        },
        always: (_told, upstream) => {
          const [conversation = []] = conversationsOf(upstream, to)
          assert.deepStrictEqual(conversation.slice(0, 2), [
            { role: "user", text: question },
            { role: "assistant", text: shown },
          ])
          if (mode === "prefill") return assert.lengthOf(conversation, 2)
          assert.lengthOf(conversation, 3)
          assert.strictEqual(conversation[2]?.role, "user")
          assert.match(conversation[2]?.text ?? "", /Continue it exactly where it stopped/)
        },
      })),
    ),
  )
})

describe("an answer that breaks off otherwise", () => {
  testWireCases([
    {
      name: "its connection is reset: what had come is kept, whatever that is, and the rest follows",
      script: { openai: ["cut-after-40-reset"] },
      plan: { steps: [step("openai"), step("anthropic")] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction"],
    },
    {
      name: "it falls silent after 20 tokens: its connection is closed",
      script: { openai: ["stall-after-20"] },
      plan: { steps: [step("openai", { attempts: 3, ...impatient }), step("anthropic")] },
      ends: whole,
      attempts: ["openai Stalled", "anthropic instruction"],
      closedEarly: 1,
      also: (events) => {
        const [stalled] = recordOf(events).attempts
        atLeast(stalled?.duration, 300)
        assert.strictEqual(stalled?.emitted, answerText(20).length)
      },
    },
    {
      name: "it falls silent: the limit of silences counts, however long its first part may take",
      script: { openai: ["stall-after-20"] },
      plan: {
        steps: [
          step("openai", { firstPart: Duration.seconds(12), stall: Duration.millis(300) }),
          step("anthropic"),
        ],
      },
      ends: whole,
      attempts: ["openai Stalled", "anthropic instruction"],
      closedEarly: 1,
      also: (events) => {
        const [stalled] = recordOf(events).attempts
        assert.isBelow(Duration.toMillis(stalled?.duration ?? Duration.infinity), 6000)
      },
    },
    {
      name: "nothing but comments after 20 tokens is silence too",
      script: { openai: ["pings-after-20"] },
      timeScale: 1 / 20,
      plan: { steps: [step("openai", { attempts: 3, ...impatient }), step("anthropic")] },
      ends: whole,
      attempts: ["openai Stalled", "anthropic instruction"],
      closedEarly: 1,
    },
    {
      name: "nothing but pings after 20 tokens is silence too",
      script: { anthropic: ["pings-after-20"] },
      timeScale: 1 / 20,
      plan: { steps: [step("anthropic", { attempts: 3, ...impatient }), step("openai")] },
      ends: whole,
      attempts: ["anthropic Stalled", "openai instruction"],
      closedEarly: 1,
    },
    {
      name: "a slow answer that makes progress is not a silent one",
      script: { openai: ["pace-20ms"] },
      plan: { steps: [step("openai", { firstPart: Duration.millis(800), stall: Duration.millis(800) })] },
      ends: whole,
      attempts: ["openai"],
      also: (events) => atLeast(recordOf(events).attempts[0]?.duration, 59 * 20),
    },
    {
      name: "the dialect's error inside the stream, after 20 tokens",
      script: { openai: ["error-after-20"] },
      ends: whole,
      attempts: ["openai Overloaded", "anthropic instruction"],
    },
    {
      name: "Messages' error inside the stream, after 20 tokens",
      script: { anthropic: ["error-after-20"] },
      plan: { steps: [step("anthropic", { attempts: 3 }), step("openai")] },
      ends: whole,
      attempts: ["anthropic Overloaded", "openai instruction"],
    },
    {
      name: "three lines in its middle that are not JSON",
      script: { openai: ["malformed-lines-3"] },
      ends: whole,
      attempts: ["openai MalformedResponse", "anthropic instruction"],
    },
    {
      name: "after the whole text, but without a finish reason: who adds nothing proves nothing, and it is marked as incomplete",
      script: { openai: ["without-finish-reason", "ok"], anthropic: ["overlaps-5-words"] },
      ends: { reason: "Cut", after: whole },
      attempts: [
        "openai Cut",
        "anthropic instruction EmptyAnswer",
        "ollama prefill EmptyAnswer",
        "openai instruction EmptyAnswer",
      ],
    },
    {
      name: "in its reasoning, before any text: asked anew, and the second one's reasoning is not shown",
      script: { openai: ["cut-in-reasoning"], anthropic: ["reasoning"] },
      ends: whole,
      attempts: ["openai Cut", "anthropic fresh"],
      also: (events) => {
        const thoughts = events.flatMap((event) => (event.type === "reasoning-delta" ? [event.text] : []))
        assert.strictEqual(
          thoughts.join(""),
          Array.from({ length: 10 }, (_, index) => `thought-${index + 1}`).join(" "),
        )
      },
      always: (_told, upstream) =>
        assert.deepStrictEqual(conversationsOf(upstream, "anthropic"), [[{ role: "user", text: question }]]),
    },
  ])
})

/** How a rescuer goes on, and from which word on what it repeats is long enough to be known for a repetition. */
const continuing: ReadonlyArray<{ fault: FaultName; to: Vendor; from: number }> = [
  { fault: "continues", to: "anthropic", from: 1 },
  { fault: "overlaps-5-words", to: "anthropic", from: 3 },
  { fault: "starts-over", to: "anthropic", from: 3 },
  { fault: "continues", to: "ollama", from: 1 },
  { fault: "starts-over", to: "ollama", from: 3 },
]

describe("wherever the answer is cut, its text is whole and nothing stands in it twice", () => {
  it.live.each(continuing)("$to, which $fault", ({ fault, to, from }) =>
    Effect.gen(function* () {
      const places = Array.from({ length: whole - from }, (_, index) => from + index)
      const texts = yield* Effect.forEach(
        places,
        (place) =>
          onWire({ script: { openai: [`cut-after-${place}-clean`], [to]: [fault] } }, ({ provide }) =>
            Effect.map(
              provide(runPlan(asking({ steps: [step("openai"), step(to)] }))),
              (events) => [place, toldBy(events).text] as const,
            ),
          ),
        { concurrency: 4 },
      )
      assert.deepStrictEqual(
        texts.filter(([, text]) => text !== answerText()),
        [],
      )
    }),
  )
})

describe("who rescues, and how", () => {
  testWireCases([
    {
      name: "a rescuer that refuses the prefill is asked again in words, at once",
      script: { openai: ["cut-after-40-fin"], ollama: ["rejects-prefill"] },
      plan: { steps: [step("openai"), step("ollama"), step("anthropic")] },
      ends: whole,
      attempts: ["openai Cut", "ollama prefill InvalidRequest", "ollama instruction"],
      always: (_told, upstream) =>
        assert.deepStrictEqual(
          conversationsOf(upstream, "ollama").map((conversation) => conversation.at(-1)?.role),
          ["assistant", "user"],
        ),
    },
    {
      name: "a rescuer that refuses the prefill in Messages' words",
      script: { openai: ["cut-after-40-fin"], anthropic: ["rejects-prefill"] },
      plan: { steps: [step("openai"), step("anthropic", { model: "claude-haiku-4-5" })] },
      ends: whole,
      attempts: ["openai Cut", "anthropic prefill TargetUnsupported", "anthropic instruction"],
    },
    {
      name: "a rescuer that starts over after an instruction: what was seen is swallowed",
      script: { openai: ["cut-after-40-fin"], anthropic: ["starts-over"] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction"],
    },
    {
      name: "a rescuer that starts over after a prefill: what was seen is swallowed",
      script: { openai: ["cut-after-40-fin"], ollama: ["starts-over"] },
      plan: { steps: [step("openai"), step("ollama")] },
      ends: whole,
      attempts: ["openai Cut", "ollama prefill"],
    },
    {
      name: "a rescuer that repeats its last five words, as it is asked to",
      script: { openai: ["cut-after-40-fin"], anthropic: ["overlaps-5-words"] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction"],
    },
    {
      name: "the rescuer dies before its first word: the next one",
      script: { openai: ["cut-after-40-fin"], anthropic: ["server-error"] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction ServerError", "ollama prefill"],
    },
    {
      name: "the rescuer dies after ten words of its own: the next one continues both",
      script: { openai: ["cut-after-40-fin"], anthropic: ["cut-after-10-fin"] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction Cut", "ollama prefill"],
      always: (_told, upstream) =>
        assert.deepStrictEqual(conversationsOf(upstream, "ollama")[0]?.at(-1), {
          role: "assistant",
          text: answerText(50).trimEnd(),
        }),
    },
    {
      name: "the rescuer falls silent: the next one",
      script: { openai: ["cut-after-40-fin"], anthropic: ["never-answers"] },
      plan: { steps: [step("openai"), step("anthropic", impatient), step("ollama")] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction NoFirstPart", "ollama prefill"],
      closedEarly: 1,
    },
    {
      name: "every rescuer dies: the one that broke off is the last to be asked, and finishes its answer",
      script: {
        openai: ["cut-after-40-fin", "ok"],
        anthropic: ["server-error"],
        ollama: ["reset-before-headers"],
      },
      ends: whole,
      attempts: [
        "openai Cut",
        "anthropic instruction ServerError",
        "ollama prefill ConnectionFailed",
        "openai instruction",
      ],
    },
    {
      name: "an earlier provider that failed may rescue; one that refused its key may not",
      script: {
        openai: ["server-error", "ok"],
        anthropic: ["bad-key"],
        ollama: ["cut-after-40-fin"],
      },
      plan: { steps: [step("openai"), step("anthropic"), step("ollama")] },
      ends: whole,
      attempts: ["openai ServerError", "anthropic InvalidKey", "ollama Cut", "openai instruction"],
    },
    {
      name: "nobody can rescue: the text stays, marked as incomplete, with the first cause",
      script: {
        openai: ["cut-after-40-fin", "server-error"],
        anthropic: ["server-error"],
        ollama: ["unavailable"],
      },
      ends: { reason: "Cut", after: 40 },
      attempts: [
        "openai Cut",
        "anthropic instruction ServerError",
        "ollama prefill Overloaded",
        "openai instruction ServerError",
      ],
      also: (events) => {
        const { terminal } = recordOf(events)
        assert.isTrue(terminal.type === "plan-failed" && terminal.partial)
      },
    },
    {
      name: "a run makes six requests at most, rescues among them",
      script: {
        openai: ["server-error", "server-error", "cut-after-10-fin"],
        anthropic: ["cut-after-10-fin"],
        ollama: ["rejects-prefill", "server-error"],
      },
      ends: { reason: "Cut", after: 20 },
      attempts: [
        "openai ServerError",
        "openai ServerError",
        "openai Cut",
        "anthropic instruction Cut",
        "ollama prefill InvalidRequest",
        "ollama instruction ServerError",
      ],
    },
    {
      name: "a plan that does not rescue: the text stays, marked as incomplete, and nobody else is asked",
      script: { openai: ["cut-after-40-fin"] },
      plan: { onPartial: "fail" },
      ends: { reason: "Cut", after: 40 },
      attempts: ["openai Cut"],
    },
    {
      name: "a plan that begins anew, for who can take text back: what was shown is taken back, and says so",
      script: { openai: ["cut-after-40-fin"] },
      plan: { onPartial: "restart" },
      ends: whole,
      attempts: ["openai Cut", "anthropic"],
      also: (events) => {
        const discarded = events.findIndex(({ type }) => type === "answer-discarded")
        const answers = [events.slice(0, discarded), events.slice(discarded)].map((part) => toldBy(part).text)
        assert.deepStrictEqual(answers, [answerText(40), answerText()])
      },
    },
    {
      name: "a filtered answer is passed on as what it is: nobody is asked to get round the filter",
      script: { openai: ["refusal"] },
      ends: { reason: "ContentRefused", after: 5 },
      attempts: ["openai ContentRefused"],
    },
    {
      name: "an answer that its length limit cut is complete, and says so",
      script: { openai: ["length"] },
      ends: 20,
      attempts: ["openai"],
      also: (events) => {
        const { terminal } = recordOf(events)
        assert.strictEqual(terminal.type === "plan-completed" && terminal.finishReason, "length")
      },
    },
  ])
})

describe("over fetch", () => {
  testWireCases([
    ...cuts.map(([fault, how]): WireCase => ({
      name: how,
      transport: "fetch",
      script: { openai: [fault] },
      ends: whole,
      attempts: ["openai Cut", "anthropic instruction"],
    })),
    {
      name: "silence after 20 tokens",
      transport: "fetch",
      script: { openai: ["stall-after-20"] },
      plan: { steps: [step("openai", impatient), ...threeSteps.slice(1)] },
      ends: whole,
      attempts: ["openai Stalled", "anthropic instruction"],
      closedEarly: 1,
    },
  ])
})
