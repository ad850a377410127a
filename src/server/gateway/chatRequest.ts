/** A request of this dialect as one turn of a conversation with its plan. Pure. */
import * as Result from "effect/Result"
import type { AgentChatMessage, GenerationParameters } from "@/services/ai/core"
import { AiPlan, AiPlanStep, defaults } from "@/services/ai/orchestration/AiPlan"
import type { ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import type { Chain } from "./chain"
import type { CompletionRequest } from "./CompletionRequest"
import { badRequest, type DialectError } from "./DialectError"

export const toChatRequest = (
  request: CompletionRequest,
  chain: Chain,
): Result.Result<ChatRequest, DialectError> => {
  const messages: Array<AgentChatMessage> = []
  for (const [index, message] of request.messages.entries()) {
    const read = toMessage(message, `messages[${index}]`)
    if (Result.isFailure(read)) return Result.fail(read.failure)
    messages.push(read.success)
  }
  const [{ provider, model }] = chain.targets
  return Result.succeed({
    messages,
    preferredProvider: { key: provider, modelName: model },
    options: optionsOf(request),
    ...(chain.isWhole ? { plan: planOf(chain) } : {}),
  })
}

/** The first is asked as often as a preferred one is, the others once; nobody who is named is left out. */
const planOf = ({ targets: [first, ...fallbacks] }: Chain): AiPlan =>
  AiPlan.make({
    name: "request",
    steps: [
      AiPlanStep.make({ ...first, attempts: defaults.preferredAttempts }),
      ...fallbacks.map((target) => AiPlanStep.make(target)),
    ],
    maxAttempts: Math.max(defaults.maxAttempts, defaults.preferredAttempts + fallbacks.length),
  })

const optionsOf = (request: CompletionRequest): GenerationParameters => {
  const { temperature, top_p: topP, stop } = request
  const limit = request.max_completion_tokens ?? request.max_tokens
  return {
    ...(typeof temperature === "number" ? { temperature } : {}),
    ...(typeof topP === "number" ? { topP } : {}),
    ...(typeof limit === "number" ? { maxOutputTokens: limit } : {}),
    ...(stop === undefined || stop === null
      ? {}
      : { stopSequences: typeof stop === "string" ? [stop] : stop }),
  }
}

/** `developer` is what newer clients call the system's words. */
const roles: ReadonlyMap<string, AgentChatMessage["role"]> = new Map([
  ["system", "system"],
  ["developer", "system"],
  ["user", "user"],
  ["assistant", "assistant"],
])

const toMessage = (
  { role: name, content }: CompletionRequest["messages"][number],
  where: string,
): Result.Result<AgentChatMessage, DialectError> => {
  const role = roles.get(name)
  if (role === undefined) {
    const message = `${where}.role is "${name.slice(0, 40)}"; this server takes ${[...roles.keys()].join(", ")}`
    return Result.fail(badRequest(message, { param: `${where}.role` }))
  }
  const param = `${where}.content`
  if (content === undefined || content === null) {
    return Result.fail(badRequest(`${param} is empty: this server takes text, and no tool calls`, { param }))
  }
  if (typeof content === "string") return Result.succeed({ role, content })
  const other = content.find(({ type, text }) => type !== "text" || text === undefined)
  return other === undefined
    ? Result.succeed({ role, content: content.map(({ text }) => text).join("") })
    : Result.fail(
        badRequest(
          other.type === "text"
            ? `${param} has a part without its text`
            : `${param} has a part of type "${other.type.slice(0, 40)}": this server takes text`,
          { param },
        ),
      )
}
