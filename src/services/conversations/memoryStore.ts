/** A conversation store in memory: for programs without a disk, for tests, and for what a disk does not take. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import type { PlanEvent } from "../ai/orchestration/PlanEvent"
import {
  ConversationStore,
  StoreError,
  type StoredConversation,
  type StoredMessage,
  type StoredRun,
  type WholeConversation,
} from "./ConversationStore"
import { usageOf } from "./memoryStoreUsage"
import { hitsIn, isRunning, messagesOf, pageOf, summaryOf } from "./memoryStoreViews"

type Store = ConversationStore["Service"]

export interface MemoryStore extends Store {
  /** Deleted ones too. */
  readonly entry: (
    id: string,
  ) => { readonly whole: WholeConversation; readonly deletedAt: number | undefined } | undefined
  /** The conversation of a run or of a message, also of a deleted one. */
  readonly homeOf: (id: string) => string | undefined
  /** As if it had never been there. */
  readonly forget: (id: string) => void
}

interface Kept {
  conversation: StoredConversation
  deletedAt: number | undefined
  readonly messages: Map<string, StoredMessage>
  readonly runs: Map<string, KeptRun>
}

interface KeptRun {
  run: StoredRun
  events: Array<PlanEvent>
}

export const makeMemoryStore = (): MemoryStore => {
  const conversations = new Map<string, Kept>()
  /** Of every run and message: its conversation's id. */
  const homes = new Map<string, string>()

  const at = (id: string | undefined): Kept | undefined =>
    id === undefined ? undefined : conversations.get(id)
  const visible = (id: string): Kept | undefined => {
    const kept = conversations.get(id)
    return kept?.deletedAt === undefined ? kept : undefined
  }
  const runAt = (runId: string): KeptRun | undefined => at(homes.get(runId))?.runs.get(runId)
  const wholes = (): ReadonlyArray<WholeConversation> =>
    Array.from(conversations.values())
      .filter(({ deletedAt }) => deletedAt === undefined)
      .map(wholeOf)

  const forget = (id: string): void => {
    const kept = conversations.get(id)
    for (const name of [...(kept?.messages.keys() ?? []), ...(kept?.runs.keys() ?? [])]) homes.delete(name)
    conversations.delete(id)
  }
  const add = (kept: Kept, messages: ReadonlyArray<StoredMessage>, runs: WholeConversation["runs"]): void => {
    for (const message of messages) kept.messages.set(message.id, message)
    for (const { events, ...run } of runs) kept.runs.set(run.id, { run, events: [...events] })
    for (const { id } of [...messages, ...runs]) homes.set(id, kept.conversation.id)
  }

  return {
    entry: (id) => {
      const kept = conversations.get(id)
      return kept && { whole: copyOf(kept), deletedAt: kept.deletedAt }
    },
    homeOf: (id) => homes.get(id),
    forget,

    state: Stream.concat(Stream.make({ type: "saving" }), Stream.never),
    list: (query) => Effect.sync(() => pageOf(wholes().map(summaryOf), query)),
    conversation: (id) =>
      Effect.sync(() => {
        const kept = visible(id)
        return kept && { summary: summaryOf(wholeOf(kept)), draft: kept.conversation.draft }
      }),
    messages: (id) =>
      Effect.sync(() => {
        const kept = visible(id)
        return kept === undefined ? [] : messagesOf(wholeOf(kept))
      }),
    branch: (messageId) =>
      Effect.sync(() => {
        const messages = at(homes.get(messageId))?.messages
        const way: Array<StoredMessage> = []
        for (let next = messages?.get(messageId); next !== undefined;) {
          way.unshift(next)
          next = next.parentId === undefined ? undefined : messages?.get(next.parentId)
        }
        return way
      }),
    run: (runId) => Effect.sync(() => runAt(runId)?.run),
    runningRuns: Effect.sync(() =>
      wholes()
        .flatMap(({ runs }) => runs.filter(isRunning))
        .map((run) => Struct.omit(run, ["events"]))
        .toSorted((one, other) => one.startedAt - other.startedAt),
    ),
    events: ({ runId, from, limit }) =>
      Effect.sync(() =>
        (runAt(runId)?.events ?? []).filter(({ sequence }) => sequence >= from).slice(0, limit),
      ),
    search: (query) => Effect.sync(() => hitsIn(wholes(), query)),
    usage: (query) => Effect.sync(() => usageOf(wholes(), query)),
    whole: (id) =>
      Effect.sync(() => {
        const kept = visible(id)
        return kept && copyOf(kept)
      }),
    ids: Effect.sync(() =>
      wholes()
        .map(({ conversation }) => conversation)
        .toSorted((one, other) => one.createdAt - other.createdAt)
        .map(({ id }) => id),
    ),

    begin: ({ conversation, messages, run }) =>
      Effect.suspend(() => {
        const taken = [run, ...messages].find(({ id }) => homes.has(id))
        if (taken !== undefined) return failed(`There is a run or message ${taken.id} already.`)
        const kept = conversations.get(conversation.id) ?? keptOf(conversation)
        if (kept.deletedAt !== undefined) return failed(`The conversation ${conversation.id} is deleted.`)
        const { updatedAt, leafId } = conversation
        kept.conversation = {
          ...kept.conversation,
          updatedAt,
          ...(leafId === undefined ? {} : { leafId }),
        }
        conversations.set(conversation.id, kept)
        add(kept, messages, [{ ...run, events: [] }])
        return Effect.void
      }),
    append: (batch) =>
      Effect.suspend(() => {
        const logs = batch.map(({ runId, events }) => ({ log: runAt(runId), runId, events }))
        const unknown = logs.find(({ log }) => log === undefined)
        if (unknown !== undefined) return noSuchRun(unknown.runId)
        for (const { log, events } of logs) log?.events.push(...events)
        return Effect.void
      }),
    finish: ({ runId, status, endedAt, events, text }) =>
      Effect.suspend(() => {
        const kept = at(homes.get(runId))
        const ended = kept?.runs.get(runId)
        if (kept === undefined || ended === undefined || ended.run.endedAt !== undefined)
          return noSuchRun(runId)
        const answer = kept.messages.get(ended.run.messageId)
        ended.run = { ...ended.run, status, endedAt }
        ended.events = [...events]
        if (answer !== undefined) kept.messages.set(answer.id, { ...answer, text })
        kept.conversation = { ...kept.conversation, updatedAt: endedAt }
        return Effect.void
      }),
    setStatus: (runId, status) =>
      Effect.suspend(() => {
        const kept = runAt(runId)
        if (kept === undefined || kept.run.endedAt !== undefined) return noSuchRun(runId)
        kept.run = { ...kept.run, status, starts: kept.run.starts + (status === "running" ? 1 : 0) }
        return Effect.void
      }),
    update: (id, changes) =>
      Effect.sync(() => {
        const kept = visible(id)
        if (kept !== undefined) kept.conversation = { ...kept.conversation, ...changes }
        return kept !== undefined
      }),
    setDeleted: (id, deletedAt) =>
      Effect.sync(() => {
        const kept = conversations.get(id)
        if (kept !== undefined) kept.deletedAt = deletedAt
        return kept !== undefined
      }),
    purge: (deletedBefore) =>
      Effect.sync(() => {
        for (const [id, { deletedAt }] of conversations)
          if (deletedAt !== undefined && deletedAt < deletedBefore) forget(id)
      }),
    put: ({ conversation, messages, runs }) =>
      Effect.suspend(() => {
        const taken = [...messages, ...runs].find(
          ({ id }) => (homes.get(id) ?? conversation.id) !== conversation.id,
        )
        if (taken !== undefined)
          return failed(`There is a run or message ${taken.id} in another conversation.`)
        forget(conversation.id)
        const kept = keptOf(conversation)
        conversations.set(conversation.id, kept)
        add(kept, messages, runs)
        return Effect.void
      }),
  }
}

export const layerMemoryStore: Layer.Layer<ConversationStore> = Layer.sync(ConversationStore, makeMemoryStore)

const keptOf = (conversation: StoredConversation): Kept => ({
  conversation,
  deletedAt: undefined,
  messages: new Map(),
  runs: new Map(),
})

/** Its logs are those that grow. */
const wholeOf = ({ conversation, messages, runs }: Kept): WholeConversation => ({
  conversation,
  messages: [...messages.values()],
  runs: Array.from(runs.values(), ({ run, events }) => ({ ...run, events })),
})

const copyOf = (kept: Kept): WholeConversation => {
  const whole = wholeOf(kept)
  return { ...whole, runs: whole.runs.map((run) => ({ ...run, events: [...run.events] })) }
}

const failed = (message: string): Effect.Effect<never, StoreError> =>
  Effect.fail(new StoreError({ reason: "Refused", message }))
const noSuchRun = (runId: string): Effect.Effect<never, StoreError> => failed(`No run ${runId} is going on.`)
