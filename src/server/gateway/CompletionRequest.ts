/** A request as clients of this dialect send it. Fields that are not named here are ignored: clients send many. */
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import { GenerationParameters } from "@/services/ai/core"
import * as Json from "@/services/ai/wire/json"
import { badRequest, type DialectError } from "./DialectError"

/** Clients write null where they mean nothing. */
const optional = <S extends Schema.Constraint>(schema: S) => Schema.optionalKey(Schema.NullOr(schema))

const { temperature, topP, maxOutputTokens } = GenerationParameters.fields

/** Names are kept for a while in memory, and stand in the log and in a header of the answer. */
const ModelName = Schema.NonEmptyString.check(Schema.isMaxLength(300))

export const CompletionRequest = Schema.Struct({
  /** `provider/model`, or the name of a model that one provider offers. */
  model: optional(ModelName),
  /** The whole chain, in the order in which it is asked. */
  models: optional(Schema.Array(ModelName)),
  /** Who is asked after `model`; an empty list: nobody. */
  fallbacks: optional(Schema.Array(ModelName)),
  messages: Schema.Array(
    Schema.Struct({
      role: Schema.String,
      content: optional(
        Schema.Union([
          Schema.String,
          Schema.Array(Schema.Struct({ type: Schema.String, text: Schema.optionalKey(Schema.String) })),
        ]),
      ),
    }),
  ),
  stream: optional(Schema.Boolean),
  stream_options: optional(Schema.Struct({ include_usage: optional(Schema.Boolean) })),
  temperature: optional(temperature.schema),
  top_p: optional(topP.schema),
  max_tokens: optional(maxOutputTokens.schema),
  max_completion_tokens: optional(maxOutputTokens.schema),
  stop: optional(Schema.Union([Schema.String, Schema.Array(Schema.String)])),
  n: optional(Schema.Int),
  tools: optional(Schema.Array(Schema.Unknown)),
  functions: optional(Schema.Array(Schema.Unknown)),
  response_format: optional(Schema.Struct({ type: Schema.String })),
  modalities: optional(Schema.Array(Schema.String)),
})
export type CompletionRequest = typeof CompletionRequest.Type

export const parseCompletionRequest = (text: string): Result.Result<CompletionRequest, DialectError> => {
  const body = Json.parse(text)
  if (body === undefined) return Result.fail(badRequest("the body is not JSON"))
  const decoded = Schema.decodeUnknownResult(CompletionRequest)(body)
  if (Result.isFailure(decoded)) return Result.fail(explain(decoded.failure.issue))
  const flaw = notTaken.find(({ isAsked }) => isAsked(decoded.success))
  return flaw === undefined
    ? Result.succeed(decoded.success)
    : Result.fail(badRequest(flaw.message, { param: flaw.param }))
}

/** What would change the answer if it were ignored. */
const notTaken: ReadonlyArray<{
  readonly param: string
  readonly isAsked: (request: CompletionRequest) => boolean
  readonly message: string
}> = [
  {
    param: "tools",
    isAsked: ({ tools }) => (tools ?? []).length > 0,
    message: "tools are not taken here: this server answers with text",
  },
  {
    param: "functions",
    isAsked: ({ functions }) => (functions ?? []).length > 0,
    message: "functions are not taken here: this server answers with text",
  },
  {
    param: "response_format",
    isAsked: ({ response_format }) => (response_format?.type ?? "text") !== "text",
    message: "response_format can only be text: this server does not hold an answer to JSON",
  },
  {
    param: "modalities",
    isAsked: ({ modalities }) => (modalities ?? []).some((modality) => modality !== "text"),
    message: "modalities can only be text: this server answers with text",
  },
  {
    param: "n",
    isAsked: ({ n }) => (n ?? 1) !== 1,
    message: "n can only be 1: this server gives one answer",
  },
]

/** The first issue: where it is, what was found, what is allowed. */
const explain = (issue: SchemaIssue.Issue): DialectError => {
  const [first] = SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues
  const param = (first?.path ?? [])
    .map((segment) => (typeof segment === "object" ? segment.key : segment))
    .map((key) => (typeof key === "number" ? `[${key}]` : `.${String(key)}`))
    .join("")
    .slice(1)
  const message = (first?.message ?? "is not valid").replace(/\s+/g, " ").slice(0, 500)
  return param === ""
    ? badRequest(`the body is wrong: ${message}`)
    : badRequest(`${param}: ${message}`, { param })
}
