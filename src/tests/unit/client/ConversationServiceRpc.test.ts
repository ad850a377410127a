/** The page's chats over the contract, with a server that a test plays and a line that is there, or is not. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as RpcTest from "effect/rpc/RpcTest"
import * as TestClock from "effect/testing/TestClock"
import { Connection, type ConnectionState } from "@/client/Connection"
import { ConversationServiceRpc } from "@/client/ConversationServiceRpc"
import { CommanderClient } from "@/client/rpcClient"
import { CommanderRpcs } from "@/rpc/CommanderRpcs"
import { handlers } from "@/server/rpc/handlers"
import { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService } from "@/services/conversations/ConversationService"
import { eventsOf, planStarted, text } from "@/tests/support/planEvents"
import { ended } from "@/tests/support/runs"
import { conversationsThat, onlyRun } from "@/tests/support/scriptedConversations"
import { makeWorld } from "@/tests/support/world"

/** The page's chats, and a server whose chats can do that. */
const over = (can: Partial<ConversationService["Service"]>, line: ConnectionState = { type: "connected" }) =>
  ConversationServiceRpc.pipe(
    Layer.provide(Layer.effect(CommanderClient, RpcTest.makeClient(CommanderRpcs))),
    Layer.provide(handlers),
    Layer.provide(conversationsThat(can)),
    Layer.provide(
      Layer.succeed(Connection, {
        states: Stream.concat(Stream.succeed(line), Stream.never),
        wake: Effect.void,
      }),
    ),
    Layer.provide(makeWorld({}).layer),
  )

const events = eventsOf([planStarted(), text("Because "), text("of "), text("Rayleigh.")])

describe("ConversationServiceRpc", () => {
  it.effect("hands on what the server says is wrong, without asking again", () => {
    let asked = 0
    return Effect.gen(function* () {
      const { list } = yield* ConversationService
      const error = yield* Effect.flip(list({ limit: 10 }))
      assert.deepStrictEqual([error.reason, error.message], ["StoreFailed", "The disk is full"])
      assert.strictEqual(asked, 1)
    }).pipe(
      Effect.provide(
        over({
          list: () =>
            Effect.suspend(() => {
              asked += 1
              return Effect.fail(
                new ConversationError({ reason: "StoreFailed", message: "The disk is full" }),
              )
            }),
        }),
      ),
    )
  })

  it.effect.each([
    ["that is not there", over({}, { type: "lost", since: 0 })],
    ["that takes calls and never answers", over({ stop: () => Effect.never })],
  ] as const)("gives up after ten seconds on a server %s", ([, page]) =>
    Effect.gen(function* () {
      const { stop } = yield* ConversationService
      const fiber = yield* Effect.forkChild(Effect.flip(stop(onlyRun)))
      yield* TestClock.adjust("9 seconds")
      assert.isUndefined(fiber.pollUnsafe())
      yield* TestClock.adjust("1 second")
      assert.strictEqual((yield* Fiber.join(fiber)).reason, "Disconnected")
    }).pipe(Effect.provide(page)),
  )

  it.effect("takes it for a lost line that a server interrupts a call because it stops", () => {
    let asked = 0
    return Effect.gen(function* () {
      const { stop } = yield* ConversationService
      yield* ended(yield* Effect.forkChild(stop(onlyRun)))
      assert.strictEqual(asked, 2)
    }).pipe(
      Effect.provide(
        over({ stop: () => Effect.suspend(() => ((asked += 1) === 1 ? Effect.interrupt : Effect.void)) }),
      ),
    )
  })

  it.effect("goes on where a stream was interrupted by a server that stops", () => {
    const asked: Array<number> = []
    return Effect.gen(function* () {
      const { attach } = yield* ConversationService
      const read = Stream.runCollect(attach({ runId: onlyRun, from: 1 }))
      assert.deepStrictEqual(yield* ended(yield* Effect.forkChild(read)), events.slice(1))
      assert.deepStrictEqual(asked, [1, 3])
    }).pipe(
      Effect.provide(
        over({
          attach: ({ from }) => {
            asked.push(from)
            const rest = Stream.fromIterable(events.slice(from))
            return asked.length === 1
              ? Stream.concat(Stream.take(rest, 2), Stream.fromEffect(Effect.interrupt))
              : rest
          },
        }),
      ),
    )
  })

  it.effect("follows a run whose events begin anew", () => {
    const asked: Array<number> = []
    return Effect.gen(function* () {
      const { attach } = yield* ConversationService
      const read = Stream.runCollect(attach({ runId: onlyRun, from: 3 }))
      const seen = yield* ended(yield* Effect.forkChild(read))
      assert.deepStrictEqual(
        seen.map(({ sequence }) => sequence),
        [0, 1, 2, 3],
      )
      assert.deepStrictEqual(asked, [3, 2])
    }).pipe(
      Effect.provide(
        over({
          attach: ({ from }) => {
            asked.push(from)
            return asked.length === 1
              ? Stream.concat(Stream.fromIterable(events.slice(0, 2)), Stream.fromEffect(Effect.interrupt))
              : Stream.fromIterable(events.slice(from))
          },
        }),
      ),
    )
  })

  it.effect("subscribes again when the server's changes end", () =>
    Effect.gen(function* () {
      const { changes } = yield* ConversationService
      const read = Stream.runCollect(Stream.take(changes, 3))
      const seen = yield* ended(yield* Effect.forkChild(read))
      assert.deepStrictEqual(
        seen.map(({ type }) => type),
        ["resynchronise", "resynchronise", "resynchronise"],
      )
    }).pipe(
      Effect.provide(
        over({
          changes: Stream.succeed({ type: "resynchronise" as const, store: { type: "saving" as const } }),
        }),
      ),
    ),
  )

  it.effect("refuses what breaks the contract before it is sent", () =>
    Effect.gen(function* () {
      const { attach, open, search, update } = yield* ConversationService
      const flaws = yield* Effect.forEach(
        [
          open("../etc"),
          search({ text: "x".repeat(501), limit: 20 }),
          update("chat-1", { title: "" }),
          Stream.runDrain(attach({ runId: onlyRun, from: -1 })),
        ],
        (call) => Effect.flip(call),
      )
      for (const { reason } of flaws) assert.strictEqual(reason, "InvalidRequest")
      for (const [index, where] of ["id", "text", "changes", "from"].entries())
        assert.include(flaws[index]?.message, `at ["${where}"]`)
    }).pipe(Effect.provide(over({}))),
  )
})
