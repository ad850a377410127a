/** `commander plan` and `commander chat --plan`, as their users have them. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import { SimulationReport } from "@/services/ai/orchestration/planSimulation/SimulationReport"
import { buildCommander, runCli, startCli, type CliOptions } from "@/tests/support/cliProcess"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { startUpstreams, valuesFor } from "@/tests/support/upstreams"

beforeAll(buildCommander)

const plans = {
  careful: {
    steps: [{ provider: "openai", attempts: 3 }, { provider: "anthropic" }],
    deadline: "3 minutes",
  },
  alone: { steps: [{ provider: "anthropic" }] },
}

const keys = { OPENAI_API_KEY: "sk-0123456789abcdef", ANTHROPIC_API_KEY: "sk-ant-0123456789abcdef" }

/** In a folder with the two plans, and with both keys unless the environment is given. */
const run = (args: ReadonlyArray<string>, options: CliOptions & { readonly files?: Files } = {}) =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    const files = { "commander.config.jsonc": { plans }, ...options.files }
    for (const [name, content] of Object.entries(files)) {
      writeFileSync(join(folder, name), typeof content === "string" ? content : JSON.stringify(content))
    }
    return yield* runCli(args, { environment: keys, ...options, folder })
  })

type Files = Readonly<Record<string, unknown>>

describe.concurrent("commander plan show", () => {
  it.live("explains a named plan, in any case", () =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* run(["plan", "show", "CAREFUL"])
      assert.deepStrictEqual([end, stderr], [0, ""])
      assert.match(stdout, /^Plan careful\n {2}asks {2}openai\/gpt-5\.4, then anthropic\/claude-haiku-5-5\n/)
      assert.include(stdout, "first word    3m, the deadline\n")
      assert.notInclude(stdout, "Named plans")
      assert.notMatch(stdout, /[^\S\n]\n/)
    }),
  )

  it.live("without a name explains the default plan, and lists the named ones", () =>
    Effect.gen(function* () {
      const { end, stdout } = yield* run(["plan", "show", "--tokens-in", "2000", "--tokens-out", "1"])
      assert.strictEqual(end, 0)
      assert.match(stdout, /^Plan default\n/)
      assert.match(stdout, /\nNamed plans\n {2}careful {2}openai, then anthropic\n {2}alone {4}anthropic\n$/)
      assert.include(stdout, "of 2,000 tokens in and 1 out")
    }),
  )
})

describe.concurrent("commander plan check", () => {
  it.live("checks every plan, one line a finding, and succeeds when there are only warnings", () =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* run(["plan", "check"])
      assert.deepStrictEqual([end, stderr], [0, ""])
      assert.include(stdout, "careful: nothing to mend\n")
      assert.match(
        stdout,
        /\nalone: 1 warning\n {2}warning {4}everything depends on anthropic;.* → add a step of another provider\n/,
      )
    }),
  )

  it.live("fails when there is an error", () =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* run(["plan", "check", "alone"], { environment: {} })
      assert.deepStrictEqual([end, stderr], [1, "commander: 1 error in the plans\n"])
      assert.include(stdout, "no step can be asked now → set ANTHROPIC_API_KEY\n")
    }),
  )

  it.live("prints JSON for programs", () =>
    Effect.gen(function* () {
      const { end, stdout } = yield* run(["plan", "check", "alone", "--json"], { environment: {} })
      assert.strictEqual(end, 1)
      const [checked]: ReadonlyArray<{
        plan: string
        findings: ReadonlyArray<{ level: string; rule: string }>
      }> = JSON.parse(stdout)
      assert.strictEqual(checked?.plan, "alone")
      assert.deepStrictEqual(
        checked?.findings.map(({ level, rule }) => `${level} ${rule}`),
        ["error nobody-to-ask", "warning one-provider", "warning missing-key"],
      )
    }),
  )
})

describe.concurrent("commander plan simulate", () => {
  const words = "openai down for 5 minutes, anthropic at 20 % 529, 100 runs"

  it.live("prints the same tables every time, and asks no provider", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const environment = valuesFor(upstreams)
      const first = yield* run(["plan", "simulate", "careful", words], { environment })
      const second = yield* run(["plan", "simulate", "careful", words], { environment })
      assert.deepStrictEqual([first.end, first.stderr], [0, ""])
      assert.strictEqual(second.stdout, first.stdout)
      assert.match(first.stdout, /^Plan careful: openai\/\S+, then anthropic\/\S+\n100 runs, 10 a second/)
      assert.match(first.stdout, /\n {2}complete +anthropic\/claude-haiku-5-5, as fallback +\d+ +\d+\.\d %\n/)
      for (const upstream of [upstreams.openai, upstreams.anthropic, upstreams.ollama]) {
        assert.deepStrictEqual(upstream.received, [])
      }
    }),
  )

  it.live("takes a script from a file, a seed and a number of runs, and prints JSON", () =>
    Effect.gen(function* () {
      const files = { "script.json": [{ target: "openai", for: "5 minutes", fault: "down" }] }
      const args = ["plan", "simulate", "--script", "script.json", "--runs", "50", "--seed", "x", "--json"]
      const { end, stdout } = yield* run(args, { files })
      assert.strictEqual(end, 0)
      const report = Schema.decodeUnknownSync(SimulationReport)(JSON.parse(stdout))
      assert.deepStrictEqual([report.plan, report.runs, report.seed], ["default", 50, "x"])
      assert.deepStrictEqual(report.outcomes, [
        {
          outcome: { _tag: "Complete", target: "anthropic/claude-haiku-5-5", way: "fallback" },
          runs: 50,
        },
      ])
    }),
  )

  it.live("can be stopped", () =>
    Effect.gen(function* () {
      const cli = yield* startCli(["plan", "simulate", "all cuts 50 %, 1000000 runs"], { environment: keys })
      yield* Effect.sleep("1 second")
      yield* cli.signal("SIGINT")
      assert.notStrictEqual(yield* cli.ended, 0)
      assert.notMatch(cli.stderr(), /\n {4}at /)
    }),
  )
})

