/** The page's line to its server, as the page may know it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"

export type ConnectionState =
  | { readonly type: "connecting" }
  | { readonly type: "connected" }
  /** It is being opened again. `since`: milliseconds since the epoch. */
  | { readonly type: "lost"; readonly since: number }

export class Connection extends Context.Service<
  Connection,
  {
    /** The current one first, then every change. */
    readonly states: Stream.Stream<ConnectionState>
    /**
     * For when the device was asleep or offline: a lost line is opened now, one that seems open has to show soon that it is.
     * Can be called as often as there is a reason.
     */
    readonly wake: Effect.Effect<void>
  }
>()("Connection") {}

/** Waits until there is a line. */
export const untilConnected = ({ states }: Connection["Service"]): Effect.Effect<void> =>
  states.pipe(
    Stream.filter(({ type }) => type === "connected"),
    Stream.take(1),
    Stream.runDrain,
  )
