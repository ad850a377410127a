/** What must be set up before a provider can be asked: a missing or refused key, an unknown name, a wrong value. */
import * as Schema from "effect/Schema"

export class AIConfigurationError extends Schema.TaggedError<AIConfigurationError>()("AIConfigurationError", {
  /** One sentence that says what to do. */
  message: Schema.String,
  /** The configuration key to set, e.g. `OPENAI_API_KEY`. */
  keyName: Schema.optionalKey(Schema.String),
  provider: Schema.optionalKey(Schema.String),
  /** Further facts, as JSON: the attempts of a run, the reasons of skipped steps. */
  context: Schema.optionalKey(Schema.Record(Schema.String, Schema.Unknown)),
  cause: Schema.optionalKey(Schema.Defect()),
}) {}
