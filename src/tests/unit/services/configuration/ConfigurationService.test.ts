/** Where a value comes from, what counts as none, and what is never told. */
import { inspect } from "node:util"
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import {
  ConfigError,
  ConfigurationService,
  ConfigurationServiceLive,
  ConfigurationSources,
  isSecretName,
  layer,
  memorySettings,
  type Origin,
  type Values,
} from "@/services/configuration"

type OtherOrigin = Exclude<Origin, "settings">

/** In the order of their precedence. */
const others: ReadonlyArray<OtherOrigin> = ["environment", ".env", "commander.config.jsonc"]

const layerOf = (values: Partial<Record<Origin, Values>>): Layer.Layer<ConfigurationService> =>
  Layer.provide(
    layer,
    Layer.effect(
      ConfigurationSources,
      Effect.gen(function* () {
        const settings = yield* memorySettings
        yield* Effect.orDie(settings.update(() => values.settings ?? {}))
        return {
          settings,
          others: others.map((origin) => ({ origin, values: Effect.succeed(values[origin] ?? {}) })),
          endpoints: Effect.succeed({}),
          models: Effect.succeed({}),
          plans: Effect.succeed({}),
        }
      }),
    ),
  )

const withConfiguration =
  (values: Partial<Record<Origin, Values>>) =>
  <A, E>(use: (service: ConfigurationService["Service"]) => Effect.Effect<A, E>) =>
    Effect.provide(Effect.flatMap(ConfigurationService, use), layerOf(values))

const everywhere = {
  settings: { PLACE: "settings" },
  environment: { PLACE: "environment" },
  ".env": { PLACE: ".env" },
  "commander.config.jsonc": { PLACE: "commander.config.jsonc" },
} satisfies Partial<Record<Origin, Values>>

describe("the order of the sources", () => {
  const order: ReadonlyArray<keyof typeof everywhere> = [
    "settings",
    "environment",
    ".env",
    "commander.config.jsonc",
  ]

  it.effect.each(order.map((origin, index) => ({ origin, set: order.slice(index) })))(
    "$origin comes before every later source",
    ({ origin, set }) =>
      withConfiguration(Object.fromEntries(set.map((name) => [name, everywhere[name]])))((configuration) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* configuration.get("PLACE"), origin)
          assert.strictEqual(yield* configuration.originOf("PLACE"), origin)
          assert.strictEqual(Redacted.value(yield* configuration.getSecret("PLACE")), origin)
        }),
      ),
  )

  it.effect("a source is read anew at every call", () => {
    let value = "one"
    return withConfiguration({
      environment: {
        get CHANGING() {
          return value
        },
      },
    })((configuration) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* configuration.get("CHANGING"), "one")
        value = "two"
        assert.strictEqual(yield* configuration.get("CHANGING"), "two")
      }),
    )
  })

  it.effect("a source that cannot be read fails the lookup, and is not passed over", () =>
    Effect.gen(function* () {
      const broken = Layer.effect(
        ConfigurationSources,
        Effect.map(memorySettings, (settings) => ({
          settings,
          others: [
            {
              origin: ".env" as const,
              values: Effect.fail(new ConfigError({ message: ".env: line 3 is broken" })),
            },
            { origin: "commander.config.jsonc" as const, values: Effect.succeed({ NAME: "value" }) },
          ],
          endpoints: Effect.succeed({}),
          models: Effect.succeed({}),
          plans: Effect.succeed({}),
        })),
      )
      const configuration = yield* Effect.provide(ConfigurationService, Layer.provide(layer, broken))
      const failures = [
        yield* Effect.flip(configuration.get("NAME")),
        yield* Effect.flip(configuration.getSecret("NAME")),
        yield* Effect.flip(configuration.originOf("NAME")),
      ]
      assert.deepStrictEqual(
        failures.map(({ _tag, message }) => [_tag, message]),
        failures.map(() => ["ConfigError", ".env: line 3 is broken"]),
      )
    }),
  )
})

describe("an empty value", () => {
  it.effect.each(["", "   ", "\t\n"])("%j counts as none: later sources show through", (empty) =>
    withConfiguration({ settings: { NAME: empty }, environment: { NAME: empty }, ".env": { NAME: "below" } })(
      (configuration) =>
        Effect.gen(function* () {
          assert.strictEqual(yield* configuration.get("NAME"), "below")
          assert.strictEqual(yield* configuration.originOf("NAME"), ".env")
        }),
    ),
  )

  it.effect("with nothing below it, the key is not set", () =>
    withConfiguration({ environment: { NAME: " ", OPENAI_API_KEY: "" } })((configuration) =>
      Effect.gen(function* () {
        const missing = yield* Effect.flip(configuration.get("NAME"))
        assert.deepStrictEqual(
          [missing._tag, missing.keyName, missing.message],
          ["ConfigError", "NAME", "NAME is not set"],
        )
        const secret = yield* Effect.flip(configuration.getSecret("OPENAI_API_KEY"))
        assert.deepStrictEqual(
          [secret._tag, secret.keyName, secret.message],
          ["SecretNotFoundError", "OPENAI_API_KEY", "OPENAI_API_KEY is not set"],
        )
        assert.isUndefined(yield* configuration.originOf("OPENAI_API_KEY"))
      }),
    ),
  )

  it.effect("white space around a value is not part of it", () =>
    withConfiguration({ environment: { NAME: "  value\n", OPENAI_API_KEY: " key \n" } })((configuration) =>
      Effect.gen(function* () {
        assert.strictEqual(yield* configuration.get("NAME"), "value")
        assert.strictEqual(Redacted.value(yield* configuration.getSecret("OPENAI_API_KEY")), "key")
      }),
    ),
  )
})

