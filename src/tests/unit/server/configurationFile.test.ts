/** `commander.config.jsonc`: what it may hold, and how a mistake in it is told. */
import { writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import { parseConfigurationFile, plansOf, readConfigurationFile } from "@/server/configurationFile"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const path = "/somewhere/commander.config.jsonc"
const parsed = (text: string) => parseConfigurationFile(path, text)
const refusalOf = (text: string) => Effect.map(Effect.flip(parsed(text)), ({ message }) => message)

const good = `// Comments and a trailing comma are allowed.
{
  "values": { "OPENAI_MODEL_NAME": "gpt-5.4-mini" },
  "providers": {
    "groq": {
      "kind": "openai-compatible",
      "baseUrl": "https://api.groq.com/openai/v1",
      "label": "Groq",
      "apiKeyEnv": "GROQ_API_KEY",
      "models": ["llama-3.3-70b", "other"],
      "neverSendsFinishReason": true, /* here too */
    },
  },
  "models": {
    "groq/llama-3.3-70b": {
      "contextWindow": 131072,
      "tools": false,
      "price": { "input": 0.59, "output": 0.79, "long": { "above": 32768, "input": 1, "output": 2 } },
      "prefill": true,
      "firstPart": "30 seconds",
    },
    "Ollama/*": {},
  },
  "plans": {
    "careful": {
      "steps": [
        {
          "provider": "OpenAI",
          "model": "gpt-5.4",
          "attempts": 3,
          "backoff": { "base": "50 millis" },
          "hedge": { "after": "2 seconds" },
        },
        { "provider": "groq" },
      ],
      "deadline": "60 seconds",
      "onPartial": "fail",
    },
    "short": { "steps": [{ "provider": "ollama" }] },
  },
}
`

const model = (fields: string): string => `{
  "models": {
    "openai/gpt-5.4": {
      ${fields}
    }
  }
}`

const plan = (field: string, stepField = '"attempts": 1'): string => `{
  "plans": {
    "careful": {
      "steps": [{ "provider": "openai", ${stepField} }],
      ${field}
    }
  }
}`

const endpoint = (more: string): string => `{
  "providers": {
    "groq": {
      "kind": "openai-compatible",
      "baseUrl": "https://api.groq.com/openai/v1",
      "models": ["a"],
      ${more}
    }
  }
}`

describe("a good file", () => {
  it.effect("is read whole", () =>
    Effect.gen(function* () {
      const { values, providers, models } = yield* parsed(good)
      assert.deepStrictEqual(values, { OPENAI_MODEL_NAME: "gpt-5.4-mini" })
      assert.deepStrictEqual(providers?.["groq"]?.models, ["llama-3.3-70b", "other"])
      assert.strictEqual(providers?.["groq"]?.apiKeyEnv, "GROQ_API_KEY")
      assert.isTrue(providers?.["groq"]?.neverSendsFinishReason)
      assert.deepStrictEqual(models, {
        "groq/llama-3.3-70b": {
          contextWindow: 131_072,
          tools: false,
          price: { input: 0.59, output: 0.79, long: { above: 32_768, input: 1, output: 2 } },
          prefill: true,
          firstPart: Duration.seconds(30),
        },
        "Ollama/*": {},
      })
    }),
  )

  it.effect("has plans that are what the constructor makes: what it leaves out has the same defaults", () =>
    Effect.gen(function* () {
      const backoff = { base: Duration.millis(50), max: Duration.seconds(8) }
      const hedge = { after: Duration.seconds(2) }
      assert.deepStrictEqual(plansOf(yield* parsed(good)), {
        careful: AiPlan.make({
          name: "careful",
          steps: [
            AiPlanStep.make({ provider: "OpenAI", model: "gpt-5.4", attempts: 3, backoff, hedge }),
            AiPlanStep.make({ provider: "groq" }),
          ],
          deadline: Duration.seconds(60),
          onPartial: "fail",
        }),
        short: AiPlan.make({ name: "short", steps: [AiPlanStep.make({ provider: "ollama" })] }),
      })
    }),
  )

  it.effect.each(["{}", '{ "values": {} }', '{ "providers": {} }', '{ "models": {} }', '{ "plans": {} }'])(
    "may be almost empty: %s",
    (text) => Effect.asVoid(parsed(text)),
  )
})

describe("a mistake is told with file, line, path and what is allowed", () => {
  interface Mistake {
    readonly fact: string
    readonly text: string
    readonly line: number
    readonly told: ReadonlyArray<string>
  }

  const mistakes: ReadonlyArray<Mistake> = [
    {
      fact: "a missing comma",
      text: '{\n  "values": {}\n  "providers": {}\n}',
      line: 3,
      told: ["CommaExpected"],
    },
    { fact: "a missing brace", text: '{\n  "values": {\n', line: 3, told: ["CloseBraceExpected"] },
    { fact: "a line of something else", text: "{\n\n  values = yes\n}", line: 3, told: ["InvalidSymbol"] },
    {
      fact: "an unknown key at the top",
      text: '{\n  "values": {},\n  "provider": {}\n}',
      line: 3,
      told: ["provider"],
    },
    {
      fact: "an unknown key of an endpoint",
      text: endpoint('"url": "x"'),
      line: 7,
      told: ["providers.groq.url"],
    },
    {
      fact: "a URL that is none",
      text: endpoint('"label": "Groq"').replace("https://", ""),
      line: 5,
      told: ["providers.groq.baseUrl", "api.groq.com/openai/v1", "http://", "https://"],
    },
    {
      fact: "a kind that does not exist",
      text: endpoint('"label": "Groq"').replace("openai-compatible", "anthropic-compatible"),
      line: 4,
      told: ["providers.groq.kind", "openai-compatible", "anthropic-compatible"],
    },
    {
      fact: "no models",
      text: endpoint('"label": "Groq"').replace('["a"]', "[]"),
      line: 6,
      told: ["providers.groq.models"],
    },
    {
      fact: "a model without a name",
      text: endpoint('"label": "Groq"').replace('["a"]', '["a", ""]'),
      line: 6,
      told: ["providers.groq.models.1"],
    },
    {
      fact: "an endpoint without an address",
      text: endpoint('"label": "Groq"').replace(/\n\s+"baseUrl".*/, ""),
      line: 3,
      told: ["providers.groq.baseUrl"],
    },
    {
      fact: "a value that is no text",
      text: '{\n  "values": {\n    "COMMANDER_PORT": 4747\n  }\n}',
      line: 3,
      told: ["values.COMMANDER_PORT", "string", "4747"],
    },
    {
      fact: "an unknown key of a model",
      text: model('"context": 8192'),
      line: 4,
      told: ["models.openai/gpt-5.4.context", "8192"],
    },
    {
      fact: "a window that is no number",
      text: model('"contextWindow": "large"'),
      line: 4,
      told: ["models.openai/gpt-5.4.contextWindow", "number", '"large"'],
    },
    {
      fact: "a limit that is no whole number",
      text: model('"maxOutputTokens": 0.5'),
      line: 4,
      told: ["models.openai/gpt-5.4.maxOutputTokens", "integer", "0.5"],
    },
    {
      fact: "an ability that is neither true nor false",
      text: model('"tools": "yes"'),
      line: 4,
      told: ["models.openai/gpt-5.4.tools", "boolean", '"yes"'],
    },
    {
      fact: "a price below zero",
      text: model('"price": { "input": -1, "output": 2 }'),
      line: 4,
      told: ["models.openai/gpt-5.4.price.input", "0", "-1"],
    },
    {
      fact: "half a price",
      text: model('"price": { "input": 1 }'),
      line: 4,
      told: ["models.openai/gpt-5.4.price.output", "Missing key"],
    },
    {
      fact: "a time that is none",
      text: model('"firstPart": "soon"'),
      line: 4,
      told: ["models.openai/gpt-5.4.firstPart", "Duration", '"soon"'],
    },
    {
      fact: "a time without an end",
      text: model('"firstPart": "Infinity"'),
      line: 4,
      told: ["models.openai/gpt-5.4.firstPart", "at most 1 hour", '"Infinity"'],
    },
    {
      fact: "an unknown key of a plan",
      text: plan('"retries": 3'),
      line: 5,
      told: ["plans.careful.retries", "3"],
    },
    {
      fact: "an unknown key of a step",
      text: plan('"deadline": "1 minute"', '"retries": 3'),
      line: 4,
      told: ["plans.careful.steps.0.retries", "3"],
    },
    {
      fact: "more attempts than a step may have",
      text: plan('"deadline": "1 minute"', '"attempts": 11'),
      line: 4,
      told: ["plans.careful.steps.0.attempts", "between 1 and 10", "11"],
    },
    {
      fact: "a plan without steps",
      text: plan('"deadline": "1 minute"').replace(/\[.*\]/, "[]"),
      line: 4,
      told: ["plans.careful.steps"],
    },
    {
      fact: "a way with cut answers that does not exist",
      text: plan('"onPartial": "continue"'),
      line: 5,
      told: ["plans.careful.onPartial", '"resume"', '"restart"', '"fail"', '"continue"'],
    },
    {
      fact: "a deadline without an end",
      text: plan('"deadline": "Infinity"'),
      line: 5,
      told: ["plans.careful.deadline", "at most 24 hours", '"Infinity"'],
    },
    {
      fact: "a wait that ended before it began",
      text: plan('"deadline": "1 minute"', '"stall": "-5 seconds"'),
      line: 4,
      told: ["plans.careful.steps.0.stall", "at most 24 hours", '"-5 seconds"'],
    },
    {
      fact: "a step of a provider that nobody has",
      text: plan('"deadline": "1 minute"').replace("openai", "opnai"),
      line: 4,
      told: [
        "plans.careful.steps.0.provider",
        'there is no provider "opnai"; there are openai, anthropic, ollama, simulator',
      ],
    },
    {
      fact: "a plan that is named like the default one",
      text: plan('"deadline": "1 minute"').replace("careful", "Default"),
      line: 3,
      told: ["plans.Default", "choose another"],
    },
    {
      fact: "a plan without a name",
      text: plan('"deadline": "1 minute"').replace("careful", ""),
      line: 3,
      told: ["a plan needs a name"],
    },
    {
      fact: "two plans whose names differ in case alone",
      text: '{\n  "plans": {\n    "a": { "steps": [{ "provider": "openai" }] },\n    "A": { "steps": [{ "provider": "openai" }] }\n  }\n}',
      line: 4,
      told: ["plans.A", "upper and lower case"],
    },
    { fact: "a list instead of an object", text: "\n[]", line: 2, told: [] },
  ]

  it.effect.each(mistakes)("$fact", ({ text, line, told }) =>
    Effect.gen(function* () {
      const message = yield* refusalOf(text)
      assert.isTrue(message.startsWith(`${path}: line ${line}: `), message)
      for (const words of told) assert.include(message, words)
      assert.notInclude(message, "\n")
    }),
  )
})

describe("a secret in the file", () => {
  it.effect("is refused by its name, and its value is not repeated", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parsed('{ "values": { "OPENAI_API_KEY": "quartz-nightingale" } }'))
      assert.strictEqual(error.keyName, "OPENAI_API_KEY")
      assert.match(error.message, /values\.OPENAI_API_KEY is a secret/)
      assert.notInclude(JSON.stringify(error), "nightingale")
    }),
  )

  const misplaced: ReadonlyArray<{ readonly fact: string; readonly text: string }> = [
    { fact: "as `apiKey` of an endpoint", text: endpoint('"apiKey": "quartz-nightingale"') },
    { fact: "as `OPENAI_API_KEY` at the top", text: '{ "OPENAI_API_KEY": "quartz-nightingale" }' },
    { fact: "as `apiKey` of a model", text: model('"apiKey": "quartz-nightingale"') },
    { fact: "as `apiKey` of a plan", text: plan('"apiKey": "quartz-nightingale"') },
    {
      fact: "as a list among the values",
      text: '{ "values": { "OPENAI_API_KEY": ["quartz-nightingale"] } }',
    },
    { fact: "without its quotes", text: '{ "values": { "OPENAI_API_KEY": quartz-nightingale } }' },
  ]
  it.effect.each(misplaced)("$fact is not repeated either", ({ text }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parsed(text))
      assert.notInclude(`${error.message} ${JSON.stringify(error)} ${String(error.cause)}`, "nightingale")
    }),
  )
})

