/** What a program asks of an `effect/ai` model, as the options of a run. */
import * as AiError from "effect/ai/AiError"
import type * as LanguageModel from "effect/ai/LanguageModel"
import { toCodecOpenAI } from "effect/ai/OpenAiStructuredOutput"
import * as Tool from "effect/ai/Tool"
import * as Effect from "effect/Effect"
import type { GenerationParameters, ToolChoice, ToolDefinition } from "../../core/GenerationOptions"

/**
 * How the schema of a structured answer is told. A plan's targets speak several dialects of JSON Schema, so it is told in
 * the narrowest: every object closed, everything required, what is optional as null. Providers loosen it, none has to guess.
 */
export const codecTransformer: LanguageModel.CodecTransformer = toCodecOpenAI

/** Fails for what no plan can do: a tool that only one provider has, a schema that JSON Schema cannot say. */
export const parametersOf = (
  method: "generateText" | "streamText",
  { tools, toolChoice, responseFormat }: LanguageModel.ProviderOptions,
): Effect.Effect<GenerationParameters, AiError.AiError> =>
  Effect.gen(function* () {
    const definitions = yield* Effect.forEach(tools, toolDefinition)
    const format = responseFormat.type === "json" ? yield* jsonFormat(responseFormat) : undefined
    return {
      ...(definitions.length === 0 ? {} : { tools: definitions, toolChoice: choiceOf(toolChoice) }),
      ...(format === undefined ? {} : { responseFormat: format }),
    }
  }).pipe(Effect.mapError((reason) => AiError.make({ module: "AiPlan", method, reason })))

/** The tools of a choice among some are already the only ones that are offered. */
const choiceOf = (choice: LanguageModel.ToolChoice<string>): ToolChoice =>
  typeof choice === "object" && "oneOf" in choice ? (choice.mode ?? "auto") : choice

const toolDefinition = (tool: Tool.Any): Effect.Effect<ToolDefinition, AiError.AiErrorReason> => {
  const name = String(tool.name)
  if (Tool.isProviderDefined(tool)) {
    return Effect.fail(
      new AiError.ToolConfigurationError({
        toolName: name,
        description: "it is a tool of one provider, and the targets of a plan have none in common",
      }),
    )
  }
  const description = Tool.getDescription(tool)
  return Effect.map(
    attempt(() => Tool.getJsonSchema(tool)),
    (schema) => ({
      name,
      ...(description === undefined ? {} : { description }),
      // A tool without parameters, too, has to say that they are an object.
      parameters: { type: "object", properties: {}, ...schema },
    }),
  )
}

type JsonFormat = Extract<LanguageModel.ProviderOptions["responseFormat"], { readonly type: "json" }>

const jsonFormat = ({ objectName, schema }: JsonFormat) =>
  Effect.map(
    attempt(() => codecTransformer(schema).jsonSchema),
    (jsonSchema) => ({ type: "json" as const, name: objectName, schema: jsonSchema }),
  )

const attempt = <A>(make: () => A): Effect.Effect<A, AiError.UnsupportedSchemaError> =>
  Effect.try({
    try: make,
    catch: (cause) =>
      new AiError.UnsupportedSchemaError({
        description: cause instanceof Error ? cause.message : String(cause),
      }),
  })
