/** The body of a request, read within its limit and understood, or the error that says what is wrong with it. */
import * as ByteSize from "effect/ByteSize"
import * as Effect from "effect/Effect"
import * as HttpIncomingMessage from "effect/http/HttpIncomingMessage"
import type * as HttpServerError from "effect/http/HttpServerError"
import type * as HttpServerRequest from "effect/http/HttpServerRequest"
import type { ProviderRegistry } from "@/services/ai/core"
import type { ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { chainOf } from "./chain"
import { toChatRequest } from "./chatRequest"
import { parseCompletionRequest } from "./CompletionRequest"
import { badRequest, type DialectError } from "./DialectError"
import { toDialectError } from "./runError"

export const limits = {
  /** Of the body. */
  body: ByteSize.mebibytes(16),
}

export interface Asked {
  readonly chat: ChatRequest
  readonly stream: boolean
  readonly includeUsage: boolean
}

export const readRequest = Effect.fnUntraced(function* (
  request: HttpServerRequest.HttpServerRequest,
  registry: ProviderRegistry["Service"],
): Effect.fn.Return<Asked, DialectError> {
  const text = yield* request.text.pipe(
    Effect.provideService(HttpIncomingMessage.MaxBodySize, limits.body),
    Effect.mapError(unreadable),
  )
  const asked = yield* Effect.fromResult(parseCompletionRequest(text))
  const providers = yield* Effect.mapError(registry.all, (error) => toDialectError(error))
  const chain = yield* chainOf(asked, providers)
  return {
    chat: yield* Effect.fromResult(toChatRequest(asked, chain)),
    stream: asked.stream ?? false,
    includeUsage: asked.stream_options?.include_usage ?? false,
  }
})

const unreadable = ({ reason }: HttpServerError.HttpServerError): DialectError =>
  reason._tag === "RequestParseError" && reason.reason === "BodyTooLarge"
    ? badRequest(`the body is larger than ${ByteSize.format(limits.body)}`, {
        status: 413,
        code: "request_too_large",
      })
    : badRequest("the body could not be read")
