/** Where the server listens, when it refuses to, and what becomes of running answers. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { readAccess, readRunSettings } from "@/server/settings"
import type { Values } from "@/services/configuration"
import { defaults as runDefaults } from "@/services/conversations/RunSettings"
import { configurationOf } from "@/tests/support/configuration"

interface Flags {
  readonly host?: string
  readonly port?: number
}

const accessOf = (values: Values, { host, port }: Flags = {}) =>
  readAccess({ host, port }).pipe(
    Effect.map(({ token, ...rest }) => ({
      ...rest,
      token: token === undefined ? undefined : Redacted.value(token),
    })),
    Effect.provide(configurationOf(values)),
  )

interface Case {
  readonly fact: string
  readonly values?: Values
  readonly flags?: Flags
  readonly access: { readonly host: string; readonly port: number; readonly token: string | undefined }
}

const local = { host: "127.0.0.1", port: 4747, token: undefined }

const cases: ReadonlyArray<Case> = [
  { fact: "by default on loopback, port 4747, without a token", access: local },
  {
    fact: "where the configuration says",
    values: { COMMANDER_HOST: "::1", COMMANDER_PORT: "8080" },
    access: { ...local, host: "::1", port: 8080 },
  },
  {
    fact: "where the flags say, before the configuration",
    values: { COMMANDER_HOST: "::1", COMMANDER_PORT: "8080" },
    flags: { host: "localhost", port: 9090 },
    access: { ...local, host: "localhost", port: 9090 },
  },
  { fact: "on any free port for 0", values: { COMMANDER_PORT: "0" }, access: { ...local, port: 0 } },
  {
    fact: "with a token on loopback too",
    values: { COMMANDER_TOKEN: "abc" },
    access: { ...local, token: "abc" },
  },
  {
    fact: "on every address when there is a token",
    values: { COMMANDER_HOST: "0.0.0.0", COMMANDER_TOKEN: "abc" },
    access: { ...local, host: "0.0.0.0", token: "abc" },
  },
  {
    fact: "as if nothing were set, for empty values",
    values: { COMMANDER_HOST: " ", COMMANDER_PORT: "", COMMANDER_TOKEN: "  " },
    access: local,
  },
]

describe("readAccess listens", () => {
  it.effect.each(cases)("$fact", ({ values = {}, flags = {}, access }) =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* accessOf(values, flags), access)
    }),
  )
})

describe("readAccess refuses", () => {
  it.effect.each(["http", "80a", "-1", "65536", "99999999999999999999", "0x50", "1e3", "4747.5", "４７４７"])(
    "COMMANDER_PORT %j, and says what it may be",
    (port) =>
      Effect.gen(function* () {
        const error = yield* Effect.flip(accessOf({ COMMANDER_PORT: port }))
        assert.strictEqual(error.keyName, "COMMANDER_PORT")
        assert.include(error.message, `"${port}"`)
        assert.include(error.message, "0 to 65535")
      }),
  )

  it.effect.each([65536, -1])("a port of %d from the flags as well", (port) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(accessOf({}, { port }))
      assert.include(error.message, String(port))
    }),
  )

  it.effect.each([
    "0.0.0.0",
    "::",
    "[::]",
    "192.168.1.7",
    "commander.example",
    "127.0.0.1.example",
    "1270.0.0.1",
  ])("the address %s without a token, from the configuration and from the flags", (host) =>
    Effect.gen(function* () {
      for (const failing of [accessOf({ COMMANDER_HOST: host }), accessOf({}, { host })]) {
        const error = yield* Effect.flip(failing)
        assert.strictEqual(error.keyName, "COMMANDER_TOKEN")
        assert.include(error.message, host)
        assert.include(error.message, "COMMANDER_TOKEN")
      }
    }),
  )
})

describe("what becomes of running answers", () => {
  const read = (values: Values) => Effect.provide(readRunSettings, configurationOf(values))

  it.effect("is to be gone on with, after 5 seconds of grace, unless said otherwise", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual(yield* read({}), runDefaults)
      assert.deepStrictEqual(
        yield* read({ COMMANDER_AFTER_RESTART: "ask", COMMANDER_STOP_GRACE: "2 minutes" }),
        { afterRestart: "ask", grace: Duration.minutes(2) },
      )
    }),
  )

  it.effect.each([
    ["COMMANDER_AFTER_RESTART", "maybe"],
    ["COMMANDER_STOP_GRACE", "a while"],
    ["COMMANDER_STOP_GRACE", "2 hours"],
    ["COMMANDER_STOP_GRACE", "-1 seconds"],
  ] as const)("cannot be said with %s=%s", ([name, value]) =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(read({ [name]: value }))
      assert.strictEqual(error.keyName, name)
      assert.include(error.message, value)
    }),
  )
})
