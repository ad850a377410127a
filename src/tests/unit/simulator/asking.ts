/** One question to the fault upstream in the words of each dialect, over a bare socket. */
import * as Effect from "effect/Effect"
import type { Scope } from "effect/Scope"
import type { DialectName } from "@/simulator/Fault"
import type { FaultUpstream } from "@/simulator/FaultUpstream"
import { until } from "@/tests/support/waiting"
import { openClient, post, type RawClient } from "./rawClient"

export const paths: Readonly<Record<DialectName, string>> = {
  "chat-completions": "/openai/v1/chat/completions",
  messages: "/anthropic/v1/messages",
  ollama: "/ollama/api/chat",
}

export const dialects: ReadonlyArray<DialectName> = ["chat-completions", "messages", "ollama"]

export interface Message {
  readonly role: "user" | "assistant"
  readonly content: string
}

export interface Question {
  readonly dialect: DialectName
  readonly model: string
  readonly streams: boolean
  readonly messages?: ReadonlyArray<Message>
}

export const hello: ReadonlyArray<Message> = [{ role: "user", content: "Why is the sky blue?" }]

export const bodyOf = ({ model, streams, messages = hello }: Question): object => ({
  model,
  max_tokens: 1000,
  stream: streams,
  ...(streams ? { stream_options: { include_usage: true } } : {}),
  messages,
})

/**
 * Asks, and waits for the end of the body or of the connection, or, where neither comes, for the silence.
 *
 * @param isThere what must have come before the silence
 */
export const ask = (
  upstream: FaultUpstream,
  question: Question,
  isThere: (client: RawClient) => boolean = () => true,
): Effect.Effect<RawClient, never, Scope> =>
  Effect.gen(function* () {
    const client = yield* openClient(upstream.port)
    const before = upstream.requests().length
    client.send(post(paths[question.dialect], bodyOf(question)))
    const isOver = (): boolean => client.state() !== "open" || (client.response()?.isComplete ?? false)
    const isSilent = (): boolean => upstream.requests()[before]?.ended === "stalling" && isThere(client)
    // What does not come is for the assertions to tell.
    yield* Effect.timeoutOption(
      until(() => isOver() || isSilent()),
      "5 seconds",
    )
    return client
  })
