/** `commander crash-test` as a process: what it tells, what it costs the real providers (nothing), and how it ends. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { cases } from "@/cli/crashTest/cases"
import { buildCommander, runCli, startCli } from "@/tests/support/cliProcess"
import { startHttpServer } from "@/tests/support/httpServer"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { until } from "@/tests/support/waiting"

beforeAll(buildCommander)

const keys = {
  OPENAI_API_KEY: "sk-real-openai-0123456789",
  ANTHROPIC_API_KEY: "sk-real-anthropic-0123456789",
  GROQ_API_KEY: "sk-real-groq-0123456789",
}

/** A folder whose every address is that of one server, which must not be asked. */
const places = Effect.gen(function* () {
  const server = yield* startHttpServer(() => ({ writes: ["never"] }))
  const folder = yield* temporaryFolder
  const file = {
    providers: {
      Groq: {
        kind: "openai-compatible",
        baseUrl: `${server.url}/v1`,
        apiKeyEnv: "GROQ_API_KEY",
        models: ["llama-large", "llama-small"],
      },
    },
    plans: {
      careful: {
        steps: [
          { provider: "groq", attempts: 2 },
          { provider: "groq", model: "llama-small" },
          { provider: "anthropic" },
        ],
      },
      hasty: { steps: [{ provider: "openai", firstPart: "1 millis" }] },
      alone: { steps: [{ provider: "groq" }] },
      rehearsed: { steps: [{ provider: "simulator" }] },
    },
  }
  writeFileSync(join(folder, "commander.config.jsonc"), JSON.stringify(file))
  writeFileSync(join(folder, ".env"), `GROQ_API_KEY='${keys.GROQ_API_KEY}'\n`)
  const environment = {
    ...keys,
    OPENAI_BASE_URL: `${server.url}/v1`,
    OPENAI_MODEL_NAME: "gpt-4.1",
    ANTHROPIC_BASE_URL: server.url,
    OLLAMA_BASE_URL: server.url,
  }
  return { server, options: { folder, environment } }
})

const withoutKeys = (...texts: ReadonlyArray<string>): void => {
  for (const text of texts) for (const key of Object.values(keys)) assert.notInclude(text, key)
}

interface Scorecard {
  readonly plan: { readonly name: string; readonly targets: ReadonlyArray<string> }
  readonly passed: number
  readonly total: number
  readonly cases: ReadonlyArray<{
    readonly name: string
    readonly verdict: string
    readonly failures: ReadonlyArray<string>
    readonly attempts: ReadonlyArray<{ readonly target: string; readonly outcome: string }>
    readonly seen: string
  }>
}

const scorecardOf = (stdout: string) => JSON.parse(stdout) as Scorecard

const failing = ({ cases: played }: Scorecard): ReadonlyArray<string> =>
  played.flatMap(({ name, failures }) => failures.map((failure) => `${name}: ${failure}`))

