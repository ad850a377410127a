import { describe, expect, it } from "@effect/vitest"
import { toOutputSchema } from "@/services/ai/providers/anthropic/outputSchema"

type Json = Readonly<Record<string, unknown>>

const rows: ReadonlyArray<readonly [name: string, schema: Json, expected: Json]> = [
  [
    "closes every object",
    { type: "object", properties: { a: { type: "object", additionalProperties: true } } },
    {
      type: "object",
      properties: { a: { type: "object", additionalProperties: false } },
      additionalProperties: false,
    },
  ],
  [
    "keeps what may be left out optional",
    { type: "object", properties: { a: {}, b: {} }, required: ["a"] },
    { type: "object", properties: { a: {}, b: {} }, required: ["a"], additionalProperties: false },
  ],
  [
    "says limits in words",
    { type: "integer", description: "Stars.", minimum: 1, maximum: 5 },
    { type: "integer", description: "Stars.\n\n{minimum: 1, maximum: 5}" },
  ],
  [
    "keeps formats that Messages knows",
    { type: "string", format: "date" },
    { type: "string", format: "date" },
  ],
  [
    "says other formats in words",
    { type: "string", format: "colour" },
    { type: "string", description: '{format: "colour"}' },
  ],
  ["keeps a list that may not be empty", { type: "array", minItems: 1 }, { type: "array", minItems: 1 }],
  [
    "says other lengths in words",
    { type: "array", minItems: 2 },
    { type: "array", description: "{minItems: 2}" },
  ],
  [
    "reaches into lists, choices and definitions",
    {
      $ref: "#/$defs/A",
      $defs: {
        A: {
          oneOf: [
            { type: "string", minLength: 1 },
            { type: "array", items: { type: "object" } },
          ],
        },
      },
    },
    {
      $ref: "#/$defs/A",
      $defs: {
        A: {
          anyOf: [
            { type: "string", description: "{minLength: 1}" },
            { type: "array", items: { type: "object", additionalProperties: false } },
          ],
        },
      },
    },
  ],
  [
    "keeps a property that is called like a keyword",
    { type: "object", properties: { minimum: { type: "number" } } },
    { type: "object", properties: { minimum: { type: "number" } }, additionalProperties: false },
  ],
  ["leaves out what names only the dialect", { $schema: "x", type: "string" }, { type: "string" }],
  [
    "does not take a name of every object for a keyword",
    { type: "string", constructor: "x" },
    { type: "string", description: '{constructor: "x"}' },
  ],
]

describe("a schema for Messages", () => {
  it.each(rows)("%s", (_name, schema, expected) => {
    expect(toOutputSchema(schema)).toEqual(expected)
  })
})
