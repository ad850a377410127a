/** The doors for clients that speak Chat Completions; whatever else they try under `/v1` is answered in their dialect. */
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as Layer from "effect/Layer"
import type { ProviderRegistry } from "@/services/ai/core"
import type { ChatOrchestratorService } from "@/services/ai/orchestration"
import { makeCompletions } from "./completions"
import { badRequest } from "./DialectError"
import { makeModels } from "./models"
import { respondError } from "./respond"

export const layerGateway: Layer.Layer<
  never,
  never,
  HttpRouter.HttpRouter | ChatOrchestratorService | ProviderRegistry
> = Layer.effectDiscard(
  Effect.gen(function* () {
    const router = yield* HttpRouter.HttpRouter
    const completions = yield* makeCompletions
    const models = yield* makeModels
    // For every method: a GET that nobody takes would be answered with the page.
    yield* router.add("*", "/v1/chat/completions", (request) =>
      request.method === "POST" ? completions(request) : Effect.succeed(wrongMethod(request, "POST")),
    )
    yield* router.add("*", "/v1/models", (request) =>
      request.method === "GET" ? models : Effect.succeed(wrongMethod(request, "GET")),
    )
    yield* router.add("*", "/v1/*", (request) => Effect.succeed(notHere(request)))
  }),
)

const wrongMethod = ({ method, url }: HttpServerRequest.HttpServerRequest, allowed: string) =>
  respondError(
    badRequest(`${pathOf(url)} takes ${allowed}, not ${method}`, {
      status: 405,
      code: "method_not_allowed",
    }),
    { allow: allowed },
  )

const notHere = ({ method, url }: HttpServerRequest.HttpServerRequest) =>
  respondError(
    badRequest(
      `there is no ${method} ${pathOf(url)} here; there are POST /v1/chat/completions and GET /v1/models`,
      { status: 404, code: "unknown_url" },
    ),
  )

const pathOf = (url: string): string => url.replace(/\?.*$/s, "").slice(0, 200)
