/** Rounds of killing a real server in the middle of its answers, and what its pages must find when it is back. */
import { cpSync, existsSync, mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { DatabaseSync } from "node:sqlite"
import { assert } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import type * as Scope from "effect/Scope"
import * as Stream from "effect/Stream"
import type { PageServices } from "@/client/pageRuntime"
import { rpcPath } from "@/rpc/CommanderRpcs"
import { databaseFiles } from "@/server/store/sqlite/databaseFiles"
import { isTerminal, type PlanEvent } from "@/services/ai/orchestration"
import { ConversationService, type AskRequest } from "@/services/conversations/ConversationService"
import type { RunError } from "@/services/ai/orchestration/PlanEvent"
import { answerText } from "@/simulator/answer"
import { startFaultUpstream, type FaultUpstream } from "@/simulator/FaultUpstream"
import type { FaultName } from "@/simulator/faults"
import { onPage, openPage, type Page } from "./commander"
import { launchCommander } from "./commanderProcess"
import { oneOf, seededDice, whole } from "./randomTexts"
import { temporaryFolder } from "./temporaryFolder"

export interface RoundsOptions {
  readonly rounds: number
  /** Answers that stream at the same time. */
  readonly answers: number
  readonly seed: number
}

export interface RoundsReport {
  readonly rounds: number
  readonly kills: number
  readonly answers: number
  /** Of them, those that a kill cut after some of their text was seen. */
  readonly cutInText: number
  /** Questions whose acknowledgement the kill prevented. */
  readonly unacknowledged: number
  /** Answers whose whole text was there, and the word that it was whole was not. */
  readonly endsUnknown: number
  readonly requests: number
  readonly charactersSeenBeforeKills: number
}

/** What a page has seen of one answer. */
interface Seen {
  readonly request: AskRequest
  isAcknowledged: boolean
  events: Array<PlanEvent>
  /** What stood on the screen when the server died, each time. */
  readonly textsAtKills: Array<string>
}

const wholeText = answerText()

const textOf = (events: ReadonlyArray<PlanEvent>): string =>
  events.map((event) => (event.type === "text-delta" ? event.text : "")).join("")

const questionOf = (runId: string): string => `Tell ${runId} of the night.`

/** A run that begins anew takes the place of what was seen of it, and must show all of that again. */
const take = (seen: Seen, told: ReadonlyArray<PlanEvent>): void => {
  for (const event of told) {
    if (event.sequence === 0) seen.events = []
    seen.events.push(event)
  }
}

const follow = (seen: Seen) =>
  Effect.flatMap(ConversationService, ({ attach }) =>
    Stream.runForEachArray(
      Stream.suspend(() =>
        attach({ runId: seen.request.runId, from: (seen.events.at(-1)?.sequence ?? -1) + 1 }),
      ),
      (told) => Effect.sync(() => take(seen, told)),
    ),
  )

const askAndFollow = (seen: Seen) =>
  Effect.gen(function* () {
    const { ask } = yield* ConversationService
    yield* ask(seen.request)
    seen.isAcknowledged = true
    yield* follow(seen)
  })

/** The last question that a request carries, and the part of the answer that it is to continue. */
const askedIn = (body: unknown): { readonly question: string; readonly said: string } => {
  const text = JSON.stringify(body)
  const questions = [...text.matchAll(/Tell (run-[\w-]+) of the night\./g)]
  const messages = readMessages(body)
  const last = messages.findLastIndex(({ content }) => content.includes("of the night."))
  const said = messages
    .slice(last + 1)
    .filter(({ role }) => role === "assistant")
    .map(({ content }) => content)
    .join("")
  return { question: questions.at(-1)?.[1] ?? "", said }
}

const readMessages = (body: unknown): ReadonlyArray<{ readonly role: string; readonly content: string }> => {
  if (typeof body !== "object" || body === null || !("messages" in body) || !Array.isArray(body.messages))
    return []
  return body.messages.map((message: { readonly role?: unknown; readonly content?: unknown }) => ({
    role: String(message.role),
    content: typeof message.content === "string" ? message.content : contentText(message.content),
  }))
}

const contentText = (content: unknown): string =>
  Array.isArray(content) ? content.map((part: { readonly text?: unknown }) => String(part.text)).join("") : ""

/** Commander was killed while it was asked, or it had nothing to add to a text that was whole. */
const isUnsuspicious = (error: RunError | undefined): boolean =>
  error?._tag === "AIProviderError" && (error.reason === "Interrupted" || error.reason === "EmptyAnswer")

/** What SQLite itself says of a copy of what the killed server has left. */
const checkStore = (home: string): void => {
  const copy = mkdtempSync(join(tmpdir(), "commander-killed-"))
  try {
    for (const name of databaseFiles) {
      if (existsSync(join(home, name))) cpSync(join(home, name), join(copy, name))
    }
    const database = new DatabaseSync(join(copy, databaseFiles[0]))
    assert.deepStrictEqual({ ...database.prepare("PRAGMA integrity_check").get() }, { integrity_check: "ok" })
    assert.deepStrictEqual(database.prepare("PRAGMA foreign_key_check").all(), [])
    database.close()
  } finally {
    rmSync(copy, { recursive: true, force: true })
  }
}

const checkAnswer = Effect.fnUntraced(function* (seen: Seen, upstream: FaultUpstream) {
  const { runId, conversationId, questionId, answerId } = seen.request
  const { open } = yield* ConversationService
  const { messages } = yield* open(conversationId)
  const question = messages.find(({ id }) => id === questionId)
  const answer = messages.find(({ id }) => id === answerId)
  assert.strictEqual(question?.text, questionOf(runId), "the acknowledged question is there")
  const numbers = seen.events.map(({ sequence }) => sequence)
  // A joined piece of text stands for as many numbers as it has parts, so that only their order is certain.
  assert.deepStrictEqual(
    numbers,
    [...new Set(numbers)].toSorted((one, other) => one - other),
  )
  assert.lengthOf(seen.events.filter(isTerminal), 1)
  const text = textOf(seen.events)
  assert.strictEqual(text, wholeText, "nothing is lost, nothing repeats")
  assert.strictEqual(answer?.text, wholeText)
  const last = seen.events.at(-1)
  // Killed between the last word and the log of the end: that it was the last one is not known, and not claimed. The log may
  // have had it when the page had not yet.
  const isEndUnknown =
    last?.type === "plan-failed" && last.attempts.every(({ error }) => isUnsuspicious(error))
  if (!isEndUnknown) assert.strictEqual(last?.type, "plan-completed", JSON.stringify(last))
  assert.strictEqual(answer?.run?.status, isEndUnknown ? "failed" : "completed")
  for (const before of seen.textsAtKills) assert.isTrue(text.startsWith(before))

  const requests = upstream.requests().filter(({ body }) => askedIn(body).question === runId)
  const attempts = seen.events.filter(({ type }) => type === "attempt-started").length
  assert.isAtLeast(requests.length, 1)
  // A kill between the sending of a request and its log loses the attempt, never more than one at each.
  assert.isAtMost(requests.length, attempts + seen.textsAtKills.length)
  for (const { body } of requests) assert.isTrue(wholeText.startsWith(askedIn(body).said))
  // Whoever goes on was told at least what the user had seen.
  const lastSeen = seen.textsAtKills.at(-1)?.trimEnd() ?? ""
  const lastAsked = requests.at(-1)
  if (lastSeen !== "" && lastSeen !== wholeText && lastAsked !== undefined)
    assert.isAtLeast(askedIn(lastAsked.body).said.length, lastSeen.length)
  return { requests: requests.length, isEndUnknown }
})

const faults = ["pace-10ms", "pace-20ms", "pace-30ms"] as const satisfies ReadonlyArray<FaultName>

/** Every promise is asserted on the way; the report says how much was put to the test. */
export const killInRounds = ({ rounds, answers, seed }: RoundsOptions) =>
  Effect.gen(function* () {
    const dice = seededDice(seed)
    const upstream = yield* startFaultUpstream()
    const folder = yield* temporaryFolder
    const home = join(folder, "home")
    const launch = launchCommander({ folder, environment: upstream.environment })
    let commander = yield* launch
    const report = {
      rounds,
      kills: 0,
      answers: 0,
      cutInText: 0,
      unacknowledged: 0,
      endsUnknown: 0,
      requests: 0,
      charactersSeenBeforeKills: 0,
    }

    const page = Effect.suspend(() => openPage(`${commander.url.replace("http", "ws")}${rpcPath}`))
    const onNewPage = <A, E>(use: (page: Page) => Effect.Effect<A, E, Scope.Scope>) =>
      Effect.scoped(Effect.flatMap(page, use))

    const kill = Effect.fnUntraced(function* (all: ReadonlyArray<Seen>) {
      yield* commander.end("SIGKILL")
      report.kills += 1
      for (const seen of all) {
        if (seen.events.some(isTerminal)) continue
        const text = textOf(seen.events)
        seen.textsAtKills.push(text)
        report.charactersSeenBeforeKills += text.length
        if (text !== "") report.cutInText += 1
      }
      checkStore(home)
      commander = yield* launch
    })

    /** Carries the work out on a page until the server is killed at a random moment. */
    const untilKilled = (
      all: ReadonlyArray<Seen>,
      work: (seen: Seen) => Effect.Effect<void, unknown, PageServices>,
    ) =>
      onNewPage((opened) =>
        Effect.gen(function* () {
          const fibers = yield* Effect.forEach(all, (seen) =>
            Effect.forkScoped(Effect.ignore(onPage(opened)(work(seen)))),
          )
          yield* Effect.sleep(whole(dice, 900))
          yield* commander.end("SIGKILL")
          yield* Effect.forEach(fibers, Fiber.interrupt)
        }),
      ).pipe(Effect.andThen(kill(all)))

    for (let round = 0; round < rounds; round += 1) {
      upstream.reset()
      for (const key of ["openai", "anthropic", "ollama"]) {
        upstream.script(key, [oneOf(dice, faults)])
      }
      const all = Array.from({ length: answers }, (_, index): Seen => {
        const name = `${round}-${index}`
        return {
          request: {
            runId: `run-${name}`,
            conversationId: `chat-${name}`,
            questionId: `question-${name}`,
            question: { text: questionOf(`run-${name}`) },
            answerId: `answer-${name}`,
            preferredProvider: { key: "openai" },
          },
          isAcknowledged: false,
          events: [],
          textsAtKills: [],
        }
      })
      yield* untilKilled(all, askAndFollow)
      // A server may be killed again while it makes up for the last time.
      if (dice() < 0.3) {
        yield* untilKilled(
          all.filter(({ isAcknowledged }) => isAcknowledged),
          follow,
        )
      }
      report.answers += answers
      report.unacknowledged += all.filter(({ isAcknowledged }) => !isAcknowledged).length
      const checked = yield* onNewPage((opened) =>
        onPage(opened)(
          Effect.forEach(
            all,
            (seen) =>
              Effect.andThen(
                // What was not acknowledged is asked again under the same name, and answered once.
                seen.isAcknowledged ? follow(seen) : askAndFollow(seen),
                checkAnswer(seen, upstream),
              ),
            { concurrency: "unbounded" },
          ),
        ),
      )
      for (const { requests, isEndUnknown } of checked) {
        report.requests += requests
        if (isEndUnknown) report.endsUnknown += 1
      }
    }
    assert.notInclude(commander.output(), "damaged")
    return report satisfies RoundsReport
  })