describe.concurrent("commander chat --plan", () => {
  it.live("runs under the named plan", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      const { end, stdout } = yield* run(["chat", "Why?", "--plan", "alone"], {
        environment: valuesFor(upstreams),
      })
      assert.deepStrictEqual([end, stdout], [0, "Anthropic answers.\n"])
      assert.deepStrictEqual(upstreams.openai.received, [])
    }),
  )
})

describe.concurrent("commander plan, asked wrongly", () => {
  const simulate = (words: string, ...more: ReadonlyArray<string>) => ["plan", "simulate", words, ...more]

  const cases: ReadonlyArray<{
    readonly fact: string
    readonly args: ReadonlyArray<string>
    readonly files?: Files
    readonly told: RegExp
  }> = [
    {
      fact: "an unknown plan",
      args: ["plan", "show", "carful"],
      told: /^commander: there is no plan "carful"; there are careful, alone\n$/,
    },
    {
      fact: "an unknown plan for a chat",
      args: ["chat", "Hi", "--plan", "carful"],
      told: /^commander: there is no plan "carful"; there are careful, alone\n$/,
    },
    {
      fact: "a plan and a provider for a chat",
      args: ["chat", "Hi", "--plan", "careful", "--provider", "openai"],
      told: /^commander: --plan says whom to ask; leave --provider and --model out\n$/,
    },
    {
      fact: "a plan and a provider",
      args: ["plan", "check", "careful", "--provider", "openai"],
      told: /^commander: a named plan says whom to ask; leave --provider out\n$/,
    },
    {
      fact: "a word that is not understood",
      args: simulate("openai dwn for 5 minutes"),
      told: /^commander: "dwn" is not understood in "openai dwn for 5 minutes": after a target come down, .*\n$/,
    },
    {
      fact: "a mistyped name alone",
      args: simulate("carful"),
      told: /^commander: there is no plan "carful"; there are careful, alone\n$/,
    },
    {
      fact: "a fault of somebody whom the plan does not ask",
      args: simulate("groq down"),
      told: /^commander: plan default does not ask "groq"; a fault can be of openai, .*\n$/,
    },
    {
      fact: "no runs",
      args: simulate("0 runs"),
      told: /^commander: the runs are 0; they must be from 1 to 1000000\n$/,
    },
    {
      fact: "a script that is not there",
      args: simulate("1 runs", "--script", "none.json"),
      told: /^commander: there is no file none\.json\n$/,
    },
    {
      fact: "a script that is not JSON",
      args: simulate("1 runs", "--script", "broken.json"),
      files: { "broken.json": '[\n  { "target": \n]' },
      told: /^commander: broken\.json: line 3: \S+\n$/,
    },
    {
      fact: "a script with a wrong value",
      args: simulate("1 runs", "--script", "wrong.json"),
      files: {
        "wrong.json": [
          { target: "openai", fault: "down" },
          { target: "openai", status: 200 },
        ],
      },
      told: /^commander: wrong\.json: 1\.status: .*between 400 and 599\n$/,
    },
    {
      fact: "a request without tokens",
      args: ["plan", "show", "--tokens-in", "0"],
      told: /^commander: --tokens-in is 0; it must be from 1 to 2000000\n$/,
    },
    {
      fact: "a plan of a provider that nobody has",
      args: ["plan", "show"],
      files: {
        "commander.config.jsonc": '{\n  "plans": {\n    "a": { "steps": [{ "provider": "opnai" }] }\n  }\n}',
      },
      told: /^commander: \S+commander\.config\.jsonc: line 3: plans\.a\.steps\.0\.provider: there is no provider "opnai"; there are .*\n$/,
    },
  ]

  it.live.each(cases)("$fact: one clear sentence and exit code 1", ({ args, files = {}, told }) =>
    Effect.gen(function* () {
      const { end, stdout, stderr } = yield* run(args, { files })
      assert.match(stderr, told)
      assert.notMatch(stderr, /\n {4}at |undefined|\[object/)
      assert.deepStrictEqual([end, stdout], [1, ""])
    }),
  )
})
