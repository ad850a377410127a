import { describe, expect, it } from "@effect/vitest"
import * as Schema from "effect/Schema"
import { toCodecOpenAI } from "effect/ai/OpenAiStructuredOutput"
import { isStrictSchema } from "@/services/ai/providers/openai/strictSchema"

type Json = Readonly<Record<string, unknown>>

const closed = (properties: Json, more: Json = {}): Json => ({
  type: "object",
  properties,
  required: Object.keys(properties),
  additionalProperties: false,
  ...more,
})

const rows: ReadonlyArray<readonly [name: string, schema: Json, strict: boolean]> = [
  ["a closed object", closed({ a: { type: "string" } }), true],
  ["an object without properties", closed({}), true],
  ["an object that is open", closed({ a: { type: "string" } }, { additionalProperties: true }), false],
  ["an object that does not say whether it is", closed({}, { additionalProperties: undefined }), false],
  ["a property that may be left out", closed({ a: { type: "string" } }, { required: [] }), false],
  ["a list at the root", { type: "array", items: { type: "string" } }, false],
  ["a choice at the root", closed({}, { anyOf: [closed({})] }), false],
  ["an open object in a property", closed({ a: { type: "object", properties: {} } }), false],
  ["an open object in a list", closed({ a: { type: "array", items: { type: "object" } } }), false],
  ["an open object in a choice", closed({ a: { anyOf: [{ type: "object" }, { type: "null" }] } }), false],
  ["an open object in a definition", closed({}, { $defs: { A: { type: "object" } } }), false],
  ["a property called like a keyword", closed({ not: { type: "string" } }), true],
  ["limits of numbers and lists", closed({ a: { type: "array", minItems: 2, items: { minimum: 1 } } }), true],
  ["a keyword that is not known", closed({ a: { type: "string", minLength: 1 } }), false],
  ["a property that is no schema", closed({ a: true }), false],
]

describe("a schema that a model can be held to", () => {
  it.each(rows)("%s", (_name, schema, strict) => {
    expect(isStrictSchema(schema)).toBe(strict)
  })

  it("is what Effect makes of a structure for OpenAI", () => {
    const structure = Schema.Struct({
      title: Schema.NonEmptyString,
      stars: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 5 })),
      tags: Schema.Array(Schema.Literals(["new", "used"])),
      note: Schema.optionalKey(Schema.String),
      prices: Schema.Record(Schema.String, Schema.Finite),
    })
    expect(isStrictSchema(toCodecOpenAI(structure).jsonSchema)).toBe(true)
  })
})
