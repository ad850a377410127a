/** The files of a process: what is read, from where, and how the settings are kept. */
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import type * as Scope from "effect/Scope"
import { checkSources, layerSources } from "@/server/configurationFiles"
import {
  ConfigurationService,
  layer,
  type ConfigError,
  type ConfigurationSources,
} from "@/services/configuration"
import { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

interface Setup {
  readonly dataFolder: string
  readonly workingFolder: string
  readonly settingsFile: string
  readonly configuration: ConfigurationService["Service"]
  readonly check: Effect.Effect<void, ConfigError>
}

/** The data folder does not exist yet, as at the first start. */
const setUp: Effect.Effect<Setup, never, Scope.Scope> = Effect.gen(function* () {
  const folder = yield* temporaryFolder
  const workingFolder = join(folder, "work")
  mkdirSync(workingFolder)
  const places = { dataFolder: join(folder, "data"), workingFolder }
  const context = yield* Layer.build(Layer.provideMerge(layer, layerSources(places)))
  return {
    ...places,
    settingsFile: join(places.dataFolder, "settings.json"),
    configuration: yield* Effect.provide(ConfigurationService, context),
    check: Effect.asVoid(Effect.provide(checkSources, context)),
  }
})

const lengthIn = (file: string): number => {
  const { LONG = "" }: Readonly<Record<string, string>> = JSON.parse(readFileSync(file, "utf8"))
  return LONG.length
}

const namesIn = (file: string): Array<string> => {
  const settings: Readonly<Record<string, string>> = JSON.parse(readFileSync(file, "utf8"))
  return Object.keys(settings)
}

const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)

const environmentVariable = (name: string, value: string): Effect.Effect<void, never, Scope.Scope> =>
  Effect.asVoid(
    Effect.acquireRelease(
      Effect.sync(() => {
        process.env[name] = value
      }),
      () => Effect.sync(() => delete process.env[name]),
    ),
  )

