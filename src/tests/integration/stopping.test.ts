/** Who stops listening, slows down or disappears, and what becomes of the provider's request and of the text. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PlanEvent } from "@/services/ai/orchestration"
import { ChatOrchestratorService, type ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { onPage, openPage, startCommander, type Page } from "@/tests/support/commander"
import { endlessLimit, startEndlessUpstream, startSilentUpstream } from "@/tests/support/endlessUpstream"
import { answering, hangingAfter, keys, startUpstreams, valuesFor } from "@/tests/support/upstreams"
import { settledAt, until } from "@/tests/support/waiting"

const asking: ChatRequest = {
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  preferredProvider: { key: "openai" },
}

/** Starts a run on the page and keeps its events as they come. */
const startRun = (page: Page) =>
  Effect.gen(function* () {
    const events: Array<PlanEvent> = []
    const run = ChatOrchestratorService.pipe(
      Effect.flatMap(({ runPlan }) =>
        Stream.runForEach(runPlan(asking), (event) => Effect.sync(() => void events.push(event))),
      ),
    )
    return { events, fiber: yield* Effect.forkScoped(onPage(page)(run)) }
  })

/** The text of a whole run, empty when it failed at once. */
const answered = (page: Page): Effect.Effect<string> =>
  Effect.scoped(
    Effect.gen(function* () {
      const { events, fiber } = yield* startRun(page)
      yield* Fiber.join(fiber)
      return textOf(events)
    }),
  )

const reasonOf = (event: PlanEvent | undefined): string | undefined =>
  event?.type === "plan-failed" && event.error._tag === "AIProviderError" ? event.error.reason : undefined

const textOf = (events: ReadonlyArray<PlanEvent>): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")

describe("stop", () => {
  it.live("interrupting the page's stream closes the provider's request, and nobody else is asked", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const { events, fiber } = yield* startRun(yield* openPage(commander.rpcUrl))
      yield* until(() => textOf(events) === "The sky is")
      yield* Fiber.interrupt(fiber)
      yield* upstreams.openai.clientLeft
      assert.strictEqual(upstreams.openai.received.length, 1)
      assert.strictEqual(upstreams.anthropic.received.length, 0)
    }),
  )

  it.live("so does a page that goes away", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
      const commander = yield* startCommander({ values: valuesFor(upstreams) })
      const tab = yield* Scope.make()
      const { events } = yield* Scope.provide(Effect.flatMap(openPage(commander.rpcUrl), startRun), tab)
      yield* until(() => textOf(events) === "The sky is")
      yield* Scope.close(tab, Exit.void)
      yield* upstreams.openai.clientLeft
      assert.strictEqual(upstreams.anthropic.received.length, 0)
    }),
  )

  it.live("stops before the first word as well, while the provider has sent no headers", () =>
    Effect.gen(function* () {
      const upstream = yield* startSilentUpstream
      const commander = yield* startCommander({
        values: { OPENAI_API_KEY: keys.openai, OPENAI_BASE_URL: `${upstream.url}/v1` },
      })
      const { fiber } = yield* startRun(yield* openPage(commander.rpcUrl))
      yield* until(() => upstream.open() === 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => upstream.open() === 0)
    }),
  )
})

describe("back-pressure", () => {
  it.live("a page that stops reading stops the provider's writing; leaving closes its request", () =>
    Effect.gen(function* () {
      const upstream = yield* startEndlessUpstream
      const commander = yield* startCommander({
        values: { OPENAI_API_KEY: keys.openai, OPENAI_BASE_URL: upstream.url },
      })
      const page = yield* openPage(commander.rpcUrl)
      let taken = 0
      const reader = ChatOrchestratorService.pipe(
        Effect.flatMap(({ streamConversation }) =>
          Stream.runForEach(streamConversation(asking), () => {
            taken += 1
            return Effect.never
          }),
        ),
      )
      const fiber = yield* Effect.forkScoped(onPage(page)(reader))
      yield* until(() => taken === 1)
      const written = yield* settledAt(upstream.written)
      // 32 kB each: what the buffers of two sockets and the run's own 64 events may hold, far below the whole.
      assert.isBelow(written, endlessLimit / 4)
      assert.strictEqual(upstream.open(), 1)
      yield* Fiber.interrupt(fiber)
      yield* until(() => upstream.open() === 0)
    }),
  )
})

describe("a server that goes away", () => {
  it.live(
    "in the middle of an answer: the text stays, the run fails as disconnected, asking again fails at once, and the page finds the next server by itself",
    () =>
      Effect.gen(function* () {
        const upstreams = yield* startUpstreams
        upstreams.openai.behaves(hangingAfter("chat-completions", "The sky is"))
        const first = yield* Scope.make()
        const commander = yield* Scope.provide(startCommander({ values: valuesFor(upstreams) }), first)
        const page = yield* openPage(commander.rpcUrl)
        const { events, fiber } = yield* startRun(page)
        yield* until(() => textOf(events) === "The sky is")

        yield* Scope.close(first, Exit.void)
        yield* Fiber.join(fiber).pipe(Effect.timeout("10 seconds"))
        const last = events.at(-1)
        assert.strictEqual(last?.type, "plan-failed")
        if (last?.type !== "plan-failed") return
        assert.isTrue(last.partial)
        assert.strictEqual(reasonOf(last), "Disconnected")
        assert.strictEqual(textOf(events), "The sky is")
        assert.deepStrictEqual(
          events.map(({ sequence }) => sequence),
          events.map((_, index) => index),
        )
        yield* upstreams.openai.clientLeft

        const meanwhile = yield* startRun(page)
        yield* Fiber.join(meanwhile.fiber).pipe(Effect.timeout("10 seconds"))
        const [only, ...others] = meanwhile.events
        assert.deepStrictEqual(others, [])
        assert.isTrue(only?.type === "plan-failed" && !only.partial)
        assert.strictEqual(reasonOf(only), "Disconnected")

        upstreams.openai.behaves(answering("chat-completions", "Rayleigh scattering."))
        yield* startCommander({ values: valuesFor(upstreams), access: { port: commander.port } })
        const again = yield* answered(page).pipe(
          Effect.repeat({ until: (text) => text !== "", schedule: Schedule.spaced("100 millis") }),
          Effect.timeout("20 seconds"),
        )
        assert.strictEqual(again, "Rayleigh scattering.")
      }),
  )
})
