/** At the wire: streams that are written oddly and answers that are accounted for oddly, in each vendor's dialect. */
import { assert, describe } from "@effect/vitest"
import type { PlanEvent } from "@/services/ai/orchestration"
import type { FaultName } from "@/simulator/faults"
import { weather } from "@/tests/support/conversations"
import { step, type Vendor } from "@/tests/support/wire"
import { recordOf, testWireCases, type WireCase } from "@/tests/support/wireCases"

const whole = 60
const vendors: ReadonlyArray<Vendor> = ["openai", "anthropic", "ollama"]

/** What nobody but the decoder may notice. */
const harmless: ReadonlyArray<readonly [FaultName, string]> = [
  ["malformed-lines-1", "a line in its middle that is not JSON"],
  ["without-terminal-event", "no terminal event after its finish reason"],
  ["odd-lines", "CR LF, comments and data over several lines"],
  ["unknown-events", "events of a type that nobody knows"],
  ["split-code-points", "half a code point a write"],
  ["huge-event-1-mb", "an event that carries a megabyte beside its token"],
]

describe("an answer is whole, at the first request, in spite of", () => {
  testWireCases(
    vendors.flatMap((vendor) =>
      harmless.map(([fault, what]): WireCase => ({
        name: `${what} (${vendor})`,
        script: { [vendor]: [fault] },
        plan: { steps: [step(vendor), step(vendor === "openai" ? "anthropic" : "openai")] },
        ends: whole,
        attempts: [vendor],
        also: (events) => assert.deepStrictEqual(usageIn(events), ["reported", inputWords, whole]),
      })),
    ),
  )
})

/** The question has five words, and the upstream counts these. */
const inputWords = 5

/** Source, input and output tokens of the answer. */
const usageIn = (events: ReadonlyArray<PlanEvent>) => {
  const { terminal } = recordOf(events)
  if (terminal.type !== "plan-completed") return undefined
  const { source, inputTokens, outputTokens } = terminal.usage
  return [source, inputTokens, outputTokens]
}

describe("accounting", () => {
  testWireCases([
    ...vendors.map((vendor): WireCase => ({
      name: `usage that is told twice counts once, as it was told last (${vendor})`,
      script: { [vendor]: ["usage-twice"] },
      plan: { steps: [step(vendor)] },
      ends: whole,
      attempts: [vendor],
      also: (events) => {
        assert.deepStrictEqual(usageIn(events), ["reported", inputWords, whole])
        const { totals } = recordOf(events)
        assert.deepStrictEqual([totals.inputTokens, totals.outputTokens], [inputWords, whole])
      },
    })),
    ...vendors.map((vendor): WireCase => ({
      name: `usage that is missing is estimated (${vendor})`,
      script: { [vendor]: ["usage-missing"] },
      plan: { steps: [step(vendor)] },
      ends: whole,
      attempts: [vendor],
      also: (events) => {
        const { terminal, totals } = recordOf(events)
        assert.strictEqual(terminal.type === "plan-completed" && terminal.usage.source, "estimated")
        // A token is a word or a part of one.
        assert.isTrue(
          totals.outputTokens >= whole && totals.outputTokens < 4 * whole,
          `${totals.outputTokens}`,
        )
        assert.isAbove(totals.inputTokens, 0)
        assert.isTrue(totals.isComplete)
      },
    })),
    {
      name: "after a fail-over: what a refusal used is nothing, a cut answer is estimated, the rescuer's is its own",
      script: { openai: ["server-error", "cut-after-40-fin"] },
      ends: whole,
      attempts: ["openai ServerError", "openai Cut", "anthropic instruction"],
      also: (events) => {
        const { attempts, totals, terminal } = recordOf(events)
        const [refused, cut, rescuer] = attempts
        assert.deepStrictEqual(refused?.usage, { source: "estimated", inputTokens: 0, outputTokens: 0 })
        assert.strictEqual(refused?.cost.usd, 0)
        assert.strictEqual(cut?.usage.source, "estimated")
        assert.isTrue((cut?.usage.outputTokens ?? 0) >= 40, `${cut?.usage.outputTokens}`)
        assert.strictEqual(cut?.cost.source, "estimated")
        assert.deepStrictEqual(rescuer?.usage.source, "reported")
        assert.strictEqual(rescuer?.usage.outputTokens, 20)
        assert.deepStrictEqual(terminal.type === "plan-completed" && terminal.usage, rescuer?.usage)
        // gpt-5.4: $2.50 and $15 a million; claude-haiku-5-5: $0.10 and $0.50.
        const dollars = (usage: typeof cut, input: number, output: number): number =>
          ((usage?.usage.inputTokens ?? 0) * input + (usage?.usage.outputTokens ?? 0) * output) / 1_000_000
        assert.closeTo(cut?.cost.usd ?? 0, dollars(cut, 2.5, 15), 1e-12)
        assert.closeTo(rescuer?.cost.usd ?? 0, dollars(rescuer, 0.1, 0.5), 1e-12)
        assert.closeTo(totals.usd, (cut?.cost.usd ?? 0) + (rescuer?.cost.usd ?? 0), 1e-12)
        assert.isTrue(totals.isComplete)
      },
    },
  ])
})

const calls = (events: ReadonlyArray<PlanEvent>) =>
  events.flatMap((event) => (event.type === "tool-call" ? [[event.name, event.params]] : []))

describe("tool calls", () => {
  testWireCases([
    ...vendors.map((vendor): WireCase => ({
      name: `one that is whole is handed on once, and nobody else is asked (${vendor})`,
      script: { [vendor]: ["tool-call"] },
      plan: { steps: [step(vendor, { model: "somebody's-own" }), step("openai")] },
      options: { tools: [weather] },
      ends: 0,
      attempts: [vendor],
      also: (events) => assert.deepStrictEqual(calls(events), [["weather", { city: "Zürich" }]]),
    })),
    {
      name: "one that is cut in its arguments is not handed on: the same provider again, then the next",
      script: { openai: ["tool-call-cut"], anthropic: ["tool-call"] },
      plan: { steps: [step("openai", { attempts: 2 }), step("anthropic")] },
      options: { tools: [weather] },
      ends: 0,
      attempts: ["openai Cut", "openai Cut", "anthropic"],
      gaps: { openai: [16] },
      also: (events) => assert.deepStrictEqual(calls(events), [["weather", { city: "Zürich" }]]),
    },
    {
      name: "one that Messages cuts in its arguments is not handed on either",
      script: { anthropic: ["tool-call-cut", "tool-call"] },
      plan: { steps: [step("anthropic", { attempts: 2 })] },
      options: { tools: [weather] },
      ends: 0,
      attempts: ["anthropic Cut", "anthropic"],
      also: (events) => assert.deepStrictEqual(calls(events), [["weather", { city: "Zürich" }]]),
    },
  ])
})

describe("over fetch, an answer is whole in spite of", () => {
  testWireCases(
    harmless.map(([fault, what]): WireCase => ({
      name: what,
      transport: "fetch",
      script: { openai: [fault] },
      ends: whole,
      attempts: ["openai"],
    })),
  )
})
