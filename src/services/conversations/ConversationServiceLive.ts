/** Chats over a store: runs are carried out here, whoever looks on. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import { ChatOrchestratorService } from "../ai/orchestration/ChatOrchestratorTag"
import { PlanRunner } from "../ai/orchestration/PlanRunner"
import { flawOf } from "../ai/orchestration/requestLimits"
import type { PlanEvent } from "../ai/orchestration/PlanEvent"
import { ChangeFeed } from "./ChangeFeed"
import { compacted } from "./compaction"
import { ConversationError } from "./ConversationError"
import { ConversationService, type AskRequest } from "./ConversationService"
import { ConversationStore, type StoredRun, type StoreError, type Turn } from "./ConversationStore"
import { encodeEvents } from "./eventCodec"
import { RunKeeper } from "./RunKeeper"
import { everything } from "./runLog/readRun"
import { makeRunLog, type Work } from "./runLog/runLog"
import { resumedWork } from "./runLog/resuming"
import { RunSettings } from "./RunSettings"
import { askedOf, infoOf, requestOf, turnOf } from "./turn"

export const defaults = {
  /** How long a deleted conversation can be had back. */
  undoWindow: Duration.minutes(10),
  purgeInterval: Duration.minutes(5),
  /** A run that was begun so often waits until the user asks for it: it may be what stops Commander. */
  starts: 5,
  /** How many interrupted runs are begun at once after a start, so that their providers are not stormed. */
  resumedAtOnce: 8,
}

export const ConversationServiceLive: Layer.Layer<
  ConversationService | RunKeeper,
  never,
  ChangeFeed | ChatOrchestratorService | ConversationStore | PlanRunner