describe("commander crash-test --fast", () => {
  it.live("plays every case with the default plan and asks no real provider, though all are configured", () =>
    Effect.gen(function* () {
      const { server, options } = yield* places
      const { end, stdout, stderr } = yield* runCli(["crash-test", "--fast", "--json"], options)
      const scorecard = scorecardOf(stdout)
      assert.deepStrictEqual(failing(scorecard), [])
      assert.strictEqual(end, 0)
      assert.deepStrictEqual(scorecard.plan, {
        name: "default",
        targets: ["openai/gpt-4.1", "anthropic/claude-haiku-5-5", "ollama/gemma3:1b"],
      })
      assert.deepStrictEqual(
        scorecard.cases.map(({ name }) => name),
        cases.map(({ name }) => name),
      )
      assert.deepStrictEqual([scorecard.passed, scorecard.total], [cases.length, cases.length])
      const cut = scorecard.cases.find(({ name }) => name === "cut-by-fin")
      assert.strictEqual(
        cut?.seen,
        "whole answer from openai/gpt-4.1, continued by anthropic/claude-haiku-5-5 after 40 words",
      )
      assert.lengthOf(stderr.match(/^\[ ?\d+\/\d+\] passed /gm) ?? [], cases.length)
      assert.deepStrictEqual(server.received, [])
      withoutKeys(stdout, stderr)
    }),
  )

  it.live("plays a plan of the configuration, each of its targets for itself", () =>
    Effect.gen(function* () {
      const { server, options } = yield* places
      const { end, stdout, stderr } = yield* runCli(
        ["crash-test", "--fast", "--plan", "Careful", "--json"],
        options,
      )
      const scorecard = scorecardOf(stdout)
      assert.deepStrictEqual(failing(scorecard), [])
      assert.strictEqual(end, 0)
      assert.deepStrictEqual(scorecard.plan.targets, [
        "groq/llama-large",
        "groq/llama-small",
        "anthropic/claude-haiku-5-5",
      ])
      const dying = scorecard.cases.find(({ name }) => name === "rescuer-dies-too")
      assert.deepStrictEqual(
        dying?.attempts.map(({ target, outcome }) => `${target} ${outcome}`),
        ["groq/llama-large Cut", "groq/llama-small Cut", "anthropic/claude-haiku-5-5 answered"],
      )
      assert.deepStrictEqual(server.received, [])
      withoutKeys(stdout, stderr)
    }),
  )

  it.live("tells one case as a table whose last line is the sum", () =>
    Effect.gen(function* () {
      const { options } = yield* places
      const args = ["crash-test", "--fast", "--plan", "alone", "--case", "cut-by-fin"]
      const { end, stdout } = yield* runCli(args, options)
      assert.strictEqual(end, 0)
      const [head, row, blank, sum, rest] = stdout.split("\n")
      assert.match(head ?? "", /^case +verdict +attempts +time +what the user would have seen$/)
      assert.match(row ?? "", /^cut-by-fin +passed +2 +\d+\.\d s +\d+ words, marked as incomplete: groq: /)
      assert.deepStrictEqual([blank, sum, rest], ["", "1 of 1 passed", ""])
    }),
  )

  it.live("ends with exit code 1 when a plan fails a case: this one gives nobody the time to answer", () =>
    Effect.gen(function* () {
      const { options } = yield* places
      const { end, stdout } = yield* runCli(
        ["crash-test", "--plan", "hasty", "--case", "usage-twice"],
        options,
      )
      assert.strictEqual(end, 1)
      assert.match(stdout, /^usage-twice +FAILED/m)
      assert.include(stdout, "it must end with the whole answer")
      assert.match(stdout, /\n0 of 1 passed\n$/)
    }),
  )

  it.live("prefers whom it is told to", () =>
    Effect.gen(function* () {
      const { options } = yield* places
      const args = ["crash-test", "--fast", "--provider", "Anthropic", "--model", "claude-opus-5-5"]
      const { stdout } = yield* runCli([...args, "--case", "server-error-once", "--json"], options)
      assert.deepStrictEqual(scorecardOf(stdout).plan.targets, [
        "anthropic/claude-opus-5-5",
        "openai/gpt-4.1",
        "ollama/gemma3:1b",
      ])
    }),
  )

  it.live.each([
    {
      what: "an unknown case",
      args: ["--case", "nonsense"],
      message: /^commander: there is no case "nonsense"; there are rate-limited-once, /,
    },
    {
      what: "an unknown plan",
      args: ["--plan", "nonsense"],
      message: /^commander: there is no plan "nonsense"; there are careful, hasty, alone, rehearsed\n$/,
    },
    {
      what: "an unknown provider",
      args: ["--provider", "nonsense"],
      message:
        /^commander: there is no provider "nonsense"; there are openai, anthropic, ollama, groq, simulator\n$/,
    },
    {
      what: "a plan beside a provider",
      args: ["--plan", "careful", "--provider", "openai"],
      message: /^commander: --plan says whom to ask; leave --provider and --model out\n$/,
    },
    {
      what: "the simulator",
      args: ["--plan", "rehearsed"],
      message: /^commander: the simulator cannot be put to the test: /,
    },
  ])("refuses $what in one sentence", ({ args, message }) =>
    Effect.gen(function* () {
      const { options } = yield* places
      const { end, stdout, stderr } = yield* runCli(["crash-test", "--fast", ...args], options)
      assert.deepStrictEqual([end, stdout], [1, ""])
      assert.match(stderr, message)
    }),
  )

  it.live("stops at once and without a word when it is interrupted", () =>
    Effect.gen(function* () {
      const { options } = yield* places
      const cli = yield* startCli(["crash-test", "--case", "everyone-silent"], options)
      yield* until(() => cli.stderr().includes("nobody is really asked"))
      yield* Effect.sleep("200 millis")
      yield* cli.signal("SIGINT")
      assert.strictEqual(yield* cli.ended, 130)
      assert.strictEqual(cli.stdout(), "")
      assert.lengthOf(cli.stderr().trimEnd().split("\n"), 1)
    }),
  )
})
