/** A request to a provider in the terms of `effect/ai`. */
import * as Tool from "effect/ai/Tool"
import * as Toolkit from "effect/ai/Toolkit"
import * as JsonSchema from "effect/JsonSchema"
import * as Schema from "effect/Schema"
import * as SchemaRepresentation from "effect/SchemaRepresentation"
import type { ResponseFormat, StreamTextOptions } from "../../core/GenerationOptions"

/** Tools are offered, never run: whoever asked for the run runs them. What the model calls is handed on unchecked. */
export const toolOptions = ({ tools = [], toolChoice = "auto" }: StreamTextOptions) => ({
  toolkit: Toolkit.make(
    ...tools.map(({ name, description, parameters }) => Tool.dynamic(name, { description, parameters })),
  ),
  toolChoice,
  disableToolCallResolution: true as const,
  toolCallValidation: "deferred" as const,
})

/**
 * Throws for the few keywords that Effect cannot import. Patterns are not applied: they may come from anywhere, and whoever
 * asked for the answer checks it.
 */
export const importSchema = ({ schema }: ResponseFormat): Schema.Codec<unknown, Record<string, unknown>> => {
  const document = JsonSchema.fromSchemaDraft2020_12(schema)
  return Schema.make(SchemaRepresentation.fromJsonSchemaDocument(document, { patterns: "ignore" }).ast)
}
