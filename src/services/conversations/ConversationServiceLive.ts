/** Chats over a store: runs are carried out here, whoever looks on. */
import * as Clock from "effect/Clock"
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Schedule from "effect/Schedule"
import * as Semaphore from "effect/Semaphore"
import * as Stream from "effect/Stream"
import * as Struct from "effect/Struct"
import { ChatOrchestratorService } from "../ai/orchestration/ChatOrchestratorTag"
import { PlanRunner } from "../ai/orchestration/PlanRunner"
import { flawOf } from "../ai/orchestration/requestLimits"
import type { PlanEvent } from "../ai/orchestration/PlanEvent"
import { branchTo } from "./branchTo"
import { ChangeFeed } from "./ChangeFeed"
import { compacted } from "./compaction"
import { ConversationError } from "./ConversationError"
import { ConversationService, type AskRequest } from "./ConversationService"
import { ConversationStore, type StoredRun, type Turn } from "./ConversationStore"
import { encodeEvents } from "./eventCodec"
import { inWords, noConversation, notFound, orElseLogged, stopping, storeFailed } from "./failures"
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
    const changing = yield* Semaphore.make(1)
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
      const { conversationId, question, questionId } = request
      const last = question === undefined ? questionId : question.parentId
      const branch = last === undefined ? [] : yield* branchTo(store, last)
      const turn = turnOf(request, branch, yield* Clock.currentTimeMillis)
      if (turn instanceof ConversationError) return yield* turn
      if (branch.length > 0 && (yield* store.conversation(conversationId)) === undefined)
        return yield* noConversation
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
          messages: messages.map((stored) => ({
            ...Struct.omit(stored, ["conversationId"]),
            ...(stored.id === run.messageId ? { run: infoOf(run) } : {}),
          })),
        }),
      )

    /** One at a time, so that nothing begins in what is being removed, stopped or settled; nobody who leaves tears it apart. */
    const alone = <A, E>(change: Effect.Effect<A, E>): Effect.Effect<A, E> =>
      Effect.uninterruptible(changing.withPermits(1)(change))

    const ask = Effect.fnUntraced(function* (request: AskRequest) {
      const existing = yield* store.run(request.runId)
      if (existing !== undefined) return existing.status
      if (isStopping) return yield* stopping
      const { turn, work } = yield* planTurn(request)
      yield* store.begin(turn)
      yield* log.carryOut(work)
      yield* orElseLogged(tellTurn(turn), undefined)
      return turn.run.status
    })

    /** Everything is read before anything is written: what cannot be read stays as it is. */
    const goOn = Effect.fnUntraced(function* (run: StoredRun) {
      const branch = yield* branchTo(store, run.messageId)
      const work = yield* resumedWork({ run, branch, store, orchestrator, runner })
      yield* store.setStatus(run.id, "running")
      yield* log.carryOut(work)
      yield* orElseLogged(tellRun({ ...run, status: "running" }), undefined)
    })

    const resume = Effect.fnUntraced(function* (runId: string) {
      const run = yield* known(runId)
      if (run.status !== "interrupted") return run.status
      if (isStopping) return yield* stopping
      yield* goOn(run)
      return "running" as const
    })

    const stop = Effect.fnUntraced(function* (run: StoredRun) {
      if (run.status !== "running") return
      yield* log.stop(run, askedOf(run, (yield* store.branch(run.messageId)).slice(0, -1)))
    })

    const runningIn = (id: string) =>
      Effect.map(store.runningRuns, (runs) => runs.filter(({ conversationId }) => conversationId === id))

    const remove = Effect.fnUntraced(function* (id: string) {
      yield* Effect.forEach(yield* runningIn(id), stop)
      if (!(yield* store.setDeleted(id, yield* Clock.currentTimeMillis))) return yield* noConversation
      yield* feed.publish({ type: "conversation-removed", id })
    })

    const restore = Effect.fnUntraced(function* (id: string) {
      if (!(yield* store.setDeleted(id, undefined))) return yield* noConversation
      const left = (yield* runningIn(id)).filter((run) => !log.isCarriedOut(run.id))
      yield* Effect.forEach(left, interrupted)
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
    const isLeft = Effect.fnUntraced(function* ({ id, conversationId }: StoredRun) {
      const [run, conversation] = [yield* store.run(id), yield* store.conversation(conversationId)]
      return run?.status === "running" && conversation !== undefined && !isStopping
    })
    /** It may have been stopped or removed while it waited. */
    const recover = Effect.fnUntraced(function* (run: StoredRun) {
      if (!(yield* isLeft(run))) return
      const mayGoOn = settings.afterRestart === "resume" && run.starts < defaults.starts
      yield* mayGoOn ? goOn(run) : interrupted(run)
    })
    yield* Effect.forEach(left, (run) =>
      Effect.andThen(alone(recover(run)), log.untilOver(run.id)).pipe(
        recovering.withPermits(1),
        (recovery) => orElseLogged(recovery, undefined),
        Effect.forkScoped,
      ),
    )
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
      ask: (request) => inWords(alone(ask(request))),
      attach: ({ runId, from }) =>
        Stream.unwrap(inWords(Effect.as(known(runId), Stream.mapError(log.read(runId, from), storeFailed)))),
      stop: (runId) => inWords(alone(Effect.flatMap(known(runId), stop))),
      resume: (runId) => inWords(alone(resume(runId))),
      update: (id, changes) =>
        inWords(
          Effect.gen(function* () {
            if (!(yield* store.update(id, changes))) return yield* noConversation
            // What is being written is of no interest to the list.
            if (Object.keys(changes).some((field) => field !== "draft")) yield* tellConversation(id)
          }),
        ),
      remove: (id) => inWords(alone(remove(id))),
      restore: (id) => inWords(alone(restore(id))),
      search: (query) => inWords(store.search(query)),
      usage: (query) => inWords(store.usage(query)),
      changes: feed.changes,
    })
    const keeper = RunKeeper.of({
      settle: Effect.andThen(
        alone(
          Effect.sync(() => {
            isStopping = true
          }),
        ),
        log.settle(settings.grace),
      ),
    })
    return Context.make(ConversationService, service).pipe(Context.add(RunKeeper, keeper))
  }),
)
