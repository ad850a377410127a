/** What can go wrong with chats, in the words of `ConversationError`. */
import * as Effect from "effect/Effect"
import { ConversationError } from "./ConversationError"
import type { StoreError } from "./ConversationStore"

export const notFound = (message: string) => new ConversationError({ reason: "NotFound", message })
export const noConversation = notFound("there is no such chat; it may have been deleted")
export const stopping = new ConversationError({
  reason: "Stopping",
  message: "Commander is about to stop; ask again when it is back",
})

export const storeFailed = (cause: StoreError): ConversationError =>
  new ConversationError({
    reason: cause.reason === "Refused" ? "InvalidRequest" : "StoreFailed",
    message: cause.message,
    cause,
  })

/** What nobody waits for goes on without it; the store tells the user by its state. */
export const orElseLogged = <A>(work: Effect.Effect<A, StoreError>, otherwise: A): Effect.Effect<A> =>
  Effect.catch(work, (error) => Effect.as(Effect.logError(error.message), otherwise))

export const inWords = <A>(
  effect: Effect.Effect<A, ConversationError | StoreError>,
): Effect.Effect<A, ConversationError> =>
  Effect.catchTag(effect, "StoreError", (error) => Effect.fail(storeFailed(error)))
