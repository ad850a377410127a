/** Chats whose only run says what a test tells it to say, and which keep what they were asked. */
import * as Effect from "effect/Effect"
import * as Latch from "effect/Latch"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { isTerminal, type PlanEvent } from "@/services/ai/orchestration/PlanEvent"
import type { Change } from "@/services/conversations/Conversation"
import { ConversationError } from "@/services/conversations/ConversationError"
import {
  ConversationService,
  type AskRequest,
  type AttachRequest,
} from "@/services/conversations/ConversationService"

export interface ScriptedConversations {
  readonly layer: Layer.Layer<ConversationService>
  /** The log of the run; what is added is read by whoever is attached. */
  readonly log: SubscriptionRef.SubscriptionRef<ReadonlyArray<PlanEvent>>
  /** Closed: `ask` has begun its run and does not return. */
  readonly answering: Latch.Latch
  readonly asks: ReadonlyArray<AskRequest>
  readonly stops: ReadonlyArray<string>
  readonly attaches: ReadonlyArray<AttachRequest>
  /** How many read the run just now. */
  readonly readers: () => number
}

export const onlyRun = "run-1"

/** How many events a reader gets at once. */
const batch = 4

export const scriptConversations: Effect.Effect<ScriptedConversations> = Effect.gen(function* () {
  const log = yield* SubscriptionRef.make<ReadonlyArray<PlanEvent>>([])
  const answering = yield* Latch.make(true)
  const asks: Array<AskRequest> = []
  const stops: Array<string> = []
  const attaches: Array<AttachRequest> = []
  let readers = 0

  const eventsFrom = (from: number): Stream.Stream<PlanEvent> => {
    let next = from
    return SubscriptionRef.changes(log).pipe(
      Stream.flatMap((events) => {
        const rest = events.slice(next)
        next = Math.max(next, events.length)
        return Stream.fromIterable(rest)
      }),
      Stream.rechunk(batch),
      Stream.takeUntil(isTerminal),
    )
  }

  const layer = conversationsThat({
    open: (id) => Effect.fail(notFound(id)),
    ask: (request) =>
      Effect.andThen(
        Effect.sync(() => asks.push(request)),
        Effect.as(answering.await, "running" as const),
      ),
    attach: (request) =>
      request.runId === onlyRun
        ? Stream.unwrap(
            Effect.acquireRelease(
              Effect.sync(() => {
                attaches.push(request)
                readers += 1
                return eventsFrom(request.from)
              }),
              () => Effect.sync(() => (readers -= 1)),
            ),
          )
        : Stream.fail(notFound(request.runId)),
    stop: (runId) => Effect.sync(() => void stops.push(runId)),
    changes: Stream.concat(Stream.succeed(resynchronise), Stream.never),
  })
  return {
    layer,
    log,
    answering,
    asks,
    stops,
    attaches,
    readers: () => readers,
  }
})

const resynchronise: Change = { type: "resynchronise", store: { type: "saving" } }

const notFound = (name: string) =>
  new ConversationError({ reason: "NotFound", message: `There is no ${name}` })

const nobody = () => Effect.die("nobody should ask for that")

/** Chats that can do no more than that. */
export const conversationsThat = (
  can: Partial<ConversationService["Service"]>,
): Layer.Layer<ConversationService> =>
  Layer.succeed(ConversationService, {
    list: nobody,
    open: nobody,
    ask: nobody,
    attach: () => Stream.fromEffect(nobody()),
    stop: nobody,
    resume: nobody,
    update: nobody,
    remove: nobody,
    restore: nobody,
    search: nobody,
    usage: nobody,
    changes: Stream.fromEffect(nobody()),
    ...can,
  })
