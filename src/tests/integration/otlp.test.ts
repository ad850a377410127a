/** Spans of runs, as a collector on loopback gets them when nothing but its address is configured. */
import { assert, describe, it } from "@effect/vitest"
import * as ConfigProvider from "effect/ConfigProvider"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerFrom } from "@/server/services"
import { ChatOrchestratorService } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { onPage, openPage, startCommander } from "@/tests/support/commander"
import { errorBody } from "@/tests/support/dialects"
import { startOtlpCollector } from "@/tests/support/otlpCollector"
import { answering, refusing, startUpstreams, valuesFor, type Upstreams } from "@/tests/support/upstreams"

describe("OTEL_EXPORTER_OTLP_ENDPOINT", () => {
  it.live(
    "exports one span a run, one a step and one an attempt, with the attributes of the GenAI conventions",
    () =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        let asked = 0
        const overloaded = refusing(529, errorBody("messages", "overloaded_error", "Overloaded"))
        upstreams.anthropic.behaves((received) => {
          asked += 1
          return asked === 1 ? overloaded(received) : answering("messages", "Anthropic answers.")(received)
        })

        const collector = yield* collectedRun(upstreams, "anthropic")
        const spans = collector.spans()
        const named = (name: string) => spans.filter((span) => span.name === name)
        const [runSpan, ...otherRuns] = named("commander.run")
        assert.isDefined(
          runSpan,
          `exported: ${collector
            .bodies()
            .map(({ path }) => path)
            .join(", ")}`,
        )
        assert.lengthOf(otherRuns, 0)
        const steps = spans.filter(({ name }) => name.startsWith("commander.step"))
        assert.deepStrictEqual(
          steps.map(({ name, parentSpanId }) => [name, parentSpanId]),
          [["commander.step 0", runSpan?.spanId]],
        )
        const model = "claude-sonnet-5-5"
        const attempts = named(`chat ${model}`)
        assert.deepStrictEqual(
          attempts.map(({ parentSpanId }) => parentSpanId),
          [steps[0]?.spanId, steps[0]?.spanId],
        )
        assert.isTrue(spans.every(({ traceId }) => traceId === runSpan?.traceId || traceId.length === 32))
        const common = {
          "gen_ai.operation.name": "chat",
          "gen_ai.provider.name": "anthropic",
          "gen_ai.request.model": model,
        }
        const [first, second] = attempts
        assert.deepInclude(first?.attributes, {
          ...common,
          "commander.attempt": 1,
          "error.type": "Overloaded",
          "http.response.status_code": 529,
        })
        assert.deepInclude(second?.attributes, {
          ...common,
          "commander.attempt": 2,
          "gen_ai.usage.input_tokens": 3,
          "gen_ai.usage.output_tokens": 5,
        })
        assert.deepStrictEqual(second?.attributes["gen_ai.response.finish_reasons"], ["stop"])
        // SPAN_KIND_CLIENT of trace.proto.
        assert.deepStrictEqual(
          attempts.map(({ kind }) => kind),
          [3, 3],
        )
      }),
  )

  it.live("a step of its own for every target, all under the one run", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(
        refusing(401, errorBody("chat-completions", "invalid_request_error", "Incorrect API key")),
      )
      const collector = yield* collectedRun(upstreams, "openai")
      const spans = collector.spans()
      const byId = new Map(spans.map((span) => [span.spanId, span]))
      const chains = spans
        .filter(({ name }) => name.startsWith("chat "))
        .map((attempt) => {
          const step = byId.get(attempt.parentSpanId ?? "")
          return [
            attempt.attributes["gen_ai.provider.name"],
            step?.name,
            byId.get(step?.parentSpanId ?? "")?.name,
          ]
        })
      assert.deepStrictEqual(chains, [
        ["openai", "commander.step 0", "commander.run"],
        ["anthropic", "commander.step 1", "commander.run"],
      ])
    }),
  )

  it.live("exports the lines of telemetry as logs", () =>
    Effect.gen(function* () {
      const collector = yield* collectedRun(yield* startUpstreams, "openai")
      const logs = collector.bodies().flatMap(({ path, body }) => (path === "/v1/logs" ? [body] : []))
      assert.include(logs.join("\n"), "[orchestrator] plan_completed openai")
    }),
  )
})

/** One run through page and server, both closed again, so that everything is exported. */
const collectedRun = (upstreams: Upstreams, key: string) =>
  Effect.gen(function* () {
    const collector = yield* startOtlpCollector
    const onlyTheEndpoint = ConfigProvider.fromEnv({ env: { OTEL_EXPORTER_OTLP_ENDPOINT: collector.url } })
    const ask = Effect.flatMap(ChatOrchestratorService, ({ generateConversationResponse }) =>
      generateConversationResponse({
        messages: [{ role: "user", content: "Why is the sky blue?" }],
        preferredProvider: { key },
      }),
    )
    yield* Effect.scoped(
      Effect.gen(function* () {
        const commander = yield* startCommander({
          values: valuesFor(upstreams),
          services: (sources) => Layer.provide(layerFrom(sources), ConfigProvider.layer(onlyTheEndpoint)),
        })
        // The page goes first, so that the server need not wait for it.
        yield* Effect.scoped(Effect.flatMap(openPage(commander.rpcUrl), (page) => onPage(page)(ask)))
      }),
    )
    return collector
  })
