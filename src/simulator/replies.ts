/** Responses that are written in one piece: refusals, pages, redirects, facts. Pure. */
import type { JsonObject } from "@/services/ai/wire/json"
import type { Headers, RefusalKind } from "./Fault"
import type { HttpRequest } from "./httpRequest"
import { bytesOf, headBytes } from "./httpResponse"
import { redirectedKey } from "./Scripts"
import type { Exchange, Step } from "./Step"

export interface Reply {
  readonly status: number
  readonly contentType: string
  readonly headers: Headers
  readonly body: string
}

export interface Refusal {
  readonly status: number
  readonly kind: RefusalKind
  readonly headers: Headers
}

export const replySteps = (request: HttpRequest, reply: Reply): ReadonlyArray<Step> => {
  const body = bytesOf(reply.body)
  const head = headBytes({ ...reply, framing: { length: body.length }, keepsAlive: request.keepsAlive })
  return [
    { type: "write", bytes: head, holds: "head" },
    { type: "write", bytes: request.method === "HEAD" ? bytesOf("") : body, holds: "other" },
    { type: "end", connection: request.keepsAlive ? "keep" : "fin", ended: "finished" },
  ]
}

export const jsonReply = (status: number, body: JsonObject, headers: Headers): Reply => ({
  status,
  contentType: "application/json",
  headers,
  body: JSON.stringify(body),
})

/** In the words of the dialect. */
export const refusalReply = (
  { dialect, asked, sequence }: Pick<Exchange, "dialect" | "asked" | "sequence">,
  { status, kind, headers }: Refusal,
): Reply =>
  jsonReply(status, dialect.refusal(kind, asked.model), { ...dialect.headers(sequence), ...headers })

/** `localhost` is the same machine and another origin; who follows is seen under the key `redirected`. */
export const redirectReply = ({ request, apiPath }: Exchange, status: number): Reply => {
  const port = /:\d+$/.exec(request.headers["host"] ?? "")?.[0] ?? ""
  return {
    status,
    contentType: "text/plain",
    headers: { location: `http://localhost${port}/${redirectedKey}${apiPath}` },
    body: "",
  }
}
