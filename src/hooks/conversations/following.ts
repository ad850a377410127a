/** Follows what the server tells of all chats, and how the line to it is doing. */
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import { Connection } from "@/client/Connection"
import type { Change, ListQuery } from "@/services/conversations/Conversation"
import type { ConversationError } from "@/services/conversations/ConversationError"
import { ConversationService } from "@/services/conversations/ConversationService"
import { queryAnew, queryMore, withListChange, withPage } from "./chatList"
import type { Opening } from "./opening"
import type { Reading } from "./reading"
import { sentenceOf, type Workings } from "./workings"

export const defaults = {
  /** How long after the server could not tell of changes it is asked again. */
  retry: Duration.seconds(2),
}

export interface Following {
  /** Follows until the last who wanted it calls what is returned. */
  readonly follow: () => () => void
  readonly loadMore: () => void
  readonly wake: () => void
}

export const makeFollowing = (
  { store, tasks, lookers }: Workings,
  { opening, reading }: { readonly opening: Opening; readonly reading: Reading },
): Following => {
  let followers = 0

  const listFailed = (error: ConversationError): void =>
    store.updateList((list) => ({ ...list, state: { status: "failed", sentence: sentenceOf(error) } }))

  const readList = (query: ListQuery) =>
    ConversationService.pipe(
      Effect.flatMap((service) => service.list(query)),
      Effect.match({
        onSuccess: (page) => store.updateList((list) => withPage(list, query, page)),
        onFailure: listFailed,
      }),
    )

  const take = (change: Change): void => {
    store.updateList((list) => withListChange(list, change))
    switch (change.type) {
      case "resynchronise":
        store.setState({ store: change.store })
        tasks.start("list", readList(queryAnew(store.getState().list)))
        return opening.reopenAll()
      case "store-changed":
        return store.setState({ store: change.store })
      case "conversation-changed":
        return opening.take(change.summary.id, change)
      case "conversation-removed":
        return opening.take(change.id, change)
      case "messages-added":
        return opening.take(change.conversationId, change)
      case "run-changed": {
        const { conversationId, run } = change
        opening.take(conversationId, change)
        if (run.status === "running") return
        reading.endAnswer(run.id)
        if (lookers.has(conversationId)) reading.usage(conversationId)
      }
    }
  }

  const changes = ConversationService.pipe(
    Effect.flatMap((service) =>
      Stream.runForEach(service.changes, (change) => Effect.sync(() => take(change))),
    ),
    Effect.catch((error) => Effect.sync(() => listFailed(error))),
    Effect.repeat(Schedule.spaced(defaults.retry)),
    Effect.asVoid,
  )
  const connection = Connection.pipe(
    Effect.flatMap(({ states }) =>
      Stream.runForEach(states, ({ type }) => Effect.sync(() => store.setState({ connection: type }))),
    ),
  )

  return {
    follow: () => {
      followers += 1
      tasks.keep("changes", changes)
      tasks.keep("connection", connection)
      return () => {
        followers -= 1
        if (followers > 0) return
        tasks.end("changes")
        tasks.end("connection")
      }
    },
    loadMore: () => tasks.keep("list", readList(queryMore(store.getState().list))),
    wake: () =>
      tasks.keep(
        "wake",
        Effect.flatMap(Connection, (connection) => connection.wake),
      ),
  }
}
