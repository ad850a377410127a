/** Answers that break off after they began: who goes on with them, how they are asked, and what is shown of it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { ChatRequest } from "@/services/ai"
import { TargetHealth } from "@/services/ai/orchestration"
import { errorBody, reasoning, closing, opening } from "@/tests/support/dialects"
import {
  anthropic,
  beginning,
  chain,
  messagesOf,
  ollama,
  openai,
  rest,
  sky,
} from "@/tests/support/cutAnswers"
import {
  badKey,
  delaysOf,
  ending,
  endsOf,
  failureOf,
  inOneProcess,
  only,
  planOf,
  rateLimited,
  request,
  run,
  runIn,
  textOf,
} from "@/tests/support/runs"
import {
  allConfigured,
  answers,
  breaksAfter,
  chooses,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  streams,
  unreachable,
  type Move,
} from "@/tests/support/world"

const thoughtThenBroke = (thought: string): Move =>
  streams((dialect) => [...opening(dialect, ""), ...reasoning(dialect, thought)])

const contentRefused = refuses(
  400,
  errorBody("chat-completions", "invalid_request_error", "no", "content_policy_violation"),
)

describe("whoever can go on with an answer", () => {
  it.effect("is asked in turn: the following steps, the earlier ones, the one that broke off last", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(500)],
        anthropic: [breaksAfter(beginning), refuses(500)],
        ollama: [refuses(500)],
      })
      const events = yield* runIn(world, { plan: chain })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "openai", "anthropic"])
      assert.deepStrictEqual(
        only(events, "attempt-started").map(({ purpose }) => purpose),
        [undefined, undefined, "rescue", "rescue", "rescue"],
      )
      assert.strictEqual(failureOf(events).reason, "Cut")
      assert.isTrue(ending(events).type === "plan-failed" && textOf(events) === beginning)
    }),
  )

  it.effect.each<readonly [what: string, refusal: Move]>([
    ["its key", badKey],
    ["its model", refuses(404)],
    ["its quota", refuses(402)],
  ])("is not an earlier step that was refused for good, for %s", ([, refusal]) =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refusal],
        anthropic: [breaksAfter(beginning), refuses(500)],
        ollama: [refuses(500)],
      })
      yield* runIn(world, { plan: chain })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "anthropic"])
    }),
  )

  it.effect("is not a step without a key, and the run says so once", () =>
    Effect.gen(function* () {
      const world = makeWorld(
        { anthropic: [breaksAfter(beginning), refuses(500)], ollama: [refuses(500)] },
        { ...allConfigured, OPENAI_API_KEY: undefined },
      )
      const events = yield* runIn(world, { plan: chain })
      assert.deepStrictEqual(world.asked(), ["anthropic", "ollama", "anthropic"])
      assert.strictEqual(only(events, "step-skipped").length, 1)
    }),
  )

  it.effect("is passed over while it is left alone after a 429", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [rateLimited(30)],
        anthropic: [breaksAfter(beginning)],
        ollama: [refuses(500)],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic, ollama]) })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "anthropic"])
      assert.isDefined(only(events, "step-skipped")[0]?.reason.reopensAt)
    }),
  )

  it.effect.each<readonly [what: string, move: Move, reason: string]>([
    ["a fault", refuses(500), "ServerError"],
    ["an overload", refuses(529), "Overloaded"],
    ["a short wait", rateLimited(1), "RateLimited"],
    ["a refused key", badKey, "InvalidKey"],
    ["a wrong request", refuses(422), "InvalidRequest"],
    ["a refused content", contentRefused, "ContentRefused"],
    ["a conversation that is too long", refuses(413), "ContextTooLong"],
    ["an empty answer", answers(""), "EmptyAnswer"],
    ["no connection", unreachable, "ConnectionFailed"],
    ["silence", silence, "NoFirstPart"],
  ])("is asked once: after %s the next one is", ([, move, reason]) =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [move],
        ollama: [answers(rest)],
      })
      const plan = planOf([openai, { ...anthropic, attempts: 3 }, ollama])
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama"])
      assert.deepStrictEqual(endsOf(events), ["Cut", reason, "answered"])
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(delaysOf(events), [])
    }),
  )

  it.effect("is switched to from the one that broke off, which is not switched to from itself", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning), answers(rest)], anthropic: [refuses(500)] })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]) })
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(
        only(events, "target-switched").map(({ from, to }) => [from.provider, to.provider]),
        [
          ["openai", "anthropic"],
          ["anthropic", "openai"],
        ],
      )
      const alone = makeWorld({ openai: [breaksAfter(beginning), answers(rest)] })
      const again = yield* runIn(alone, { plan: planOf([openai]) })
      assert.strictEqual(textOf(again), sky)
      assert.deepStrictEqual(only(again, "target-switched"), [])
    }),
  )
})

describe("a target that takes a prefill", () => {
  const conversation: ChatRequest["messages"] = [
    { role: "system", content: "Be brief." },
    { role: "user", content: "Why is the sky blue?" },
  ]

  it.effect("gets the text as its own last message, trimmed at its end, and nothing after it", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(`${beginning} \n`)], ollama: [answers(rest)] })
      const plan = planOf([openai, ollama])
      const events = yield* runIn(world, { plan, messages: conversation })
      assert.deepStrictEqual(messagesOf(world.calls[1]), [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Why is the sky blue?" },
        { role: "assistant", content: beginning },
      ])
      assert.deepStrictEqual(
        only(events, "answer-resumed").map(({ mode, target }) => [mode, target.provider]),
        [["prefill", "ollama"]],
      )
      assert.strictEqual(textOf(events), `${beginning} \nsmall particles scatter short waves.`)
    }),
  )

  it.effect("gets it as one plain string in the other dialect too", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(`${beginning} `)], anthropic: [answers(rest)] })
      const plan = planOf([openai, { provider: "anthropic", model: "claude-sonnet-4-5" }])
      const events = yield* runIn(world, { plan, messages: conversation })
      assert.deepStrictEqual(messagesOf(world.calls[1]).at(-1), { role: "assistant", content: beginning })
      assert.strictEqual(world.calls[1]?.body["system"], "Be brief.")
      assert.strictEqual(textOf(events), sky)
    }),
  )
})

describe("a target that takes no prefill", () => {
  it.effect("gets the conversation, the partial answer, and a message that asks to go on", () =>
    Effect.gen(function* () {
      const world = makeWorld({ ollama: [breaksAfter(`${beginning} `)], openai: [answers(rest)] })
      const events = yield* runIn(world, {
        plan: planOf([ollama, openai]),
        messages: [{ role: "system", content: "Be brief." }, ...request.messages],
      })
      const messages = messagesOf(world.calls[1])
      assert.deepStrictEqual(messages.slice(0, -1), [
        { role: "system", content: "Be brief." },
        { role: "user", content: "Why is the sky blue?" },
        { role: "assistant", content: beginning },
      ])
      assert.propertyVal(messages.at(-1), "role", "user")
      assert.deepStrictEqual(
        only(events, "answer-resumed").map(({ mode }) => mode),
        ["instruction"],
      )
      assert.strictEqual(textOf(events), sky)
    }),
  )

  it.effect("may repeat the last words or start over: nothing of it is shown twice", () =>
    Effect.gen(function* () {
      for (const said of [`The sky is blue because${rest}`, `is blue because${rest}`, rest]) {
        const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers(said)] })
        const events = yield* runIn(world, { plan: planOf([openai, anthropic]) })
        assert.strictEqual(textOf(events), sky)
        assert.strictEqual(ending(events).type, "plan-completed")
      }
    }),
  )
})

describe("a rejected prefill", () => {
  const rejects = (then: Move): Move =>
    chooses((call) => {
      const last = messagesOf(call).at(-1)
      const isPrefill =
        typeof last === "object" && last !== null && "role" in last && last.role === "assistant"
      return isPrefill
        ? refuses(400, errorBody("chat-completions", "invalid_request_error", "unknown role at the end"))
        : then
    })
  const plan = planOf([openai, ollama])

  it.effect("is followed by an instruction to the same target, whatever the words of the 400", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], ollama: [rejects(answers(rest))] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "ollama", "ollama"])
      assert.deepStrictEqual(endsOf(events), ["Cut", "InvalidRequest", "answered"])
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(
        ending(events).attempts.map((record) => record.rescue),
        [undefined, "prefill", "instruction"],
      )
      assert.strictEqual(only(events, "target-switched").length, 1)
    }),
  )

  it.effect("is remembered: the next run asks with an instruction at once", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning), breaksAfter(beginning)],
        ollama: [rejects(answers(rest))],
      })
      const second = yield* inOneProcess(world, Effect.andThen(run({ plan }), run({ plan })))
      assert.deepStrictEqual(world.asked().slice(3), ["openai", "ollama"])
      assert.strictEqual(textOf(second), sky)
    }),
  )

  it.effect("counts to the requests of the run", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], ollama: [rejects(answers(rest))] })
      const events = yield* runIn(world, { plan: planOf([openai, ollama], { maxAttempts: 2 }) })
      assert.deepStrictEqual(world.asked(), ["openai", "ollama"])
      assert.strictEqual(failureOf(events).reason, "Cut")
    }),
  )

  it.effect("is never the error of the run, and the circuit takes no notice of it", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], ollama: [rejects(refuses(500))] })
      const { events, reports } = yield* Effect.gen(function* () {
        const events = yield* run({ plan })
        const health = yield* TargetHealth
        return { events, reports: yield* health.reports }
      }).pipe(Effect.provide(world.layer))
      assert.strictEqual(failureOf(events).reason, "Cut")
      // Only the 500 counts.
      assert.strictEqual(reports.find(({ target }) => target.provider === "ollama")?.requests, 1)
    }),
  )
})

describe("a rescuer that breaks off too", () => {
  it.effect("is gone on from where it stopped", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter("The sky is")],
        anthropic: [breaksAfter("The sky is blue because")],
        ollama: [answers(rest)],
      })
      const events = yield* runIn(world, { plan: chain })
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(messagesOf(world.calls[2]).at(-1), { role: "assistant", content: beginning })
      assert.deepStrictEqual(endsOf(events), ["Cut", "Cut", "answered"])
      assert.deepStrictEqual(
        ending(events).attempts.map(({ emitted }) => emitted),
        ["The sky is".length, " blue because".length, rest.length],
      )
    }),
  )

  it.effect("leaves the first cause when nobody is left: the text stays, and it is not complete", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [stallsAfter("The sky is"), refuses(500)],
        anthropic: [breaksAfter("The sky is blue because")],
        ollama: [badKey],
      })
      const events = yield* runIn(world, { plan: chain })
      const last = ending(events)
      assert.strictEqual(failureOf(events).reason, "Stalled")
      assert.isTrue(last.type === "plan-failed" && last.partial)
      assert.strictEqual(textOf(events), beginning)
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "openai"])
    }),
  )
})

describe("an answer of which only reasoning was shown", () => {
  const reasoningOf = (events: Parameters<typeof only>[0]): string =>
    only(events, "reasoning-delta")
      .map(({ text }) => text)
      .join("")

  it.effect("is asked for anew, and the new reasoning is not shown", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [thoughtThenBroke("Waves?")],
        ollama: [streams((d) => [...reasoning(d, "Particles?"), ...opening(d, sky), ...closing(d)])],
      })
      const events = yield* runIn(world, { plan: planOf([openai, ollama]) })
      assert.strictEqual(reasoningOf(events), "Waves?")
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(messagesOf(world.calls[1]), messagesOf(world.calls[0]))
      assert.deepStrictEqual(
        only(events, "answer-resumed").map(({ mode }) => mode),
        ["fresh"],
      )
      assert.strictEqual(only(events, "answer-started").length, 1)
    }),
  )

  it.effect("is gone on from the text of a second one that breaks off", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [thoughtThenBroke("Waves?")],
        anthropic: [breaksAfter(beginning)],
        ollama: [answers(rest)],
      })
      const events = yield* runIn(world, { plan: chain })
      assert.strictEqual(textOf(events), sky)
      assert.deepStrictEqual(
        only(events, "answer-resumed").map(({ mode }) => mode),
        ["fresh", "prefill"],
      )
    }),
  )

  it.effect("and then text goes on without the rescuer's reasoning", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((d) => [...reasoning(d, "Waves?"), ...opening(d, beginning)], "reset")],
        ollama: [streams((d) => [...reasoning(d, "Particles?"), ...opening(d, rest), ...closing(d)])],
      })
      const events = yield* runIn(world, { plan: planOf([openai, ollama]) })
      assert.strictEqual(reasoningOf(events), "Waves?")
      assert.strictEqual(textOf(events), sky)
    }),
  )
})