describe("secrets", () => {
  it.effect.each([
    "OPENAI_API_KEY",
    "GROQ_APIKEY",
    "COMMANDER_TOKEN",
    "DB_PASSWORD",
    "CLIENT_SECRET",
    "TOKEN",
  ])("%s cannot be read as a setting, set or not", (keyName) =>
    Effect.gen(function* () {
      assert.isTrue(isSecretName(keyName))
      for (const environment of [{}, { [keyName]: "quartz-nightingale" }]) {
        const error = yield* withConfiguration({ environment })(({ get }) => Effect.flip(get(keyName)))
        assert.strictEqual(error.keyName, keyName)
        assert.match(error.message, /is a secret/)
        assert.notInclude(JSON.stringify(error), "nightingale")
      }
    }),
  )

  it.each(["OPENAI_MODEL_NAME", "OPENAI_BASE_URL", "COMMANDER_PORT", "TOKEN_COUNT", "KEYBOARD"])(
    "%s is no secret",
    (keyName) => assert.isFalse(isSecretName(keyName)),
  )

  it.effect("a secret shows its name, never its value", () =>
    withConfiguration({ environment: { OPENAI_API_KEY: "quartz-nightingale" } })((configuration) =>
      Effect.gen(function* () {
        const secret = yield* configuration.getSecret("OPENAI_API_KEY")
        const shown = `${inspect(secret)} ${JSON.stringify({ secret })}`
        assert.notInclude(shown, "nightingale")
        assert.include(shown, "OPENAI_API_KEY")
      }),
    ),
  )
})

describe("set, delete, originOf", () => {
  it.effect("a value that was set comes first, and deleting it lets the others show through", () =>
    withConfiguration({ environment: { OPENAI_API_KEY: "old", OTHER: "kept" } })((configuration) =>
      Effect.gen(function* () {
        const key = Effect.map(configuration.getSecret("OPENAI_API_KEY"), Redacted.value)
        yield* configuration.set("OPENAI_API_KEY", Redacted.make("new"))
        assert.strictEqual(yield* key, "new")
        assert.strictEqual(yield* configuration.originOf("OPENAI_API_KEY"), "settings")
        yield* configuration.delete("OPENAI_API_KEY")
        assert.strictEqual(yield* key, "old")
        assert.strictEqual(yield* configuration.originOf("OPENAI_API_KEY"), "environment")
        assert.strictEqual(yield* configuration.get("OTHER"), "kept")
      }),
    ),
  )

  it.effect("setting one key leaves the others; deleting one that is not set changes nothing", () =>
    withConfiguration({ settings: { FIRST: "1" } })((configuration) =>
      Effect.gen(function* () {
        yield* configuration.set("SECOND", "2")
        yield* configuration.delete("THIRD")
        assert.deepStrictEqual(
          [yield* configuration.get("FIRST"), yield* configuration.get("SECOND")],
          ["1", "2"],
        )
      }),
    ),
  )

  it.effect("keys set at once are all kept", () =>
    withConfiguration({})((configuration) =>
      Effect.gen(function* () {
        const names = Array.from({ length: 50 }, (_, index) => `NAME_${index}`)
        yield* Effect.forEach(names, (name) => configuration.set(name, name), { concurrency: "unbounded" })
        assert.deepStrictEqual(yield* Effect.forEach(names, (name) => configuration.get(name)), names)
      }),
    ),
  )
})

describe("ConfigurationServiceLive", () => {
  it.effect("reads the process's environment anew, under its own settings", () =>
    Effect.gen(function* () {
      const keyName = "COMMANDER_TEST_OF_CONFIGURATION"
      yield* Effect.addFinalizer(() => Effect.sync(() => delete process.env[keyName]))
      const configuration = yield* Effect.provide(ConfigurationService, ConfigurationServiceLive)
      assert.isUndefined(yield* configuration.originOf(keyName))
      process.env[keyName] = "from outside"
      assert.strictEqual(yield* configuration.get(keyName), "from outside")
      yield* configuration.set(keyName, "from inside")
      assert.strictEqual(yield* configuration.get(keyName), "from inside")
      assert.strictEqual(process.env[keyName], "from outside")
    }),
  )
})
