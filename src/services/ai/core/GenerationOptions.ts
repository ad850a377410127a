/** What a request asks of a model, and what a whole answer consists of. */
import type * as Prompt from "effect/ai/Prompt"
import type * as Response from "effect/ai/Response"
import * as Schema from "effect/Schema"

/** A function the model may ask us to call. `parameters` is a JSON Schema of an object. */
export const ToolDefinition = Schema.Struct({
  name: Schema.String,
  description: Schema.optionalKey(Schema.String),
  parameters: Schema.Record(Schema.String, Schema.Unknown),
})
export type ToolDefinition = typeof ToolDefinition.Type

/** Whether the model may, must or must not call a tool, and which. */
export const ToolChoice = Schema.Union([
  Schema.Literals(["auto", "none", "required"]),
  Schema.Struct({ tool: Schema.String }),
])
export type ToolChoice = typeof ToolChoice.Type

/** Asks for JSON in place of prose. `schema` is a JSON Schema of an object. */
export const ResponseFormat = Schema.Struct({
  type: Schema.Literal("json"),
  name: Schema.String,
  schema: Schema.Record(Schema.String, Schema.Unknown),
})
export type ResponseFormat = typeof ResponseFormat.Type

/** The options that do not depend on the conversation; the part of a request that crosses the bridge. */
export const GenerationParameters = Schema.Struct({
  /** 0 to 2; sent only to models that take it. */
  temperature: Schema.optionalKey(Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 2 }))),
  /** Nucleus sampling, 0 to 1; sent only to models that take it. */
  topP: Schema.optionalKey(Schema.Number.check(Schema.isBetween({ minimum: 0, maximum: 1 }))),
  /** The most tokens the answer may have. */
  maxOutputTokens: Schema.optionalKey(Schema.Int.check(Schema.isGreaterThan(0))),
  stopSequences: Schema.optionalKey(Schema.Array(Schema.String)),
  tools: Schema.optionalKey(Schema.Array(ToolDefinition)),
  toolChoice: Schema.optionalKey(ToolChoice),
  responseFormat: Schema.optionalKey(ResponseFormat),
})
export type GenerationParameters = typeof GenerationParameters.Type

export interface StreamTextOptions extends GenerationParameters {
  readonly prompt: Prompt.Prompt
  /** The vendor's name of the model; the provider's configured or default one when absent. */
  readonly model?: string
}

export interface GenerateTextOptions extends StreamTextOptions {}

/** A whole answer. It exists only when the provider said that the answer had ended. */
export interface GenerateTextResult {
  readonly text: string
  readonly finishReason: Response.FinishReason
  readonly usage: typeof Response.Usage.Encoded
  readonly parts: ReadonlyArray<Response.StreamPartEncoded>
}