describe("readConfigurationFile", () => {
  it.effect("a missing file is an empty one; a mended one is seen at the next read", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "commander.config.jsonc")
      const read = readConfigurationFile(file)
      assert.deepStrictEqual(yield* read, {})
      writeFileSync(file, '{ "values": { "OPENAI_MODEL_NAME": 1 } }')
      assert.include((yield* Effect.flip(read)).message, "values.OPENAI_MODEL_NAME")
      writeFileSync(file, '{ "values": { "OPENAI_MODEL_NAME": "1" } }')
      assert.deepStrictEqual((yield* read).values, { OPENAI_MODEL_NAME: "1" })
    }),
  )

  it.effect("an unreadable file is an error, not an empty one", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { message } = yield* Effect.flip(readConfigurationFile(folder))
      assert.include(message, `${folder} cannot be read`)
    }),
  )

  it.effect("a byte order mark, as editors on Windows write it, is not a mistake", () =>
    Effect.gen(function* () {
      const file = join(yield* temporaryFolder, "commander.config.jsonc")
      writeFileSync(file, '\uFEFF{ "values": { "OPENAI_MODEL_NAME": "1" } }')
      assert.deepStrictEqual((yield* readConfigurationFile(file)).values, { OPENAI_MODEL_NAME: "1" })
    }),
  )
})

