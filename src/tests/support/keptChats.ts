/** A server's life with its chats, in memory: real services over scripted vendors, and a store that outlives them. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Layer from "effect/Layer"
import * as Scope from "effect/Scope"
import * as Exit from "effect/Exit"
import * as Stream from "effect/Stream"
import * as TestClock from "effect/testing/TestClock"
import type { PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { ChangeFeed } from "@/services/conversations/ChangeFeed"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import { ConversationStore } from "@/services/conversations/ConversationStore"
import { makeMemoryStore } from "@/services/conversations/memoryStore"
import { RunKeeper } from "@/services/conversations/RunKeeper"
import { defaults, RunSettings } from "@/services/conversations/RunSettings"
import { ConversationsLayer } from "@/services/runtime"
import type { World } from "./world"

export interface Life {
  readonly chats: ConversationService["Service"]
  readonly keeper: RunKeeper["Service"]
  readonly feed: Context.Context<ChangeFeed>
  /** As a killed process ends: nobody is told. */
  readonly die: Effect.Effect<void>
}

export const newStore = (): ConversationStore["Service"] => makeMemoryStore()

export const live = (
  world: World,
  store: ConversationStore["Service"],
  settings: Partial<RunSettings> = {},
): Effect.Effect<Life, never, Scope.Scope> =>
  Effect.gen(function* () {
    const scope = yield* Scope.fork(yield* Effect.scope)
    const context = yield* Layer.buildWithScope(
      ConversationsLayer.pipe(
        Layer.provide(world.layer),
        Layer.provide(Layer.succeed(ConversationStore, store)),
        Layer.provide(Layer.succeed(RunSettings, { ...defaults, ...settings })),
        Layer.fresh,
      ),
      scope,
    )
    return {
      chats: Context.get(context, ConversationService),
      keeper: Context.get(context, RunKeeper),
      feed: context,
      die: Scope.close(scope, Exit.void),
    }
  })

export const question = (text: string, changes: Partial<AskRequest> = {}): AskRequest => ({
  runId: "run-1",
  conversationId: "chat-1",
  questionId: "question-1",
  question: { text },
  answerId: "answer-1",
  preferredProvider: { key: "openai" },
  ...changes,
})

/** Reads a run in the background, and keeps what it reads. */
export const reading = (chats: Life["chats"], runId = "run-1", from = 0) =>
  Effect.gen(function* () {
    const events: Array<PlanEvent> = []
    const fiber = yield* Effect.forkScoped(
      Stream.runForEach(chats.attach({ runId, from }), (event) => Effect.sync(() => events.push(event))),
    )
    return { events, ended: Fiber.join(fiber) }
  })

export const textOf = (events: ReadonlyArray<PlanEvent>): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")

export const numbersOf = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<number> =>
  events.map(({ sequence }) => sequence)

/** In small steps: the clock would jump ahead of fibers that were forked a moment ago. */
export const pass = (duration: Duration.Input): Effect.Effect<void> =>
  Effect.suspend(() => {
    const steps = 100
    const step = Duration.divideUnsafe(Duration.fromInputUnsafe(duration), steps)
    return Effect.repeat(TestClock.adjust(step), { times: steps - 1 })
  })
