/** What a request is answered with: its entry in the log, and the steps to take. */
import * as Json from "@/services/ai/wire/json"
import type { Arrival } from "./httpRequest"
import { jsonReply, refusalReply, replySteps, type Refusal } from "./replies"
import type { Entry, RequestLog } from "./RequestLog"
import { dialectNear, routeOf, type Route } from "./routes"
import type { Scripts } from "./Scripts"
import type { Step } from "./Step"
import { stepsOf } from "./steps"

export interface Response {
  readonly entry: Entry
  readonly steps: Iterable<Step>
}

export type Answerable = Exclude<Arrival, { readonly type: "continue" }>

export const respond = (scripts: Scripts, log: RequestLog, arrival: Answerable): Response => {
  const { request } = arrival
  const route = routeOf(request.path) ?? nowhere(request.path)
  const { dialect, key, apiPath } = route
  const body = Json.parse(request.body)
  const json = Json.asObject(body) ?? {}
  const asked = dialect.read(json)
  const refusal = refusalOf(arrival, route, json)
  const asks = refusal === undefined && route.facts === undefined
  const chosen = asks ? scripts.next(key, asked.model) : undefined
  const entry = log.open({ key, fault: chosen?.name, path: request.path, headers: request.headers, body })
  const { sequence } = entry.logged
  const exchange = { sequence, request, apiPath, dialect, asked }
  if (chosen !== undefined) return { entry, steps: stepsOf(chosen.deed, exchange) }
  const reply =
    refusal === undefined
      ? jsonReply(200, route.facts ?? {}, dialect.headers(sequence))
      : refusalReply(exchange, refusal)
  return { entry, steps: replySteps(request, reply) }
}

/** A path that leads nowhere. */
const nowhere = (path: string): Route => ({ key: "", apiPath: path, dialect: dialectNear(path) })

const refusalOf = (arrival: Answerable, route: Route, json: Json.JsonObject): Refusal | undefined => {
  const method = route.facts === undefined ? "POST" : "GET"
  if (arrival.type === "unreadable")
    return refuse(arrival.status, arrival.status === 413 ? "too-large" : "bad-request")
  if (route.key === "") return refuse(404, "unknown-path")
  if (arrival.request.method !== method) return refuse(405, "wrong-method")
  return method === "POST" && Json.asArray(json["messages"]).length === 0
    ? refuse(400, "bad-request")
    : undefined
}

const refuse = (status: number, kind: Refusal["kind"]): Refusal => ({ status, kind, headers: {} })
