/** What is done on a socket for one request, step after step. */
import type * as Duration from "effect/Duration"
import type { Asked, Dialect } from "./dialects/Dialect"
import type { HttpRequest } from "./httpRequest"

export type Step =
  | { readonly type: "wait"; readonly duration: Duration.Duration }
  | {
      readonly type: "write"
      readonly bytes: Uint8Array
      readonly holds: "head" | "token" | "ping" | "other"
    }
  /** `open`: nothing more is written, and the connection stays. */
  | {
      readonly type: "end"
      readonly connection: "keep" | "fin" | "reset" | "open"
      readonly ended: "finished" | "cut" | "reset" | "stalling"
    }

/** A request that was understood. */
export interface Exchange {
  /** Counts the requests, from 1. */
  readonly sequence: number
  readonly request: HttpRequest
  /** The path without the key of the route. */
  readonly apiPath: string
  readonly dialect: Dialect
  readonly asked: Asked
}
