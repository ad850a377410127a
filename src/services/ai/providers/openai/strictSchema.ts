/**
 * Whether a JSON Schema lies in the part of the language that a model can be held to exactly. Others are asked for without
 * `strict`, which the model follows as well as it can, rather than refused. Pure.
 *
 * Source: OpenAI's structured outputs guide, "Supported schemas": the root is an object and no `anyOf`, every object is
 * closed, all of its properties are required, and these keywords are known.
 */
import * as Json from "../../wire/json"

export const isStrictSchema = (schema: Json.JsonObject): boolean =>
  schema["type"] === "object" && schema["anyOf"] === undefined && isStrict(schema)

const keywords: ReadonlySet<string> = new Set([
  "$defs",
  "$ref",
  "additionalProperties",
  "anyOf",
  "description",
  "enum",
  "exclusiveMaximum",
  "exclusiveMinimum",
  "format",
  "items",
  "maximum",
  "maxItems",
  "minimum",
  "minItems",
  "multipleOf",
  "pattern",
  "properties",
  "required",
  "title",
  "type",
])

const isStrict = (value: unknown): boolean => {
  const schema = Json.asObject(value)
  if (schema === undefined || !Object.keys(schema).every((keyword) => keywords.has(keyword))) return false
  return (
    isClosed(schema) &&
    (schema["items"] === undefined || isStrict(schema["items"])) &&
    Json.asArray(schema["anyOf"]).every(isStrict) &&
    [schema["properties"], schema["$defs"]].every((group) =>
      Object.values(Json.asObject(group) ?? {}).every(isStrict),
    )
  )
}

const isClosed = (schema: Json.JsonObject): boolean => {
  if (schema["type"] !== "object" && schema["properties"] === undefined) return true
  const required = new Set(Json.asArray(schema["required"]))
  return (
    schema["additionalProperties"] === false &&
    Object.keys(Json.asObject(schema["properties"]) ?? {}).every((name) => required.has(name))
  )
}
