/** What does not belong into an answer: events, lines and JSON that a broken or strange server might send. */
import type { NonEmptyReadonlyArray } from "effect/Array"

type Strangers = NonEmptyReadonlyArray<string>

export const errorEvents: Strangers = [
  'event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n',
  'data: {"error":{"message":"The server had an error","type":"server_error","code":null}}\n\n',
  'data: {"error":"out of memory"}\n\n',
  'data: {"id":"x","choices":[],"error":{"code":429,"message":"slow down"}}\n\n',
  'data: {"error":{"message":{"__proto__":[]},"type":["\\ud800"],"code":-1.5,"status":null}}\n\n',
]

/** Of no dialect; none of them ends an answer or counts against it. */
export const unknownEvents: Strangers = [
  ": a comment\n\n",
  'event: ping\ndata: {"type":"ping"}\n\n',
  'event: vendor\ndata: {"type":"vendor_event","error":null,"choices":[],"delta":{}}\n\n',
  "data: {}\n\n",
  "data:\n\n",
  "event: nothing\n\n",
  "id: 7\nretry: 10\nunknown: field\nunknown\n\n",
  "\n\n\n",
]

/** Whose data is no JSON object. */
export const malformedEvents: Strangers = [
  'data: {"choices":[{"delta":{"content":"\n\n',
  "data: [1]\n\n",
  "data: nonsense\n\n",
  "data: null\n\n",
  "event: message_delta\ndata: 7\n\n",
  // JSON only to a reader that joins lines of data with nothing.
  'data: {"choices":[{"index":1\ndata: 0,"delta":{},"finish_reason":"stop"}]}\n\n',
]

export const terminalEvents: Strangers = [
  "data: [DONE]\n\n",
  'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n',
  'data: {"choices":[{"index":0,"delta":{"content":"late"},"finish_reason":"unheard_of"}]}\n\n',
  'data: {"type":"message_delta","delta":{"stop_reason":"end_turn"},"usage":{"output_tokens":1}}\n\n',
  'data: {"type":"message_delta","delta":{"stop_reason":"unheard_of"}}\n\n',
  'data: {"type":"message_stop"}\n\n',
]

/** Pieces of an answer, for both dialects. */
export const contentEvents: Strangers = [
  'data: {"choices":[{"index":0,"delta":{"content":" and more"},"finish_reason":null}]}\n\n',
  'data: {"choices":[{"index":9007199254740991,"delta":{"refusal":"no"}}]}\n\n',
  'data: {"choices":[{"delta":{"tool_calls":[{"index":-1e9,"function":{"name":"f","arguments":"{}"}}]}}]}\n\n',
  'data: {"type":"content_block_start","index":1e9,"content_block":{"type":"text","text":"more"}}\n\n',
  'data: {"type":"content_block_start","index":-1,"content_block":{"type":"tool_use","id":"t","name":"f"}}\n\n',
  'data: {"type":"content_block_delta","index":0.5,"delta":{"type":"text_delta","text":" and more"}}\n\n',
]

/** Accounts that cannot be true, for both dialects; the parts of a count are larger than the whole. */
export const usageEvents: Strangers = [
  'data: {"choices":[],"usage":{"prompt_tokens":1,"completion_tokens":2,"prompt_tokens_details":{"cached_tokens":9},"completion_tokens_details":{"reasoning_tokens":9}}}\n\n',
  'data: {"choices":[],"usage":{"prompt_tokens":-1,"completion_tokens":1e300,"prompt_tokens_details":[]}}\n\n',
  'data: {"type":"message_delta","delta":{},"usage":{"input_tokens":1,"cache_read_input_tokens":9007199254740991}}\n\n',
  'data: {"type":"message_delta","usage":{"input_tokens":-1,"output_tokens":0.5,"cache_creation_input_tokens":1e300}}\n\n',
]

export const events: Strangers = [
  ...errorEvents,
  ...unknownEvents,
  ...malformedEvents,
  ...terminalEvents,
  ...contentEvents,
  ...usageEvents,
]

export const lines: Strangers = [
  "\n",
  "\r",
  "\r\r\n",
  ":\n",
  "data\n",
  "data:\n",
  "data: {\n",
  'data: "error"\n',
  "data: [DONE]\n",
  "data : {}\n",
  " data: {}\n",
  "Data: {}\n",
  "\uFEFFdata: {}\n",
  "event: error\n",
  "event\n",
  "id: \0\n",
  "retry: -1\n",
  "\0\n",
  "{}\n",
  `: ${"long ".repeat(2000)}\n`,
  `data: ${"long ".repeat(2000)}\n`,
]

/** JSON text of values in the place of others. The names are those that every object inherits. */
export const values: Strangers = [
  "null",
  "true",
  "0",
  "-1",
  "-0",
  "1.5",
  "9007199254740993",
  "1e300",
  "1e999",
  '""',
  '"stop"',
  '"end_turn"',
  '"unheard_of"',
  '"__proto__"',
  '"constructor"',
  '"toString"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\\u0000"',
  '"[DONE]"',
  "[]",
  "[null]",
  "{}",
  '{"length":1e9,"0":{"finish_reason":"stop"}}',
  '{"__proto__":{"finish_reason":"stop","error":{}}}',
  '{"toString":null,"valueOf":1}',
  `${"[".repeat(500)}${"]".repeat(500)}`,
  `${'{"a":'.repeat(500)}1${"}".repeat(500)}`,
]

/** JSON text of members that an object gets besides its own. */
export const members: Strangers = [
  '"__proto__":{"error":{"message":"x"},"finish_reason":"stop"}',
  '"constructor":{"prototype":{"error":true}}',
  '"toString":null',
  '"error":null',
  '"error":{"message":"no"}',
  '"type":"message_stop"',
  '"type":"text_delta"',
  '"finish_reason":"stop"',
  '"finish_reason":null',
  '"stop_reason":"end_turn"',
  '"choices":[]',
  '"content":"x"',
  '"index":-1',
  '"usage":{"prompt_tokens":-3,"completion_tokens":1e300,"input_tokens":-3,"output_tokens":0.5}',
]

/** Bytes that mean something to a reader of lines, and some that are no UTF-8. */
export const byteSequences: NonEmptyReadonlyArray<ReadonlyArray<number>> = [
  [0x00],
  [0x0a],
  [0x0d],
  [0x0d, 0x0a],
  [0x0a, 0x0a],
  [0x20],
  [0x3a],
  [0x22],
  [0x7b],
  [0xff],
  [0xc0, 0x80],
  [0xe2, 0x80],
  [0xed, 0xa0, 0x80],
  [0xef, 0xbb, 0xbf],
  [0xf0, 0x9f, 0x91],
]
