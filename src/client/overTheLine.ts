/** Calls and streams that outlive the line they began on. What they ask must be the same when it is asked twice. */
import * as Cause from "effect/Cause"
import * as Data from "effect/Data"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import type { RpcClientError } from "effect/rpc/RpcClientError"
import { ConversationError } from "@/services/conversations/ConversationError"
import { untilConnected, type Connection } from "./Connection"

export const defaults = {
  /** How long a call may take, lost lines and new ones included. */
  limit: Duration.seconds(10),
  /** Before something is asked again; a new line takes longer than that anyway. */
  pause: Duration.millis(100),
}

type Failure = ConversationError | RpcClientError

export const calling =
  (connection: Connection["Service"]) =>
  <A>(call: Effect.Effect<A, Failure>): Effect.Effect<A, ConversationError> =>
    Effect.andThen(untilConnected(connection), call).pipe(
      Effect.catchTag("RpcClientError", lost),
      // A server that stops interrupts what it was asked; whoever asked is not meant to stop.
      Effect.catchCauseIf(Cause.hasInterruptsOnly, lost),
      Effect.retry(again),
      Effect.timeoutOrElse({ duration: defaults.limit, orElse: () => disconnected }),
      Effect.catchTag("LineLost", () => disconnected),
    )

/** @param stream where it begins may depend on what came before */
export const reading =
  (connection: Connection["Service"]) =>
  <A>(stream: () => Stream.Stream<A, Failure>): Stream.Stream<A, ConversationError> =>
    Stream.unwrap(Effect.map(untilConnected(connection), stream)).pipe(
      Stream.catchTag("RpcClientError", (cause) => Stream.fromEffect(lost(cause))),
      Stream.catchCauseIf(Cause.hasInterruptsOnly, (cause) => Stream.fromEffect(lost(cause))),
      Stream.retry(again),
      Stream.catchTag("LineLost", () => Stream.fromEffect(disconnected)),
    )

class LineLost extends Data.TaggedError("LineLost")<{ readonly cause: unknown }> {}

const lost = (cause: unknown): Effect.Effect<never, LineLost> => Effect.fail(new LineLost({ cause }))

const again = Schedule.spaced(defaults.pause).pipe(
  Schedule.while(({ input }: { readonly input: LineLost | ConversationError }) => input._tag === "LineLost"),
)

const disconnected = Effect.fail(
  new ConversationError({
    reason: "Disconnected",
    message: "The Commander server does not answer; nothing is lost, try again when it is back",
  }),
)