describe("the sources", () => {
  it.effect("come in the order settings, environment, .env, commander.config.jsonc", () =>
    Effect.gen(function* () {
      const { workingFolder, configuration } = yield* setUp
      const name = "ANTHROPIC_MODEL_NAME"
      const origins = [yield* configuration.originOf(name)]
      writeFileSync(
        join(workingFolder, "commander.config.jsonc"),
        `{ "values": { "${name}": "from the file" } }`,
      )
      origins.push(yield* configuration.originOf(name))
      writeFileSync(join(workingFolder, ".env"), `${name}="from .env"`)
      origins.push(yield* configuration.originOf(name))
      yield* environmentVariable(name, "from the environment")
      origins.push(yield* configuration.originOf(name))
      yield* configuration.set(name, "from the settings")
      origins.push(yield* configuration.originOf(name))
      assert.deepStrictEqual(origins, [
        undefined,
        "commander.config.jsonc",
        ".env",
        "environment",
        "settings",
      ])
      assert.strictEqual(yield* configuration.get(name), "from the settings")
    }),
  )

  it.effect("`.env` is read as other tools read it: quotes, comments, `export`, white space", () =>
    Effect.gen(function* () {
      const { workingFolder, configuration } = yield* setUp
      const text = [
        "# keys",
        "PLAIN_NAME=plain",
        "QUOTED_NAME='with # and spaces'",
        'DOUBLE_NAME="double"',
        "export EXPORTED_NAME=exported",
        "  SPACED_NAME = spaced ",
        "EMPTY_NAME=",
        "COMMENTED_NAME=value # comment",
        "",
      ].join("\r\n")
      writeFileSync(join(workingFolder, ".env"), text)
      const names = ["PLAIN", "QUOTED", "DOUBLE", "EXPORTED", "SPACED", "COMMENTED"]
      assert.deepStrictEqual(yield* Effect.forEach(names, (name) => configuration.get(`${name}_NAME`)), [
        "plain",
        "with # and spaces",
        "double",
        "exported",
        "spaced",
        "value",
      ])
      assert.isUndefined(yield* configuration.originOf("EMPTY_NAME"))
    }),
  )

  it.effect("a key that is mended in `.env` is seen at the next read", () =>
    Effect.gen(function* () {
      const { workingFolder, configuration } = yield* setUp
      const key = Effect.map(configuration.getSecret("GROQ_API_KEY"), Redacted.value)
      writeFileSync(join(workingFolder, ".env"), "GROQ_API_KEY=mistyped")
      assert.strictEqual(yield* key, "mistyped")
      writeFileSync(join(workingFolder, ".env"), "GROQ_API_KEY=mended")
      assert.strictEqual(yield* key, "mended")
    }),
  )

  it.effect("endpoints of the file are seen as soon as they are written", () =>
    Effect.gen(function* () {
      const { workingFolder, configuration } = yield* setUp
      assert.deepStrictEqual(yield* configuration.endpoints, {})
      const groq = { kind: "openai-compatible", baseUrl: "http://127.0.0.1:1/v1", models: ["a"] }
      writeFileSync(join(workingFolder, "commander.config.jsonc"), JSON.stringify({ providers: { groq } }))
      assert.deepStrictEqual(Object.keys(yield* configuration.endpoints), ["groq"])
    }),
  )

  it.effect("so are its plans", () =>
    Effect.gen(function* () {
      const { configuration, workingFolder } = yield* setUp
      assert.deepStrictEqual(yield* configuration.plans, {})
      const plans = { careful: { steps: [{ provider: "ollama" }], deadline: "30 seconds" } }
      writeFileSync(join(workingFolder, "commander.config.jsonc"), JSON.stringify({ plans }))
      const { careful } = yield* configuration.plans
      assert.instanceOf(careful, AiPlan)
      assert.deepStrictEqual(careful?.deadline, Duration.seconds(30))
    }),
  )

  it.effect("so is what it says of models", () =>
    Effect.gen(function* () {
      const { workingFolder, configuration } = yield* setUp
      assert.deepStrictEqual(yield* configuration.models, {})
      const models = { "ollama/*": { tools: false } }
      writeFileSync(join(workingFolder, "commander.config.jsonc"), JSON.stringify({ models }))
      assert.deepStrictEqual(yield* configuration.models, models)
    }),
  )
})

describe("checkSources", () => {
  it.effect("passes with no file at all", () => Effect.flatMap(setUp, ({ check }) => check))

  it.effect("refuses a broken configuration file, and lets it pass once it is mended", () =>
    Effect.gen(function* () {
      const { workingFolder, check } = yield* setUp
      const file = join(workingFolder, "commander.config.jsonc")
      writeFileSync(file, '{\n  "values": {\n}')
      const { message } = yield* Effect.flip(check)
      assert.include(message, `${file}: line 3`)
      writeFileSync(file, "{}")
      yield* check
    }),
  )

  it.effect("refuses settings that Commander did not write", () =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, check } = yield* setUp
      mkdirSync(dataFolder)
      for (const text of ["", "[]", '{ "A": 1 }', "{"]) {
        writeFileSync(settingsFile, text)
        const { message } = yield* Effect.flip(check)
        assert.include(message, `${settingsFile} is not what Commander wrote`)
      }
    }),
  )
})