> = Layer.effectContext(
  Effect.gen(function* () {
    const store = yield* ConversationStore
    const orchestrator = yield* ChatOrchestratorService
    const runner = yield* PlanRunner
    const feed = yield* ChangeFeed
    const settings = yield* RunSettings
    const asking = yield* Semaphore.make(1)
    let isStopping = false

    const tellConversation = Effect.fnUntraced(function* (id: string) {
      const found = yield* store.conversation(id)
      if (found !== undefined) yield* feed.publish({ type: "conversation-changed", summary: found.summary })
    })

    const tellRun = Effect.fnUntraced(function* (run: StoredRun, events?: ReadonlyArray<PlanEvent>) {
      const { conversationId, messageId } = run
      yield* feed.publish({
        type: "run-changed",
        conversationId,
        messageId,
        run: { ...infoOf(run), ...(events === undefined ? {} : { events: encodeEvents(events) }) },
      })
      yield* tellConversation(conversationId)
    })

    const log = yield* makeRunLog({
      store,
      onEnded: (run, { status, events }) => orElseLogged(tellRun({ ...run, status }, events), undefined),
    })

    const known = Effect.fnUntraced(function* (runId: string) {
      const run = yield* store.run(runId)
      return run ?? (yield* notFound("there is no run of that name"))
    })

    const planTurn = Effect.fnUntraced(function* (request: AskRequest) {
      const { question, questionId } = request
      const last = question === undefined ? questionId : question.parentId
      const branch = last === undefined ? [] : yield* store.branch(last)
      const turn = turnOf(request, branch, yield* Clock.currentTimeMillis)
      if (turn instanceof ConversationError) return yield* turn
      const asked = [...branch, ...turn.messages]
      const chat = requestOf(turn.run, asked)
      const flaw = flawOf(chat)
      if (flaw !== undefined)
        return yield* new ConversationError({ reason: "InvalidRequest", message: flaw.message })
      const work: Work = {
        run: turn.run,
        request: askedOf(turn.run, asked),
        events: orchestrator.runPlan(chat),
        logged: [],
      }
      return { turn, work }
    })

    const tellTurn = ({ conversation: { id }, messages, run }: Turn) =>
      Effect.andThen(
        tellConversation(id),
        feed.publish({
          type: "messages-added",
          conversationId: id,
          messages: messages.map(({ conversationId: _, ...message }) =>
            message.id === run.messageId ? { ...message, run: infoOf(run) } : message,
          ),
        }),
      )

    /** Nobody who leaves can separate the question from its run. */
    const ask = (request: AskRequest) =>
      Effect.gen(function* () {
        const existing = yield* store.run(request.runId)
        if (existing !== undefined) return existing.status
        if (isStopping) return yield* stopping
        const { turn, work } = yield* planTurn(request)
        yield* store.begin(turn)
        yield* log.carryOut(work)
        yield* tellTurn(turn)
        return turn.run.status
      }).pipe(asking.withPermits(1), Effect.uninterruptible)

    const goOn = Effect.fnUntraced(function* (run: StoredRun) {
      yield* store.setStatus(run.id, "running")
      const branch = yield* store.branch(run.messageId)
      yield* log.carryOut(yield* resumedWork({ run, branch, store, orchestrator, runner }))
      yield* tellRun({ ...run, status: "running" })
    })

    const resume = (runId: string) =>
      Effect.gen(function* () {
        const run = yield* known(runId)
        if (run.status !== "interrupted") return run.status
        if (isStopping) return yield* stopping
        yield* goOn(run)
        return "running" as const
      }).pipe(asking.withPermits(1), Effect.uninterruptible)

    const remove = Effect.fnUntraced(function* (id: string) {
      const now = yield* Clock.currentTimeMillis
      yield* Effect.forEach(
        (yield* store.runningRuns).filter(({ conversationId }) => conversationId === id),
        (run) => log.stop(run.id),
      )
      if (!(yield* store.setDeleted(id, now))) return yield* noConversation
      yield* feed.publish({ type: "conversation-removed", id })
    })

    const restore = Effect.fnUntraced(function* (id: string) {
      if (!(yield* store.setDeleted(id, undefined))) return yield* noConversation
      yield* tellConversation(id)
    })

    const interrupted = Effect.fnUntraced(function* (run: StoredRun) {
      yield* store.setStatus(run.id, "interrupted")
      const events = yield* store.events({ runId: run.id, from: 0, limit: everything })
      yield* tellRun({ ...run, status: "interrupted" }, compacted(events))
    })

    const purge = Effect.flatMap(Clock.currentTimeMillis, (now) =>
      store.purge(now - Duration.toMillis(defaults.undoWindow)),
    )

    // Read before anything is asked: whatever runs by now was interrupted by the last stop.
    const left = yield* orElseLogged(store.runningRuns, [])
    const recovering = yield* Semaphore.make(defaults.resumedAtOnce)
    const recover = (run: StoredRun) =>
      settings.afterRestart === "resume" && run.starts < defaults.starts
        ? recovering.withPermits(1)(Effect.andThen(goOn(run), log.untilOver(run.id)))
        : interrupted(run)
    yield* Effect.forEach(left, (run) => Effect.forkScoped(orElseLogged(recover(run), undefined)))
    yield* Effect.forkScoped(
      Effect.repeat(orElseLogged(purge, undefined), Schedule.spaced(defaults.purgeInterval)),
    )

    const service = ConversationService.of({
      list: (query) => inWords(store.list(query)),
      open: (id) =>
        inWords(
          Effect.gen(function* () {
            const found = yield* store.conversation(id)
            return found === undefined
              ? yield* noConversation
              : { ...found, messages: yield* store.messages(id) }
          }),
        ),
      ask: (request) => inWords(ask(request)),
      attach: ({ runId, from }) =>
        Stream.unwrap(inWords(Effect.as(known(runId), Stream.mapError(log.read(runId, from), storeFailed)))),
      stop: (runId) => inWords(Effect.andThen(known(runId), log.stop(runId))),
      resume: (runId) => inWords(resume(runId)),
      update: (id, changes) =>
        inWords(
          Effect.gen(function* () {
            if (!(yield* store.update(id, changes))) return yield* noConversation
            // What is being written is of no interest to the list.
            if (Object.keys(changes).some((field) => field !== "draft")) yield* tellConversation(id)
          }),
        ),
      remove: (id) => inWords(remove(id)),
      restore: (id) => inWords(restore(id)),
      search: (query) => inWords(store.search(query)),
      usage: (query) => inWords(store.usage(query)),
      changes: feed.changes,
    })
    const keeper = RunKeeper.of({
      settle: Effect.suspend(() => {
        isStopping = true
        return log.settle(settings.grace)
      }),
    })
    return Context.make(ConversationService, service).pipe(Context.add(RunKeeper, keeper))
  }),
)

const notFound = (message: string) => new ConversationError({ reason: "NotFound", message })
const noConversation = notFound("there is no such chat; it may have been deleted")
const stopping = new ConversationError({
  reason: "Stopping",
  message: "Commander is about to stop; ask again when it is back",
})

const storeFailed = (cause: StoreError): ConversationError =>
  new ConversationError({ reason: "StoreFailed", message: cause.message, cause })

/** What nobody waits for goes on without it; the store tells the user by its state. */
const orElseLogged = <A>(work: Effect.Effect<A, StoreError>, otherwise: A): Effect.Effect<A> =>
  Effect.catch(work, (error) => Effect.as(Effect.logError(error.message), otherwise))

const inWords = <A>(
  effect: Effect.Effect<A, ConversationError | StoreError>,
): Effect.Effect<A, ConversationError> =>
  Effect.catchTag(effect, "StoreError", (error) => Effect.fail(storeFailed(error)))
