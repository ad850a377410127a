/** The page's state over real chats in memory, on a line that a test can cut. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as SubscriptionRef from "effect/SubscriptionRef"
import { Connection, type ConnectionState } from "@/client/Connection"
import { makePage, type Page } from "@/hooks/conversations/page"
import type { UnsavedTexts } from "@/hooks/conversations/unsavedTexts"
import { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService } from "@/services/conversations/ConversationService"

type Chats = ConversationService["Service"]

export interface PageOfChats {
  readonly page: Page
  /** What the browser keeps; outlives a reload, which is another page over the same. */
  readonly texts: Map<string, string>
  /** While it is cut, calls fail after a moment. */
  readonly line: { isCut: boolean }
}

export const pageOf = (chats: Chats, texts = new Map<string, string>()): Effect.Effect<PageOfChats> =>
  Effect.gen(function* () {
    const line = { isCut: false }
    const states = yield* SubscriptionRef.make<ConnectionState>({ type: "connected" })
    const services = (yield* Effect.context<never>()).pipe(
      Context.add(ConversationService, cuttable(chats, line)),
      Context.add(Connection, { states: SubscriptionRef.changes(states), wake: Effect.void }),
    )
    return { page: makePage({ runFork: Effect.runForkWith(services) }, shelf(texts)), texts, line }
  })

const disconnected = Effect.delay(
  Effect.fail(new ConversationError({ reason: "Disconnected", message: "the server does not answer" })),
  "10 millis",
)

const cuttable = (chats: Chats, line: { readonly isCut: boolean }): Chats => {
  const over = <A>(call: Effect.Effect<A, ConversationError>): Effect.Effect<A, ConversationError> =>
    Effect.suspend(() => (line.isCut ? disconnected : call))
  return {
    list: (query) => over(chats.list(query)),
    open: (id) => over(chats.open(id)),
    ask: (request) => over(chats.ask(request)),
    attach: (request) => Stream.unwrap(over(Effect.succeed(chats.attach(request)))),
    stop: (runId) => over(chats.stop(runId)),
    resume: (runId) => over(chats.resume(runId)),
    update: (id, changes) => over(chats.update(id, changes)),
    remove: (id) => over(chats.remove(id)),
    restore: (id) => over(chats.restore(id)),
    search: (query) => over(chats.search(query)),
    usage: (query) => over(chats.usage(query)),
    changes: chats.changes,
  }
}

const shelf = (texts: Map<string, string>): UnsavedTexts => ({
  read: (chatId) => texts.get(chatId),
  write: (chatId, text) => void texts.set(chatId, text),
  forget: (chatId) => void texts.delete(chatId),
})
