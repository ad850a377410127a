/** What every provider must do, whatever it speaks: one suite, run against each of them through the real layers. */
import { describe, expect, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Schema from "effect/Schema"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import {
  AIConfigurationError,
  AIProviderError,
  ProviderRegistry,
  type ProviderErrorReason,
  type StreamTextOptions,
} from "@/services/ai/core"
import { ProviderRegistryLive } from "@/services/ai/providers"
import type { HttpTransport } from "@/services/ai/wire/HttpTransport"
import { SecretNotFoundError, type CompatibleEndpoint, type Values } from "@/services/configuration"
import { configurationOf } from "../support/configuration"
import { promptOf, weather } from "../support/conversations"
import { toolCallsIn } from "../support/decoding"
import { drain, finishIn, textIn } from "../support/parts"

/** What the upstream does. */
export const allScenarios = [
  "text",
  "length",
  "tool-calls",
  "content-filter",
  "refuses-key",
  "rate-limited",
  "server-error",
  "overloaded",
  "context-too-long",
  "cut",
  "hang",
] as const
export type Scenario = (typeof allScenarios)[number]

export interface Upstream {
  readonly values: Values
  readonly endpoints?: Readonly<Record<string, CompatibleEndpoint>>
  /** Where the scenario is chosen by the model's name. */
  readonly model?: string
  /** Where the scenario is chosen by the question. */
  readonly question?: string
  /** The JSON bodies it was asked with. */
  readonly requests?: () => ReadonlyArray<unknown>
  /** Waits until the client has closed its connection before the answer's end. */
  readonly clientLeft?: Effect.Effect<void>
}

export interface ProviderHarness {
  /** What it runs against, e.g. `recorded streams`. */
  readonly upstreamName: string
  readonly providerKey: string
  readonly model: string
  /** Absent where the provider needs no key. */
  readonly secret?: { readonly keyName: string; readonly value: string }
  readonly transport: Layer.Layer<HttpTransport>
  /** Starts an upstream for a scenario; the scenarios that it cannot play are not in `scenarios`. */
  readonly start: (scenario: Scenario) => Effect.Effect<Upstream, never, Scope.Scope>
  readonly scenarios: ReadonlySet<Scenario>
  readonly expected: {
    readonly text: string
    readonly usage: { readonly input: number; readonly output: number }
    readonly status: { readonly overloaded: number; readonly serverError: number }
    /** The options as the vendor's request names them; absent where there is no wire. */
    readonly options?: object
  }
}

const everyOption = {
  temperature: 0.5,
  maxOutputTokens: 77,
  stopSequences: ["END"],
  tools: [weather],
} satisfies Omit<StreamTextOptions, "prompt">

export const providerContract = (harness: ProviderHarness): void => {
  const { providerKey, secret, expected } = harness

  const openProvider = (upstream: Upstream, values: Values = upstream.values) =>
    Effect.gen(function* () {
      const layer = ProviderRegistryLive.pipe(
        Layer.provide(Layer.merge(configurationOf(values, upstream.endpoints), harness.transport)),
      )
      const context = yield* Layer.build(layer)
      return yield* Effect.provideContext(
        Effect.flatMap(ProviderRegistry, ({ get }) => get(providerKey)),
        context,
      )
    })

  const optionsFor = (upstream: Upstream): StreamTextOptions => ({
    model: upstream.model ?? harness.model,
    prompt: promptOf({ role: "user", content: upstream.question ?? "Grüezi" }),
  })

  const play = (scenario: Scenario, more: Partial<StreamTextOptions> = {}) =>
    Effect.gen(function* () {
      const upstream = yield* harness.start(scenario)
      const { languageModel } = yield* openProvider(upstream)
      const options = { ...optionsFor(upstream), ...more }
      return { upstream, languageModel, options, ...(yield* drain(languageModel.streamText(options))) }
    })

  /** Registers a clause where the upstream can play what it needs. */
  const clause = <E>(
    scenario: Scenario,
    fact: string,
    body: () => Effect.Effect<void, E, Scope.Scope>,
  ): void => {
    if (harness.scenarios.has(scenario)) it.live(fact, body)
  }

  describe(`${providerKey} against ${harness.upstreamName}`, () => {
    clause("text", "streams the text once and in order", () =>
      Effect.gen(function* () {
        const { parts, error } = yield* play("text")
        expect(error).toBeUndefined()
        expect(textIn(parts)).toBe(expected.text)
      }),
    )

    clause("text", "ends with its one finish, which holds the usage", () =>
      Effect.gen(function* () {
        const { parts } = yield* play("text")
        expect(parts.filter(({ type }) => type === "finish")).toHaveLength(1)
        expect(parts.at(-1)).toMatchObject({
          type: "finish",
          reason: "stop",
          usage: {
            inputTokens: { total: expected.usage.input },
            outputTokens: { total: expected.usage.output },
          },
        })
      }),
    )

    clause("text", "opens and closes its blocks around their deltas", () =>
      Effect.gen(function* () {
        const { parts } = yield* play("text")
        const kinds = parts.map(({ type }) => type).filter((type) => type.startsWith("text-"))
        expect(kinds[0]).toBe("text-start")
        expect(kinds.at(-1)).toBe("text-end")
        expect(kinds.slice(1, -1).every((type) => type === "text-delta")).toBe(true)
      }),
    )

    clause("text", "asks the upstream once for one answer", () =>
      Effect.gen(function* () {
        const { upstream } = yield* play("text")
        if (upstream.requests !== undefined) expect(upstream.requests()).toHaveLength(1)
      }),
    )

    clause("text", "gives with generateText what it streams, joined", () =>
      Effect.gen(function* () {
        const { parts, languageModel, options } = yield* play("text")
        const whole = yield* languageModel.generateText(options)
        expect(whole.text).toBe(textIn(parts))
        expect(whole.finishReason).toBe("stop")
        expect(whole.usage).toEqual(finishIn(parts)?.usage)
      }),
    )

    clause("length", "finishes with `length` when the limit cut the answer", () =>
      Effect.gen(function* () {
        const { parts, error } = yield* play("length")
        expect(error).toBeUndefined()
        expect(textIn(parts)).not.toBe("")
        expect(finishIn(parts)?.reason).toBe("length")
      }),
    )

    clause("content-filter", "finishes with `content-filter` when the provider filtered the answer", () =>
      Effect.gen(function* () {
        const { parts, error } = yield* play("content-filter")
        expect(error).toBeUndefined()
        expect(finishIn(parts)?.reason).toBe("content-filter")
      }),
    )

    clause("tool-calls", "hands on tool calls whole, in order, and finishes with `tool-calls`", () =>
      Effect.gen(function* () {
        const { parts, error } = yield* play("tool-calls", { tools: [weather] })
        expect(error).toBeUndefined()
        expect(toolCallsIn(parts).map(({ name, params }) => ({ name, params }))).toEqual([
          { name: "weather", params: { city: "Zürich" } },
          { name: "weather", params: { city: "Bern" } },
        ])
        expect(new Set(toolCallsIn(parts).map(({ id }) => id)).size).toBe(2)
        expect(finishIn(parts)?.reason).toBe("tool-calls")
      }),
    )

    const failures: ReadonlyArray<readonly [Scenario, ProviderErrorReason, number]> = [
      ["refuses-key", "InvalidKey", 401],
      ["rate-limited", "RateLimited", 429],
      ["server-error", "ServerError", expected.status.serverError],
      ["overloaded", "Overloaded", expected.status.overloaded],
      ["context-too-long", "ContextTooLong", 400],
    ]

    for (const [scenario, reason, status] of failures) {
      clause(scenario, `fails as ${reason}, with the status ${status}, when it is ${scenario}`, () =>
        Effect.gen(function* () {
          const { parts, error, languageModel, options } = yield* play(scenario)
          expect(parts).toEqual([])
          expect(error).toBeInstanceOf(AIProviderError)
          expect(error).toMatchObject({ provider: providerKey, model: options.model, reason, status })
          expect(yield* Effect.flip(languageModel.generateText(options))).toMatchObject({ reason, status })
        }),
      )
    }

    clause("rate-limited", "says how long the provider asks to wait", () =>
      Effect.gen(function* () {
        const { error } = yield* play("rate-limited")
        expect(error).toMatchObject({ retryAfter: Duration.seconds(7), isRetryable: true })
      }),
    )

    if (secret !== undefined) {
      clause("refuses-key", "names the key that was refused, and tells the key itself to nobody", () =>
        Effect.gen(function* () {
          const { languageModel, options } = yield* play("refuses-key")
          const error = yield* Effect.flip(languageModel.generateText(options))
          expect(error).toBeInstanceOf(AIProviderError)
          expect(error.context).toMatchObject({ keyName: secret.keyName })
          const codec = Schema.toCodecJson(AIProviderError)
          const sent = error instanceof AIProviderError ? JSON.stringify(Schema.encodeSync(codec)(error)) : ""
          expect(sent).toContain(secret.keyName)
          for (const text of [error.message, String(error), String(error.stack), sent]) {
            expect(text).not.toContain(secret.value)
          }
        }),
      )
    }

    clause(
      "cut",
      "hands on the text that came and fails as a cut when the stream ends before its finish",
      () =>
        Effect.gen(function* () {
          const { parts, error, languageModel, options } = yield* play("cut")
          expect(textIn(parts)).not.toBe("")
          expect(expected.text.startsWith(textIn(parts))).toBe(true)
          expect(finishIn(parts)).toBeUndefined()
          expect(error).toMatchObject({ reason: "Cut", isRetryable: true, provider: providerKey })
          expect(yield* Effect.flip(languageModel.generateText(options))).toMatchObject({ reason: "Cut" })
        }),
    )

    if (expected.options !== undefined) {
      clause("text", "writes every option into the request", () =>
        Effect.gen(function* () {
          const { upstream } = yield* play("text", everyOption)
          expect(upstream.requests?.()).toHaveLength(1)
          expect(upstream.requests?.()[0]).toMatchObject({
            stream: true,
            model: harness.model,
            ...expected.options,
          })
        }),
      )

      clause("text", "writes no option that was not given", () =>
        Effect.gen(function* () {
          const { upstream } = yield* play("text")
          const request = upstream.requests?.()[0]
          for (const name of [
            "temperature",
            "top_p",
            "tools",
            "stop",
            "stop_sequences",
            "max_completion_tokens",
          ]) {
            expect(request).not.toHaveProperty(name)
          }
        }),
      )
    }

    clause("hang", "closes its connection when it is interrupted after the first text", () =>
      Effect.gen(function* () {
        const upstream = yield* harness.start("hang")
        const { languageModel } = yield* openProvider(upstream)
        const texts = Stream.filter(
          languageModel.streamText(optionsFor(upstream)),
          ({ type }) => type === "text-delta",
        )
        expect(yield* Stream.runCollect(Stream.take(texts, 1))).toHaveLength(1)
        yield* upstream.clientLeft ?? Effect.void
      }),
    )

    clause("hang", "closes its connection when its fiber is interrupted while it waits", () =>
      Effect.gen(function* () {
        const upstream = yield* harness.start("hang")
        const { languageModel } = yield* openProvider(upstream)
        const fiber = yield* Effect.forkChild(languageModel.generateText(optionsFor(upstream)))
        yield* Effect.repeat(Effect.sleep(1), { until: () => (upstream.requests?.().length ?? 1) > 0 })
        yield* Fiber.interrupt(fiber)
        yield* upstream.clientLeft ?? Effect.void
      }),
    )

    if (secret !== undefined) {
      clause("text", "asks nobody without a key, and names the key to set", () =>
        Effect.gen(function* () {
          const upstream = yield* harness.start("text")
          const provider = yield* openProvider(upstream, { ...upstream.values, [secret.keyName]: undefined })
          const error = yield* Effect.flip(provider.languageModel.generateText(optionsFor(upstream)))
          expect(error).toBeInstanceOf(AIConfigurationError)
          expect(error).toMatchObject({ keyName: secret.keyName, provider: providerKey })
          expect(error.message).toContain(secret.keyName)
          expect(error.cause).toBeInstanceOf(SecretNotFoundError)
          expect(yield* provider.availability).toEqual({ _tag: "MissingKey", keyName: secret.keyName })
          expect(upstream.requests?.()).toEqual([])
        }),
      )
    }

    clause("text", "says that it can be asked", () =>
      Effect.gen(function* () {
        const provider = yield* openProvider(yield* harness.start("text"))
        expect(yield* provider.availability).toEqual({ _tag: "Ready" })
      }),
    )
  })
}
