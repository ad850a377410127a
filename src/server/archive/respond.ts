/** What goes wrong with an archive, as the answer to an HTTP request. */
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as Schema from "effect/Schema"
import { ConversationError } from "@/services/conversations/ConversationError"

const encode = Schema.encodeSync(ConversationError)

const statusOf: Readonly<Record<ConversationError["reason"], number>> = {
  NotFound: 404,
  InvalidRequest: 400,
  Stopping: 503,
  StoreFailed: 500,
  Disconnected: 502,
}

/** Without its cause, which is for the log. */
export const respondError = (
  { reason, message }: ConversationError,
  status: number = statusOf[reason],
): HttpServerResponse.HttpServerResponse =>
  HttpServerResponse.jsonUnsafe(encode(new ConversationError({ reason, message })), { status })
