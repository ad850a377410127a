/** What can be wrong with a call about conversations, in one envelope. */
import * as Schema from "effect/Schema"

export class ConversationError extends Schema.TaggedError<ConversationError>()("ConversationError", {
  reason: Schema.Literals([
    /** No conversation, message or run of that name. */
    "NotFound",
    /** The request itself is wrong. */
    "InvalidRequest",
    /** Commander is about to stop and begins nothing new. */
    "Stopping",
    /** The store could not do it. */
    "StoreFailed",
    /** The page lost its server. */
    "Disconnected",
  ]),
  /** One sentence: what, why, what next. */
  message: Schema.String,
  cause: Schema.optionalKey(Schema.Defect()),
}) {}
