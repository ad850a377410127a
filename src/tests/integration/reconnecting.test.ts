/** The page's line to a real server over a way that breaks: what the page's chats see of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { rpcPath } from "@/rpc/CommanderRpcs"
import type { AskRequest } from "@/services/conversations/ConversationService"
import {
  call,
  eventsOfRun,
  every,
  hour,
  openLine,
  quick,
  readRun,
  serve,
} from "@/tests/support/breakableLine"
import { openPage, startCommander } from "@/tests/support/commander"
import { startCuttableProxy } from "@/tests/support/cuttableProxy"
import { textOf } from "@/tests/support/runs"
import { onlyRun } from "@/tests/support/scriptedConversations"
import { answering, startUpstreams, valuesFor } from "@/tests/support/upstreams"
import { until } from "@/tests/support/waiting"

const numbersTo = (count: number) => Array.from({ length: count }, (_, index) => index)

const question: AskRequest = {
  runId: onlyRun,
  conversationId: "chat-1",
  questionId: "message-1",
  question: { text: "Why is the sky blue?" },
  answerId: "message-2",
  preferredProvider: { key: "openai" },
}

describe("attach", () => {
  it.live.each([1300, 2000, 4000])(
    "goes on without a missing or a doubled event over a way that breaks every %s bytes",
    (after) =>
      Effect.gen(function* () {
        const { conversations, proxy, page } = yield* openLine()
        yield* proxy.become({ does: "break", after })
        yield* proxy.cut
        yield* SubscriptionRef.set(conversations.log, eventsOfRun(100))
        const { seen, fiber } = yield* readRun(page)
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(seen, numbersTo(100))
        assert.isAbove(conversations.attaches.length, 2)
        yield* until(() => conversations.readers() === 0)
      }).pipe(Effect.scoped),
  )

  it.live("goes on with what was said while the line was lost", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page } = yield* openLine()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* readRun(page)
      yield* until(() => seen.length === 8)
      yield* proxy.become({ does: "refuse" })
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20))
      yield* until(() => conversations.readers() === 0)
      assert.strictEqual(seen.length, 8)
      yield* proxy.become({ does: "pass" })
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, numbersTo(20))
      assert.deepStrictEqual(
        conversations.attaches.map(({ from }) => from),
        [0, 8],
      )
    }).pipe(Effect.scoped),
  )

  it.live("goes on after the server was stopped and another has taken its place", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, stopServer, states } = yield* openLine()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* readRun(page)
      yield* until(() => seen.length === 8)
      yield* stopServer
      yield* until(() => states.includes("lost"))
      const { port } = yield* serve(conversations)
      yield* proxy.leadTo(port)
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20))
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, numbersTo(20))
    }).pipe(Effect.scoped),
  )

  it.live("ends when its reader leaves, also while the line is lost", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, states } = yield* openLine()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* readRun(page)
      yield* until(() => seen.length === 8)
      yield* proxy.become({ does: "refuse" })
      yield* until(() => states.includes("lost"))
      yield* Fiber.interrupt(fiber)
      yield* proxy.become({ does: "pass" })
      yield* until(() => states.at(-1) === "connected")
      assert.deepStrictEqual([conversations.attaches.length, conversations.readers()], [1, 0])
    }).pipe(Effect.scoped),
  )

  it.live("tells at once that there is no such run", () =>
    Effect.gen(function* () {
      const { page } = yield* openLine()
      const error = yield* Effect.flip(
        call(page, (service) => Stream.runDrain(service.attach({ runId: "run-9", from: 0 }))),
      )
      assert.deepStrictEqual([error.reason, error.message], ["NotFound", "There is no run-9"])
    }).pipe(Effect.scoped),
  )
})

describe("changes", () => {
  it.live("begin anew with every new line", () =>
    Effect.gen(function* () {
      const { proxy, page } = yield* openLine()
      let resynchronised = 0
      yield* call(page, ({ changes }) =>
        Stream.runForEach(changes, ({ type }) =>
          Effect.sync(() => void (type === "resynchronise" && (resynchronised += 1))),
        ),
      ).pipe(Effect.forkScoped)
      for (const times of [1, 2, 3]) {
        yield* until(() => resynchronised === times)
        yield* proxy.cut
      }
      yield* until(() => resynchronised === 4)
    }).pipe(Effect.scoped),
  )
})

describe("a call", () => {
  it.live("that the server took and could not answer is asked again under the same name", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, states } = yield* openLine()
      yield* Latch.close(conversations.answering)
      const asking = yield* Effect.forkScoped(call(page, ({ ask }) => ask(question)))
      yield* until(() => conversations.asks.length === 1)
      yield* proxy.cut
      yield* Latch.open(conversations.answering)
      assert.strictEqual(yield* Fiber.join(asking), "running")
      assert.deepStrictEqual(conversations.asks, [question, question])
      assert.deepStrictEqual(states, ["connecting", "connected", "lost", "connected"])
    }).pipe(Effect.scoped),
  )

  it.live("waits for a line that is lost", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, states } = yield* openLine()
      yield* proxy.become({ does: "refuse" })
      yield* until(() => states.includes("lost"))
      const stopping = yield* Effect.forkScoped(call(page, ({ stop }) => stop(onlyRun)))
      yield* proxy.become({ does: "pass" })
      yield* Fiber.join(stopping)
      assert.deepStrictEqual(conversations.stops, [onlyRun])
    }).pipe(Effect.scoped),
  )

  it.live("tells that there is no such chat", () =>
    Effect.gen(function* () {
      const { page } = yield* openLine()
      const error = yield* Effect.flip(call(page, ({ open }) => open("chat-9")))
      assert.strictEqual(error.reason, "NotFound")
    }).pipe(Effect.scoped),
  )
})

describe("a question", () => {
  it.live("whose receipt was lost starts one run, which is read as a whole", () =>
    Effect.gen(function* () {
      const upstreams = yield* startUpstreams
      upstreams.openai.behaves(answering("chat-completions", "Because of Rayleigh."))
      const { port } = yield* startCommander({ values: valuesFor(upstreams) })
      const proxy = yield* startCuttableProxy(port)
      const page = yield* openPage(`ws://127.0.0.1:${proxy.port}${rpcPath}`, quick)
      yield* call(page, ({ list }) => list({ limit: 10 }))
      yield* proxy.become({ does: "break", after: 0 })
      const asking = yield* Effect.forkScoped(call(page, ({ ask }) => ask(question)))
      yield* until(() => upstreams.openai.received.length === 1)
      assert.isUndefined(asking.pollUnsafe())
      yield* proxy.become({ does: "pass" })
      assert.include(["running", "completed"], yield* Fiber.join(asking))
      const events = yield* call(page, (service) =>
        Stream.runCollect(service.attach({ runId: onlyRun, from: 0 })),
      )
      assert.strictEqual(textOf(events), "Because of Rayleigh.")
      assert.strictEqual(events.at(-1)?.type, "plan-completed")
      assert.strictEqual(upstreams.openai.received.length, 1)
    }).pipe(Effect.scoped),
  )
})

describe("a line", () => {
  it.live("that falls silent is found out by its heartbeat", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, states } = yield* openLine({
        ...quick,
        heartbeat: Duration.millis(100),
      })
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* readRun(page)
      yield* until(() => seen.length === 8)
      yield* proxy.become({ does: "swallow" })
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20))
      yield* until(() => states.includes("lost"))
      assert.strictEqual(seen.length, 8)
      yield* proxy.become({ does: "pass" })
      yield* Fiber.join(fiber)
      assert.deepStrictEqual(seen, numbersTo(20))
    }).pipe(Effect.scoped),
  )

  it.live("that fell silent in its sleep is found out when it is woken", () =>
    Effect.gen(function* () {
      const { proxy, states, wake } = yield* openLine()
      yield* proxy.become({ does: "swallow" })
      yield* proxy.become({ does: "pass" })
      yield* wake
      yield* until(() => states.length === 4)
      assert.deepStrictEqual(states, ["connecting", "connected", "lost", "connected"])
      assert.strictEqual(proxy.passed(), 2)
    }).pipe(Effect.scoped),
  )

  it.live("that is lost is opened at once when it is woken", () =>
    Effect.gen(function* () {
      const { proxy, states, wake } = yield* openLine({ ...quick, backoff: every(hour) })
      yield* proxy.become({ does: "refuse" })
      yield* until(() => states.includes("lost"))
      yield* proxy.become({ does: "pass" })
      yield* wake
      yield* until(() => states.at(-1) === "connected")
    }).pipe(Effect.scoped),
  )
})
