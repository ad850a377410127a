/** Conversations as files, and files as their parts. */
import * as Stream from "effect/Stream"
import { readArchive } from "@/server/archive/readArchive"
import type { ArchivePart } from "@/services/conversations/archive/ArchivePart"
import { parsed } from "@/services/conversations/archive/foreignJson"
import type { StoredMessage, WholeConversation } from "@/services/conversations/ConversationStore"
import { compacted } from "@/services/conversations/compaction"
import { bytesOf, piecesOf } from "./bytes"
import {
  anthropic,
  answerResumed,
  answerStarted,
  attemptFailed,
  attemptStarted,
  completed,
  cut,
  eventsOf,
  failed,
  openai,
  overloaded,
  planStarted,
  record,
  text,
} from "./planEvents"
import { oneOf, randomText, whole, type Dice } from "./randomTexts"
import { minute, noon } from "./storedConversations"

type Run = WholeConversation["runs"][number]

/** The parts of a file that comes in pieces of this size, in bytes. */
export const partsOf = (file: Uint8Array | string, size = 1000) =>
  Stream.runCollect(readArchive(streamOf(file, size)))

export const streamOf = (file: Uint8Array | string, size = 1000): Stream.Stream<Uint8Array> =>
  Stream.fromIterable(piecesOf(typeof file === "string" ? bytesOf(file) : file, size))

export const conversationsIn = (parts: ReadonlyArray<ArchivePart>): ReadonlyArray<unknown> =>
  parts.flatMap((part) => (part.type === "conversation" ? [parsed(part.json)] : []))

/** A question and an answer that one provider began and another ended. */
export const rescued: WholeConversation = {
  conversation: {
    id: "chat",
    title: "Fjords",
    pinned: true,
    createdAt: noon,
    updatedAt: noon + minute,
    leafId: "a",
    draft: "and",
  },
  messages: [
    { id: "q", conversationId: "chat", role: "user", text: "Which fjord?", createdAt: noon },
    { id: "a", conversationId: "chat", parentId: "q", role: "assistant", text: "Geiranger", createdAt: noon },
  ],
  runs: [
    {
      id: "r",
      conversationId: "chat",
      messageId: "a",
      status: "completed",
      parameters: { preferredProvider: { key: "openai" }, options: { temperature: 0.7 } },
      startedAt: noon,
      endedAt: noon + minute,
      starts: 1,
      events: compacted(
        eventsOf([
          planStarted(openai, anthropic),
          attemptStarted(1, openai),
          answerStarted(1, openai),
          text("Gei"),
          attemptFailed(1, openai, { error: cut, emitted: 3 }),
          attemptStarted(2, anthropic, 1, "rescue"),
          answerResumed(2, anthropic),
          text("ran"),
          text("ger"),
          completed(anthropic, record(1, openai, { error: cut }), record(2, anthropic)),
        ]),
      ),
    },
  ],
}

/** A tree of questions and answers, answered in every way. */
export const randomWhole = (dice: Dice, id: string): WholeConversation => {
  const messages: Array<StoredMessage> = []
  const runs: Array<Run> = []
  const count = 1 + whole(dice, 6)
  for (let turn = 0; turn < count; turn++) {
    const before = dice() < 0.2 ? undefined : messages[whole(dice, messages.length)]
    const question: StoredMessage = {
      id: `${id}-q${turn}`,
      conversationId: id,
      ...(before === undefined ? {} : { parentId: before.id }),
      role: "user",
      text: randomText(dice),
      createdAt: noon + turn * minute,
    }
    const run = dice() < 0.8 ? randomRun(dice, id, turn) : undefined
    messages.push(question, {
      id: `${id}-a${turn}`,
      conversationId: id,
      parentId: question.id,
      role: "assistant",
      text: run?.status === "interrupted" ? "" : randomText(dice),
      createdAt: noon + turn * minute,
      ...(run === undefined ? { origin: "ChatGPT, gpt-4o" } : {}),
    })
    if (run !== undefined) runs.push(run)
  }
  const leafId = messages[whole(dice, messages.length)]?.id
  return {
    conversation: {
      id,
      title: randomText(dice).trim().slice(0, 200) || "Untitled",
      pinned: dice() < 0.5,
      createdAt: noon,
      updatedAt: noon + count * minute,
      ...(leafId === undefined || dice() < 0.1 ? {} : { leafId }),
      draft: dice() < 0.5 ? "" : randomText(dice),
    },
    messages,
    runs,
  }
}

const randomRun = (dice: Dice, conversationId: string, turn: number): Run => {
  const status = oneOf<Run["status"]>(dice, ["completed", "failed", "stopped", "interrupted"])
  const begun = [
    planStarted(openai),
    attemptStarted(1, openai),
    answerStarted(1, openai),
    text(randomText(dice)),
    text(randomText(dice)),
  ]
  const end =
    status === "completed"
      ? [completed(openai, record(1, openai))]
      : [failed(overloaded, true, [record(1, openai, { error: overloaded })])]
  return {
    id: `${conversationId}-r${turn}`,
    conversationId,
    messageId: `${conversationId}-a${turn}`,
    status,
    parameters: { preferredProvider: { key: "openai", modelName: "gpt-5.4" } },
    startedAt: noon + turn * minute,
    ...(status === "interrupted" ? {} : { endedAt: noon + turn * minute + 1 }),
    starts: 1 + whole(dice, 3),
    events: status === "interrupted" ? eventsOf(begun) : compacted(eventsOf([...begun, ...end])),
  }
}
