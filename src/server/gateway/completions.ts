/** `POST /v1/chat/completions`: a conversation as the run of a plan. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type * as HttpServerResponse from "effect/http/HttpServerResponse"
import type * as Scope from "effect/Scope"
import { ProviderRegistry } from "@/services/ai/core"
import { ChatOrchestratorService } from "@/services/ai/orchestration"
import { makeRunId } from "@/services/ai/orchestration/runId"
import type { Answer } from "./answer"
import { serverError } from "./DialectError"
import { readRequest } from "./readRequest"
import { respondRefusal, respondStreamed, respondWhole } from "./respond"

export const makeCompletions = Effect.gen(function* () {
  const orchestrator = yield* ChatOrchestratorService
  const registry = yield* ProviderRegistry

  const answerTo = Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
    answer: Answer,
  ) {
    const { chat, stream, includeUsage } = yield* readRequest(request, registry)
    const events = orchestrator.runPlan({ ...chat, runId: answer.runId })
    return yield* stream ? respondStreamed(events, { ...answer, includeUsage }) : respondWhole(events, answer)
  })

  return Effect.fnUntraced(function* (
    request: HttpServerRequest.HttpServerRequest,
  ): Effect.fn.Return<HttpServerResponse.HttpServerResponse, never, Scope.Scope> {
    const answer: Answer = {
      runId: yield* makeRunId,
      created: Math.floor((yield* Clock.currentTimeMillis) / 1000),
    }
    return yield* answerTo(request, answer).pipe(
      Effect.catchTag("DialectError", (error) => Effect.succeed(respondRefusal(error, answer))),
      Effect.catchDefect((defect) =>
        Effect.as(
          Effect.logError("the gateway broke", defect),
          respondRefusal(serverError("this server broke; its log says where"), answer),
        ),
      ),
    )
  })
})
