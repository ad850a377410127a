/** What the fault upstream was asked, and when and how each exchange went. Times are milliseconds of one clock. */
import { performance } from "node:perf_hooks"
import type { HttpRequest } from "./httpRequest"
import type { Step } from "./Step"

export type Ended = Extract<Step, { type: "end" }>["ended"] | "answering" | "closed-by-client"

export interface LoggedRequest {
  /** From 1, over all routes. */
  readonly sequence: number
  readonly key: string
  /** The fault that it met; undefined where none was asked for: a wrong path, JSON that is none, a GET. */
  readonly fault: string | undefined
  readonly path: string
  readonly headers: HttpRequest["headers"]
  /** Undefined when it is not JSON. */
  readonly body: unknown
  readonly receivedAt: number
  /** Each was taken before the write: whoever acts on it does so later. */
  readonly headersAt: number | undefined
  readonly firstTokenAt: number | undefined
  readonly lastWriteAt: number | undefined
  readonly endedAt: number | undefined
  /** Tokens of text or thought, or fragments of a tool call. */
  readonly tokensWritten: number
  /**
   * `stalling`: nothing more of the answer comes, pings at most; becomes `closed-by-client` when the client leaves.
   * `cut`: ended without a terminal event.
   */
  readonly ended: Ended
}

/** A request in the log, while it is answered. */
export interface Entry {
  readonly logged: LoggedRequest
  /** Before the step is done. */
  readonly take: (step: Step) => void
  /** The client left, which means something only before the end. */
  readonly left: () => void
}

export interface RequestLog {
  readonly open: (request: Pick<LoggedRequest, "key" | "fault" | "path" | "headers" | "body">) => Entry
  /** In the order of their arrival; they go on changing while they are answered. */
  readonly requests: (key?: string) => ReadonlyArray<LoggedRequest>
  /**
   * How long a route was left alone between two requests: from the last write of one, or from the client's leaving where
   * nothing was written, to the arrival of the next. Never longer than the client waited.
   */
  readonly gaps: (key: string) => ReadonlyArray<number>
  /** Exchanges whose client closed the connection before their end. */
  readonly closedEarly: () => number
  readonly reset: () => void
}

type Writable = { -readonly [Field in keyof LoggedRequest]: LoggedRequest[Field] }

/** @param onEnded told of each request once, when nothing more will happen to it */
export const make = (onEnded: (request: LoggedRequest) => void): RequestLog => {
  const all: Array<LoggedRequest> = []
  let sequence = 0

  const requests: RequestLog["requests"] = (key) =>
    key === undefined ? [...all] : all.filter((request) => request.key === key)

  return {
    open: (request) => {
      sequence += 1
      const logged: Writable = {
        ...request,
        sequence,
        receivedAt: performance.now(),
        headersAt: undefined,
        firstTokenAt: undefined,
        lastWriteAt: undefined,
        endedAt: undefined,
        tokensWritten: 0,
        ended: "answering",
      }
      all.push(logged)
      const end = (ended: Ended, now: number): void => {
        logged.ended = ended
        logged.endedAt = now
        if (ended !== "stalling") onEnded(logged)
      }
      return {
        logged,
        take: (step) => {
          const now = performance.now()
          if (step.type === "end") end(step.ended, now)
          if (step.type !== "write") return
          if (step.holds === "ping" && logged.ended === "answering") end("stalling", now)
          logged.lastWriteAt = now
          if (step.holds === "head") logged.headersAt ??= now
          if (step.holds !== "token") return
          logged.firstTokenAt ??= now
          logged.tokensWritten += 1
        },
        left: () => {
          if (logged.ended === "answering" || logged.ended === "stalling")
            end("closed-by-client", performance.now())
        },
      }
    },
    requests,
    gaps: (key) =>
      requests(key).flatMap((request, index, route) => {
        const before = route[index - 1]
        if (before === undefined) return []
        const release = before.ended === "closed-by-client" ? before.endedAt : before.lastWriteAt
        return [request.receivedAt - (release ?? before.endedAt ?? before.receivedAt)]
      }),
    closedEarly: () => all.filter(({ ended }) => ended === "closed-by-client").length,
    reset: () => {
      all.length = 0
      sequence = 0
    },
  }
}
