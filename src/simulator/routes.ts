/** Which dialect a path speaks, and whose script counts for it. */
import type { JsonObject } from "@/services/ai/wire/json"
import { chatCompletions } from "./dialects/chatCompletions"
import type { Dialect } from "./dialects/Dialect"
import { messages } from "./dialects/messages"
import { ollama } from "./dialects/ollama"
import { faultExamples } from "./faults"

export interface Route {
  /** The first segment of the path, e.g. `openai`; the dialect's own key where the path starts with the API's. */
  readonly key: string
  /** What follows it. */
  readonly apiPath: string
  readonly dialect: Dialect
  /** What a GET answers; absent: the route answers questions, by POST. */
  readonly facts?: JsonObject
}

interface Row extends Omit<Route, "key" | "apiPath"> {
  readonly path: RegExp
}

const rows: ReadonlyArray<Row> = [
  { path: /^(\/v1)?\/chat\/completions$/, dialect: chatCompletions },
  { path: /^(\/v1)?\/messages$/, dialect: messages },
  { path: /^\/api\/chat$/, dialect: ollama },
  { path: /^\/api\/version$/, dialect: ollama, facts: { version: "0.20.0" } },
  {
    path: /^\/api\/tags$/,
    dialect: ollama,
    facts: {
      models: faultExamples.map(({ name }) => ({
        name,
        model: name,
        modified_at: "2026-11-22T12:00:00.000000Z",
        size: 0,
        digest: "",
        details: { family: "fault" },
      })),
    },
  },
]

export const routeOf = (path: string): Route | undefined => {
  const bare = rows.find((row) => row.path.test(path))
  if (bare !== undefined) return { ...bare, key: bare.dialect.defaultKey, apiPath: path }
  const [, key = "", apiPath = ""] = /^\/([\w.-]+)(\/.+)$/.exec(path) ?? []
  const row = rows.find((candidate) => candidate.path.test(apiPath))
  return row === undefined ? undefined : { ...row, key, apiPath }
}

/** In whose words a path that leads nowhere is refused. */
export const dialectNear = (path: string): Dialect =>
  [messages, ollama].find(({ defaultKey }) => path.startsWith(`/${defaultKey}/`)) ?? chatCompletions

/** Where a route's requests go, as its vendor's base URL is written. `url` has no slash at its end. */
export const baseUrlOf = (url: string, key: string): string =>
  key === messages.defaultKey || key === ollama.defaultKey ? `${url}/${key}` : `${url}/${key}/v1`

/** What makes a program ask the upstream instead of the vendors. Any key will do. */
export const environmentOf = (url: string): Readonly<Record<string, string>> => ({
  OPENAI_BASE_URL: baseUrlOf(url, chatCompletions.defaultKey),
  OPENAI_API_KEY: "anything",
  ANTHROPIC_BASE_URL: baseUrlOf(url, messages.defaultKey),
  ANTHROPIC_API_KEY: "anything",
  OLLAMA_BASE_URL: baseUrlOf(url, ollama.defaultKey),
})
