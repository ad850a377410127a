/** A page of a server that runs as a process of its own: what it asks, what it reads, and what it is told of the store. */
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { rpcPath } from "@/rpc/CommanderRpcs"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import type { StoreState } from "@/services/conversations/Conversation"
import { answerText } from "@/simulator/answer"
import { startFaultUpstream } from "@/simulator/FaultUpstream"
import { onPage, openPage } from "./commander"
import { launchCommander, type CommanderProcess, type LaunchOptions } from "./commanderProcess"
import { until } from "./waiting"

/** The names of a chat's one turn are made of the chat's. */
export const turnIn = (chat: string): AskRequest => ({
  runId: `run-${chat}`,
  conversationId: chat,
  questionId: `question-${chat}`,
  question: { text: `Tell ${chat} of the night.` },
  answerId: `answer-${chat}`,
  preferredProvider: { key: "openai" },
})

export type ServerPage = Effect.Success<ReturnType<typeof pageOf>>

export const pageOf = ({ url }: Pick<CommanderProcess, "url">) =>
  Effect.gen(function* () {
    const on = onPage(yield* openPage(`${url.replace("http", "ws")}${rpcPath}`))
    const chats = yield* on(Effect.service(ConversationService))
    let told: StoreState | undefined
    yield* Effect.forkScoped(
      Stream.runForEach(chats.changes, (change) =>
        Effect.sync(() => {
          if (change.type === "resynchronise" || change.type === "store-changed") told = change.store
        }),
      ),
    )

    /** Reads an answer in the background, for as long as it comes. */
    const follow = Effect.fnUntraced(function* (chat: string) {
      let text = ""
      const fiber = yield* Effect.forkScoped(
        Stream.runForEach(chats.attach({ runId: turnIn(chat).runId, from: 0 }), (event) =>
          Effect.sync(() => {
            if (event.type === "text-delta") text += event.text
          }),
        ),
      )
      return { text: () => text, fiber }
    })

    return {
      chats,
      told: () => told,
      /** Waits until the page is told such a state. */
      isTold: (type: StoreState["type"]) => until(() => told?.type === type),
      ask: (chat: string) => Effect.andThen(chats.ask(turnIn(chat)), follow(chat)),
      follow,
      /** How the answer of a chat stands, as whoever opens the chat is told. */
      answerIn: (chat: string) =>
        Effect.map(chats.open(chat), ({ messages }) => {
          const answer = messages.find(({ id }) => id === turnIn(chat).answerId)
          return { text: answer?.text, status: answer?.run?.status }
        }),
    }
  })

/** A server whose providers answer, and a page of it. */
export const serve = (options: LaunchOptions) =>
  Effect.gen(function* () {
    const upstream = yield* startFaultUpstream()
    const environment = { ...upstream.environment, ...options.environment }
    const commander = yield* launchCommander({ ...options, environment })
    return { upstream, commander, page: yield* pageOf(commander) }
  })

/** The answer of such a provider, as whoever opens its chat is told. */
export const whole = { text: answerText(), status: "completed" } as const

/** Asks, and reads the answer to its end. */
export const chatWorks = Effect.fnUntraced(function* (page: ServerPage, chat: string) {
  const { text, fiber } = yield* page.ask(chat)
  yield* Fiber.join(fiber)
  assert.strictEqual(text(), whole.text)
  assert.deepStrictEqual(yield* page.answerIn(chat), whole)
})

export const chatsIn = (page: ServerPage) =>
  Effect.map(page.chats.list({ limit: 99 }), (chats) => chats.map(({ id }) => id).toSorted())

/** Why chats are not saved, as the page was told last; empty when they are. */
export const whyOf = (page: ServerPage): string => {
  const told = page.told()
  return told?.type === "memory-only" ? told.why : ""
}

/** What of the past the page was told last that its user should know. */
export const noticeOf = (page: ServerPage): string => {
  const told = page.told()
  return told?.type === "saving" ? (told.notice ?? "") : ""
}
