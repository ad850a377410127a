/** The page's line to a real server over a way that breaks: what the page's chats see of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Fiber from "effect/Fiber"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Connection, type ConnectionState } from "@/client/Connection"
import { defaults, type LineOptions } from "@/client/rpcClient"
import { rpcPath } from "@/rpc/CommanderRpcs"
import { layerFrom } from "@/server/services"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import { onPage, openPage, startCommander, type Page } from "@/tests/support/commander"
import { startCuttableProxy } from "@/tests/support/cuttableProxy"
import { completed, eventsOf, openai, planStarted, record, text } from "@/tests/support/planEvents"
import {
  onlyRun,
  scriptConversations,
  type ScriptedConversations,
} from "@/tests/support/scriptedConversations"
import { until } from "@/tests/support/waiting"

const hour = Duration.hours(1)
const every = (wait: Duration.Duration) => Schedule.map(Schedule.spaced(wait), () => wait)

/** Opens again quickly; nothing but a wake finds out that it is silent. */
const quick: LineOptions = {
  ...defaults,
  backoff: every(Duration.millis(20)),
  heartbeat: hour,
  probeLimit: Duration.millis(200),
}

const serve = (conversations: ScriptedConversations) =>
  startCommander({ services: (sources) => Layer.merge(layerFrom(sources), conversations.layer) })

/** A page that reaches its server over a proxy, and the states of its line as they came. */
const begin = (options: LineOptions = quick) =>
  Effect.gen(function* () {
    const conversations = yield* scriptConversations
    const serving = yield* Scope.make()
    const { port } = yield* Scope.provide(serve(conversations), serving)
    const proxy = yield* startCuttableProxy(port)
    const page = yield* openPage(`ws://127.0.0.1:${proxy.port}${rpcPath}`, options)
    const states: Array<ConnectionState["type"]> = []
    yield* Connection.pipe(
      Effect.flatMap((connection) =>
        Stream.runForEach(connection.states, ({ type }) => Effect.sync(() => states.push(type))),
      ),
      onPage(page),
      Effect.forkScoped,
    )
    yield* until(() => states.includes("connected"))
    return {
      conversations,
      proxy,
      page,
      states,
      wake: onPage(page)(Effect.flatMap(Connection, (connection) => connection.wake)),
      stopServer: Scope.close(serving, Exit.void),
    }
  })

/** Reads the run from its first event on. */
const attach = (page: Page) =>
  Effect.gen(function* () {
    const seen: Array<number> = []
    const reading = ConversationService.pipe(
      Effect.flatMap((service) =>
        Stream.runForEach(service.attach({ runId: onlyRun, from: 0 }), ({ sequence }) =>
          Effect.sync(() => seen.push(sequence)),
        ),
      ),
      onPage(page),
    )
    return { seen, fiber: yield* Effect.forkScoped(reading) }
  })

const call = <A, E>(page: Page, use: (service: ConversationService["Service"]) => Effect.Effect<A, E>) =>
  onPage(page)(Effect.flatMap(ConversationService, use))

/** The first events of a run of `length`. */
const eventsOfRun = (length: number, count = length): ReadonlyArray<PlanEvent> =>
  eventsOf([
    planStarted(),
    ...Array.from({ length: length - 2 }, (_, index) => text(`word ${index} `)),
    completed(openai, record(1, openai)),
  ]).slice(0, count)

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
        const { conversations, proxy, page } = yield* begin()
        yield* proxy.become({ does: "break", after })
        yield* proxy.cut
        yield* SubscriptionRef.set(conversations.log, eventsOfRun(100))
        const { seen, fiber } = yield* attach(page)
        yield* Fiber.join(fiber)
        assert.deepStrictEqual(seen, numbersTo(100))
        assert.isAbove(conversations.attaches.length, 2)
        yield* until(() => conversations.readers() === 0)
      }).pipe(Effect.scoped),
  )

  it.live("goes on with what was said while the line was lost", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page } = yield* begin()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* attach(page)
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
      const { conversations, proxy, page, stopServer, states } = yield* begin()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* attach(page)
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
      const { conversations, proxy, page, states } = yield* begin()
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* attach(page)
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
      const { page } = yield* begin()
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
      const { proxy, page } = yield* begin()
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
      const { conversations, proxy, page, states } = yield* begin()
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
      const { conversations, proxy, page, states } = yield* begin()
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
      const { page } = yield* begin()
      const error = yield* Effect.flip(call(page, ({ open }) => open("chat-9")))
      assert.strictEqual(error.reason, "NotFound")
    }).pipe(Effect.scoped),
  )
})

describe("a line", () => {
  it.live("that falls silent is found out by its heartbeat", () =>
    Effect.gen(function* () {
      const { conversations, proxy, page, states } = yield* begin({
        ...quick,
        heartbeat: Duration.millis(100),
      })
      yield* SubscriptionRef.set(conversations.log, eventsOfRun(20, 8))
      const { seen, fiber } = yield* attach(page)
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
      const { proxy, states, wake } = yield* begin()
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
      const { proxy, states, wake } = yield* begin({ ...quick, backoff: every(hour) })
      yield* proxy.become({ does: "refuse" })
      yield* until(() => states.includes("lost"))
      yield* proxy.become({ does: "pass" })
      yield* wake
      yield* until(() => states.at(-1) === "connected")
    }).pipe(Effect.scoped),
  )
})
