/** Chats as the page has them: the same tag, everything kept and carried out by the server. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Schema from "effect/Schema"
import type * as SchemaIssue from "effect/SchemaIssue"
import * as Stream from "effect/Stream"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import { Id, ListQuery, SearchQuery, UsageQuery } from "@/services/conversations/Conversation"
import { ConversationError } from "@/services/conversations/ConversationError"
import {
  AskRequest,
  AttachRequest,
  ConversationChanges,
  ConversationService,
} from "@/services/conversations/ConversationService"
import { Connection } from "./Connection"
import { calling, defaults, reading } from "./overTheLine"
import { CommanderClient } from "./rpcClient"

export const ConversationServiceRpc: Layer.Layer<ConversationService, never, CommanderClient | Connection> =
  Layer.effect(
    ConversationService,
    Effect.gen(function* () {
      const client = yield* CommanderClient
      const connection = yield* Connection
      const called = calling(connection)
      const read = reading(connection)

      /** None of them does more when it is asked twice. */
      const method =
        <Payload, A>(
          schema: Checkable<Payload>,
          call: (payload: Payload) => Effect.Effect<A, ConversationError | RpcClientError>,
        ) =>
        (payload: Payload): Effect.Effect<A, ConversationError> =>
          Effect.flatMap(checked(schema, payload), (valid) => called(call(valid)))

      const open = method(WithId, client.OpenConversation)
      const stop = method(WithRunId, client.StopRun)
      const resume = method(WithRunId, client.ResumeRun)
      const update = method(Update, client.UpdateConversation)
      const remove = method(WithId, client.RemoveConversation)
      const restore = method(WithId, client.RestoreConversation)
      return ConversationService.of({
        list: method(ListQuery, client.ListConversations),
        open: (id) => open({ id }),
        ask: method(AskRequest, client.Ask),
        attach: (request) =>
          Stream.unwrap(
            Effect.map(checked(AttachRequest, request), ({ runId, from }) => {
              let next = from
              return read(() => client.AttachRun({ runId, from: next })).pipe(
                Stream.map((event) => {
                  next = event.sequence + 1
                  return event
                }),
              )
            }),
          ),
        stop: (runId) => stop({ runId }),
        resume: (runId) => resume({ runId }),
        update: (id, changes) => update({ id, changes }),
        remove: (id) => remove({ id }),
        restore: (id) => restore({ id }),
        search: method(SearchQuery, client.SearchConversations),
        usage: method(UsageQuery, client.SumUsage),
        // They have no end of their own: where they end, the server is about to.
        changes: Stream.repeat(
          read(() => client.WatchConversations()),
          Schedule.spaced(defaults.pause),
        ),
      })
    }),
  )

const WithId = Schema.Struct({ id: Id })
const WithRunId = Schema.Struct({ runId: Id })
const Update = Schema.Struct({ id: Id, changes: ConversationChanges })

type Checkable<Payload> = {
  readonly makeEffect: (payload: Payload) => Effect.Effect<Payload, SchemaIssue.Issue>
}

/** The client throws on a request that breaks the contract, e.g. an id out of an address that somebody typed. */
const checked = <Payload>(
  schema: Checkable<Payload>,
  payload: Payload,
): Effect.Effect<Payload, ConversationError> =>
  Effect.mapError(
    schema.makeEffect(payload),
    (issue) =>
      new ConversationError({
        reason: "InvalidRequest",
        message: `This cannot be asked. ${new Schema.SchemaError(issue).message}`,
      }),
  )
