/** What requests of every dialect have in common. Total: a request may hold anything. */
import * as Json from "@/services/ai/wire/json"
import type { Turn } from "../continuation"

export const turnsOf = (body: Json.JsonObject): ReadonlyArray<Turn> =>
  Json.asArray(body["messages"]).map((value) => {
    const message = Json.asObject(value)
    return { role: Json.asString(message?.["role"]) ?? "", text: textOf(message?.["content"]) }
  })

/** Text alone, or the text among parts of all kinds. */
const textOf = (content: unknown): string =>
  Json.asString(content) ??
  Json.asArray(content)
    .map((part) => Json.asString(Json.asObject(part)?.["text"]) ?? "")
    .join("")

export const modelOf = (body: Json.JsonObject): string => Json.asString(body["model"]) ?? ""

/** `{name}`, or `{function: {name}}`. */
export const firstTool = (body: Json.JsonObject): string | undefined => {
  const tool = Json.asObject(Json.asArray(body["tools"])[0])
  return Json.asString(tool?.["name"]) ?? Json.asString(Json.asObject(tool?.["function"])?.["name"])
}
