/** A page that reaches its server over a way that a test breaks. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Schedule from "effect/Schedule"
import * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import { Connection, type ConnectionState } from "@/client/Connection"
import { defaults, type LineOptions } from "@/client/rpcClient"
import { rpcPath } from "@/rpc/CommanderRpcs"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import { ConversationService } from "@/services/conversations/ConversationService"
import { onPage, openPage, startCommander, type Page } from "./commander"
import { startCuttableProxy } from "./cuttableProxy"
import { completed, eventsOf, openai, planStarted, record, text } from "./planEvents"
import { onlyRun, scriptConversations, type ScriptedConversations } from "./scriptedConversations"
import { until } from "./waiting"

export const hour = Duration.hours(1)
export const every = (wait: Duration.Duration) => Schedule.map(Schedule.spaced(wait), () => wait)

/** Opens again quickly; nothing but a wake finds out that it is silent. */
export const quick: LineOptions = {
  ...defaults,
  backoff: every(Duration.millis(20)),
  heartbeat: hour,
  probeLimit: Duration.millis(200),
}

export const serve = (conversations: ScriptedConversations) =>
  startCommander({ conversations: conversations.layer })

/** A page that reaches its server over a proxy, and the states of its line as they came. */
export const openLine = (options: LineOptions = quick) =>
  Effect.gen(function* () {
    const conversations = yield* scriptConversations
    const serving = yield* Scope.fork(yield* Effect.scope)
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
export const readRun = (page: Page) =>
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

export const call = <A, E>(
  page: Page,
  use: (service: ConversationService["Service"]) => Effect.Effect<A, E>,
) => onPage(page)(Effect.flatMap(ConversationService, use))

/** The first events of a run of `length`. */
export const eventsOfRun = (length: number, count = length): ReadonlyArray<PlanEvent> =>
  eventsOf([
    planStarted(),
    ...Array.from({ length: length - 2 }, (_, index) => text(`word ${index} `)),
    completed(openai, record(1, openai)),
  ]).slice(0, count)
