/**
 * A JSON Schema as Messages takes it: every object closed, keywords that it refuses moved into the description, where the
 * model can still read them. Pure.
 *
 * Source: `lib/transform-json-schema` of `@anthropic-ai/sdk` 1.13, which does the same for schemas given to the SDK.
 */
import * as Json from "../../wire/json"

export const toOutputSchema = (schema: Json.JsonObject): Json.JsonObject => {
  const taken: Record<string, unknown> = {}
  const refused: Record<string, unknown> = {}
  for (const [keyword, value] of Object.entries(schema)) {
    const convert = Object.hasOwn(conversions, keyword) ? conversions[keyword] : undefined
    if (keyword === "minItems" && (value === 0 || value === 1)) taken[keyword] = value
    else if (keyword === "format" && !(typeof value === "string" && formats.has(value)))
      refused[keyword] = value
    else if (convert !== undefined) Object.assign(taken, convert(value))
    else if (!meaningless.has(keyword)) refused[keyword] = value
  }
  if (taken["type"] === "object" || taken["properties"] !== undefined) taken["additionalProperties"] = false
  return Object.keys(refused).length === 0
    ? taken
    : { ...taken, description: describe(Json.asString(taken["description"]), refused) }
}

type Conversion = (value: unknown) => Json.JsonObject

const as =
  (keyword: string): Conversion =>
  (value) => ({ [keyword]: value })

const one = (value: unknown): unknown => {
  const schema = Json.asObject(value)
  return schema === undefined ? value : toOutputSchema(schema)
}

const list =
  (keyword: string): Conversion =>
  (value) => ({ [keyword]: Json.asArray(value).map(one) })

const group =
  (keyword: string): Conversion =>
  (value) => ({
    [keyword]: Object.fromEntries(
      Object.entries(Json.asObject(value) ?? {}).map(([name, schema]) => [name, one(schema)]),
    ),
  })

/** What Messages takes, and as what. */
const conversions: Readonly<Record<string, Conversion>> = {
  $ref: as("$ref"),
  type: as("type"),
  title: as("title"),
  description: as("description"),
  enum: as("enum"),
  const: as("const"),
  format: as("format"),
  required: as("required"),
  items: (value) => ({ items: one(value) }),
  anyOf: list("anyOf"),
  oneOf: list("anyOf"),
  allOf: list("allOf"),
  properties: group("properties"),
  $defs: group("$defs"),
}

/** Says nothing to the model, or is said anew. */
const meaningless: ReadonlySet<string> = new Set(["$schema", "additionalProperties"])

const formats: ReadonlySet<string> = new Set([
  "date-time",
  "time",
  "date",
  "duration",
  "email",
  "hostname",
  "uri",
  "ipv4",
  "ipv6",
  "uuid",
])

const describe = (description: string | undefined, refused: Json.JsonObject): string => {
  const words = Object.entries(refused).map(([keyword, value]) => `${keyword}: ${JSON.stringify(value)}`)
  return [...(description === undefined ? [] : [description]), `{${words.join(", ")}}`].join("\n\n")
}
