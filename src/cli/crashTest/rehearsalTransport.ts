/**
 * The transport of the crash test. It sends nothing to anybody but the fault upstream, whatever a configuration may say,
 * and leads each request to a route of its own: that of its target and of its run.
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { HttpTransport, TransportError, type WireRequest } from "@/services/ai/wire/HttpTransport"
import * as Json from "@/services/ai/wire/json"

/** A number that is found again in each request of a run. */
export const questionOf = (run: number): string =>
  `What does the sky look like tonight? (crash test, run ${run})`

export const runOf = (body: string): number => Number(/\(crash test, run (\d+)\)/.exec(body)?.[1] ?? 0)

/** Where the requests of a run to a target are scripted and logged. */
export const routeName = (target: number, run: number): string => `target-${target}.run-${run}`

export interface Routing {
  /** Of the fault upstream, without a slash at its end. */
  readonly url: string
  /** The place in the plan of a provider's route and a model; undefined for what the plan does not ask. */
  readonly placeOf: (route: string, model: string) => number | undefined
}

export const layerRehearsal = (routing: Routing): Layer.Layer<HttpTransport, never, HttpTransport> =>
  Layer.effect(
    HttpTransport,
    Effect.map(HttpTransport, ({ send }) =>
      HttpTransport.of({
        send: (request) => {
          const url = rehearsedUrl(routing, request)
          return url === undefined ? refusal : send({ ...request, url })
        },
      }),
    ),
  )

export const rehearsedUrl = ({ url, placeOf }: Routing, request: WireRequest): string | undefined => {
  if (!request.url.startsWith(`${url}/`)) return undefined
  const [, route = "", rest = ""] = /^\/([^/]+)(\/.*)$/.exec(request.url.slice(url.length)) ?? []
  const body = request.body ?? ""
  const place = placeOf(route, Json.asString(Json.asObject(Json.parse(body))?.["model"]) ?? "")
  return place === undefined ? undefined : `${url}/${routeName(place, runOf(body))}${rest}`
}

const refusal = Effect.fail(
  new TransportError({
    phase: "head",
    message: "the crash test asks nobody but its own upstream",
    cause: undefined,
  }),
)

/** For whoever only looks at what there is. */
export const refuseEverything: Layer.Layer<HttpTransport> = Layer.succeed(
  HttpTransport,
  HttpTransport.of({ send: () => refusal }),
)