describe("what would be ignored is a mistake", () => {
  const endpoint = '{ "kind": "openai-compatible", "baseUrl": "http://127.0.0.1:1/v1", "models": ["m"] }'

  it.effect.each([
    {
      fact: "a setting that does not exist",
      text: '{ "values": { "OPENAI_MODEL_NAM": "x" } }',
      told: "values.OPENAI_MODEL_NAM",
    },
    {
      fact: "the data folder, which is found before the file",
      text: '{ "values": { "COMMANDER_HOME": "x" } }',
      told: "values.COMMANDER_HOME",
    },
    {
      fact: "an endpoint with a built-in name",
      text: `{ "providers": { "OpenAI": ${endpoint} } }`,
      told: "providers.OpenAI",
    },
    {
      fact: "two endpoints whose names differ in case alone",
      text: `{ "providers": { "a": ${endpoint}, "A": ${endpoint} } }`,
      told: "providers.A",
    },
    {
      fact: "a model without its provider",
      text: '{ "models": { "gpt-5.4": {} } }',
      told: "models.gpt-5.4: write",
    },
    {
      fact: "a model of nobody",
      text: '{ "models": { "grok/llama": {} } }',
      told: "models.grok/llama: there is no such provider; there are openai, anthropic, ollama, simulator",
    },
    {
      fact: "two models whose names differ in case alone",
      text: '{ "models": { "openai/a": {}, "OpenAI/A": {} } }',
      told: "models.OpenAI/A",
    },
  ])("$fact", ({ text, told }) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(parsed(text))
      assert.include(error.message, told)
    }),
  )

  it.effect("a model of an endpoint of the same file is a model of somebody", () =>
    Effect.gen(function* () {
      const { models } = yield* parsed(
        `{ "models": { "My-Groq/a/b": { "tools": false } }, "providers": { "my-groq": ${endpoint} } }`,
      )
      assert.deepStrictEqual(models, { "My-Groq/a/b": { tools: false } })
    }),
  )

  it.effect("the model of an endpoint of the same file is a setting", () =>
    Effect.gen(function* () {
      const file = yield* parsed(
        `{ "values": { "MY_GROQ_MODEL_NAME": "x" }, "providers": { "my-groq": ${endpoint} } }`,
      )
      assert.deepStrictEqual(file.values, { MY_GROQ_MODEL_NAME: "x" })
    }),
  )
})