describe("the settings", () => {
  it.effect("are a file of mode 0600 in a folder of mode 0700", () =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, configuration } = yield* setUp
      yield* configuration.set("OPENAI_API_KEY", Redacted.make("quartz-nightingale"))
      assert.deepStrictEqual([modeOf(dataFolder), modeOf(settingsFile)], ["700", "600"])
      assert.deepStrictEqual(JSON.parse(readFileSync(settingsFile, "utf8")), {
        OPENAI_API_KEY: "quartz-nightingale",
      })
    }),
  )

  it.effect("become private again when somebody opened them", () =>
    Effect.gen(function* () {
      const { settingsFile, configuration } = yield* setUp
      yield* configuration.set("A", "1")
      chmodSync(settingsFile, 0o644)
      writeFileSync(`${settingsFile}.new`, "left by a crash", { mode: 0o644 })
      yield* configuration.set("A", "2")
      assert.strictEqual(modeOf(settingsFile), "600")
    }),
  )

  it.effect("are replaced in one step: a reader sees the old file or the new one, never a part", () =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, configuration } = yield* setUp
      const long = "x".repeat(200_000)
      yield* configuration.set("LONG", `0${long}`)
      const seen = new Set<number>()
      const writer = Effect.forEach(Array.from({ length: 30 }), (_, index) =>
        configuration.set("LONG", `${index}${long}`),
      )
      const reader = Effect.sync(() => {
        seen.add(lengthIn(settingsFile))
      }).pipe(Effect.andThen(Effect.yieldNow), Effect.forever)
      yield* Effect.raceFirst(writer, reader)
      assert.deepStrictEqual(
        [...seen].filter((length) => length < long.length),
        [],
      )
      assert.isNotEmpty([...seen])
      assert.deepStrictEqual(readdirSync(dataFolder), ["settings.json"])
    }),
  )

  it.effect("lose nothing when many are written and deleted at once", () =>
    Effect.gen(function* () {
      const { settingsFile, configuration } = yield* setUp
      const names = Array.from({ length: 40 }, (_, index) => `NAME_${index}`)
      yield* Effect.forEach(names, (name) => configuration.set(name, name), { concurrency: "unbounded" })
      yield* Effect.forEach(
        names.filter((_, index) => index % 2 === 0),
        (name) => configuration.delete(name),
        { concurrency: "unbounded" },
      )
      const kept = names.filter((_, index) => index % 2 === 1)
      assert.sameMembers(namesIn(settingsFile), kept)
      assert.deepStrictEqual(yield* Effect.forEach(kept, (name) => configuration.get(name)), kept)
    }),
  )

  it.effect("that are broken are not overwritten: what was in them can still be rescued by hand", () =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, configuration } = yield* setUp
      mkdirSync(dataFolder)
      writeFileSync(settingsFile, '{ "OPENAI_API_KEY": "quartz" ')
      const { message } = yield* Effect.flip(configuration.set("A", "1"))
      assert.include(message, settingsFile)
      assert.strictEqual(readFileSync(settingsFile, "utf8"), '{ "OPENAI_API_KEY": "quartz" ')
    }),
  )

  it.effect.each([
    '{ "OPENAI_API_KEY": quartz-nightingale }',
    '{ "OPENAI_API_KEY": ["quartz-nightingale"] }',
    '"quartz-nightingale"',
  ])("that are broken do not tell their secrets in the error: %s", (text) =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, configuration } = yield* setUp
      mkdirSync(dataFolder)
      writeFileSync(settingsFile, text)
      const error = yield* Effect.flip(configuration.getSecret("OPENAI_API_KEY"))
      const told = `${error.message} ${JSON.stringify(error)} ${String("cause" in error ? error.cause : "")}`
      assert.notMatch(told, /nightingale|quartz-n/)
    }),
  )

  it.effect("that cannot be written are told with their path", () =>
    Effect.gen(function* () {
      const { dataFolder, settingsFile, configuration } = yield* setUp
      writeFileSync(dataFolder, "a file where the folder should be")
      assert.isTrue(existsSync(dataFolder))
      const error = yield* Effect.flip(configuration.set("A", "1"))
      assert.strictEqual(error._tag, "ConfigError")
      assert.include(error.message, settingsFile)
    }),
  )

  it.effect("are shared by nobody: two data folders know nothing of each other", () =>
    Effect.gen(function* () {
      const [one, other] = [yield* setUp, yield* setUp]
      yield* one.configuration.set("ONLY_HERE", "1")
      assert.isUndefined(yield* other.configuration.originOf("ONLY_HERE"))
    }),
  )
})

// The type of the layer says that nothing else is needed.
layerSources({ dataFolder: "", workingFolder: "" }) satisfies Layer.Layer<ConfigurationSources>
