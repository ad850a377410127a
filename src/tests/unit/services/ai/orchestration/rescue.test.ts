/** Answers that break off after they began: who goes on with them, how they are asked, and when nobody is. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type { AiPlan, ChatRequest } from "@/services/ai"
import { TargetHealth } from "@/services/ai/orchestration"
import { errorBody, reasoning, closing, opening, toolCall } from "@/tests/support/dialects"
import { generated, streamed } from "@/tests/support/methods"
import {
  badKey,
  delaysOf,
  ended,
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
  typesOf,
} from "@/tests/support/runs"
import {
  allConfigured,
  answers,
  breaksAfter,
  chooses,
  drips,
  hesitates,
  makeWorld,
  refuses,
  silence,
  stallsAfter,
  streams,
  unreachable,
  type Call,
  type Move,
} from "@/tests/support/world"

const openai = { provider: "openai", model: "gpt-4.1" }
/** Does not take a prefill. */
const anthropic = { provider: "anthropic", model: "claude-haiku-5-5" }
/** Takes a prefill. */
const ollama = { provider: "ollama", model: "gemma3:1b" }

const chain = planOf([openai, anthropic, ollama])
const beginning = "The sky is blue because"
const rest = " small particles scatter short waves."
const sky = beginning + rest

const messagesOf = (call: Call | undefined): ReadonlyArray<unknown> => {
  const messages = call?.body["messages"]
  assert(Array.isArray(messages))
  return messages
}

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

describe("a tool call", () => {
  const weather = { id: "call_1", name: "weather", pieces: ['{"city":', '"Bern"}'] }
  const tools = [{ name: "weather", description: "Tells the weather.", parameters: { type: "object" } }]

  it.effect("that was handed on ends the hope of a rescue: the run fails with the cause", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [
          streams((d) => [...opening(d, "Let me see."), ...toolCall(d, weather), ...closing(d, 5, "other")]),
        ],
        anthropic: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]), options: { tools } })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual(
        only(events, "tool-call").map(({ params }) => params),
        [{ city: "Bern" }],
      )
      assert.strictEqual(failureOf(events).reason, "Cut")
      assert.isTrue(last.type === "plan-failed" && last.partial)
    }),
  )

  it.effect("that a rescuer hands on ends it, too", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter("Let me see what")],
        anthropic: [
          streams((d) => [...opening(d, " it is."), ...toolCall(d, weather), ...closing(d, 5, "other")]),
        ],
        ollama: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: chain, options: { tools } })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic"])
      assert.strictEqual(textOf(events), "Let me see what it is.")
      assert.strictEqual(failureOf(events).message.includes("openai"), true)
    }),
  )

  it.effect("that was cut in its arguments was never handed on: the text before it is gone on with", () =>
    Effect.gen(function* () {
      const half = { ...weather, pieces: ['{"city":'] }
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, "Let me see"), ...toolCall(d, half)])],
        anthropic: [
          streams((d) => [...opening(d, " now."), ...toolCall(d, weather), ...closing(d, 5, "tool-calls")]),
        ],
      })
      const events = yield* runIn(world, { plan: planOf([openai, anthropic]), options: { tools } })
      const last = ending(events)
      assert.strictEqual(textOf(events), "Let me see now.")
      assert.isTrue(last.type === "plan-completed" && last.finishReason === "tool-calls")
      assert.strictEqual(only(events, "tool-call").length, 1)
    }),
  )

  it.effect("that was cut before anything was shown is asked for again", () =>
    Effect.gen(function* () {
      const half = { ...weather, pieces: ['{"city":'] }
      const whole = streams((d) => [
        ...opening(d, ""),
        ...toolCall(d, weather),
        ...closing(d, 5, "tool-calls"),
      ])
      const world = makeWorld({ openai: [streams((d) => [...opening(d, ""), ...toolCall(d, half)]), whole] })
      const plan = planOf([{ ...openai, attempts: 2 }])
      const events = yield* runIn(world, { plan, options: { tools } })
      assert.deepStrictEqual(endsOf(events), ["Cut", "answered"])
      assert.strictEqual(only(events, "answer-started").length, 1)
    }),
  )
})

describe("an answer that is not rescued", () => {
  it.effect("is one that the provider's filter stopped: it is passed on as that, with its text", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, beginning), ...closing(d, 5, "content-filter")])],
        anthropic: [answers("never asked")],
      })
      const events = yield* runIn(world, { plan: chain })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(failureOf(events).reason, "ContentRefused")
      assert.isTrue(last.type === "plan-failed" && last.partial)
      assert.strictEqual(textOf(events), beginning)
    }),
  )

  it.effect("is one that its length limit cut: it is complete, and says so", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [streams((d) => [...opening(d, beginning), ...closing(d, 5, "length")])],
      })
      const last = ending(yield* runIn(world, { plan: chain }))
      assert.isTrue(last.type === "plan-completed" && last.finishReason === "length")
      assert.deepStrictEqual(world.asked(), ["openai"])
    }),
  )

  it.effect("is one whose plan says fail: it ends at once with its cause", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers("never asked")] })
      const plan = planOf([openai, anthropic], { onPartial: "fail" })
      const events = yield* runIn(world, { plan })
      const last = ending(events)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual([failureOf(events).reason, textOf(events)], ["Cut", beginning])
      assert.isTrue(last.type === "plan-failed" && last.partial)
    }),
  )
})

describe("an answer whose plan says restart", () => {
  const plan = planOf([openai, anthropic, ollama], { onPartial: "restart" })
  const anew = "Short waves are scattered."

  it.effect("is taken back only when the new one begins", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [refuses(500)],
        ollama: [hesitates("5 seconds", answers(anew))],
      })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(
        typesOf(events).filter((type) => type !== "text-delta"),
        [
          "plan-started",
          "attempt-started",
          "answer-started",
          "attempt-failed",
          "target-switched",
          "attempt-started",
          "attempt-failed",
          "target-switched",
          "attempt-started",
          "answer-discarded",
          "answer-started",
          "plan-completed",
        ],
      )
      assert.strictEqual(textOf(events), anew)
      assert.deepStrictEqual(messagesOf(world.calls[2]), messagesOf(world.calls[0]))
    }),
  )

  it.effect("stays when nobody begins anew", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning), refuses(500)], anthropic: [refuses(500)] })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(only(events, "answer-discarded"), [])
      assert.deepStrictEqual([failureOf(events).reason, textOf(events)], ["Cut", beginning])
    }),
  )

  it.effect("is taken back again when the new one breaks off too", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning)],
        anthropic: [breaksAfter("Short waves")],
        ollama: [answers(anew)],
      })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(only(events, "answer-discarded").length, 2)
      assert.strictEqual(textOf(events), anew)
    }),
  )

  it.effect("is resumed for a consumer that cannot take text back, and is new for one that collects it", () =>
    Effect.gen(function* () {
      const worlds = [rest, anew].map((said) =>
        makeWorld({ openai: [breaksAfter(beginning)], anthropic: [answers(said)] }),
      )
      const [resumed, collected] = yield* Effect.forEach([streamed, generated], (ask, index) =>
        ask({ ...request, plan }).pipe(Effect.provide(worlds[index]?.layer ?? assert.fail())),
      )
      assert.deepStrictEqual([resumed, collected], [sky, anew])
    }),
  )
})

describe("the limits of a rescue", () => {
  const elapsed = (events: Parameters<typeof ending>[0]): number => ending(events).at - (events[0]?.at ?? 0)

  it.effect("are the deadline, in which every rescuer has room to begin", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [breaksAfter(beginning), silence],
        anthropic: [silence],
        ollama: [silence],
      })
      const plan = planOf([openai, anthropic, ollama], { deadline: Duration.seconds(15) })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "anthropic", "ollama", "openai"])
      assert.isAtMost(elapsed(events), 15_000)
      assert.deepStrictEqual(
        ending(events)
          .attempts.slice(1)
          .map(({ duration }) => Duration.toSeconds(duration)),
        [5, 5, 5],
      )
      assert.strictEqual(failureOf(events).reason, "Cut")
    }),
  )

  it.effect("do not end an answer that makes progress, and nobody is asked after the deadline", () =>
    Effect.gen(function* () {
      const slowly = (then: "end" | "reset"): Move => ({
        does: "stream",
        events: (d) => [...opening(d, sky), ...(then === "end" ? closing(d) : [])],
        then,
        pause: "2 seconds",
      })
      const plan = planOf([openai, anthropic], { deadline: Duration.seconds(12) })
      const whole = yield* runIn(makeWorld({ openai: [slowly("end")] }), { plan })
      assert.deepStrictEqual([ending(whole).type, textOf(whole)], ["plan-completed", sky])
      assert.isAbove(elapsed(whole), 12_000)

      const world = makeWorld({ openai: [slowly("reset")], anthropic: [answers("never asked")] })
      const cut = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.deepStrictEqual([failureOf(cut).reason, textOf(cut)], ["Cut", sky])
    }),
  )

  it.effect("let a rescuer that has begun go on beyond the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], anthropic: [drips(rest, "3 seconds")] })
      const plan = planOf([openai, anthropic], { deadline: Duration.seconds(20) })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(textOf(events), sky)
      assert.isAbove(elapsed(events), 20_000)
    }),
  )

  it.effect("are the requests of the run", () =>
    Effect.gen(function* () {
      const world = makeWorld({
        openai: [refuses(500), refuses(500), breaksAfter(beginning)],
        anthropic: [refuses(500)],
        ollama: [answers("never asked")],
      })
      const plan = planOf([{ ...openai, attempts: 3 }, anthropic, ollama], { maxAttempts: 4 })
      const events = yield* runIn(world, { plan })
      assert.deepStrictEqual(world.asked(), ["openai", "openai", "openai", "anthropic"])
      assert.strictEqual(failureOf(events).reason, "Cut")
    }),
  )
})

describe("the room that is kept for a target before the deadline", () => {
  it.effect("is its step's own limit, where that has one", () =>
    Effect.gen(function* () {
      const hasty = { ...ollama, firstPart: Duration.seconds(1) }
      const world = makeWorld({ openai: [silence], ollama: [silence] })
      const plan = planOf([openai, hasty], { deadline: Duration.seconds(14) })
      const rescuing = makeWorld({
        openai: [breaksAfter(beginning), silence],
        anthropic: [silence],
        ollama: [silence],
      })
      const chained = planOf([{ ...openai, firstPart: Duration.seconds(2) }, anthropic, hasty], {
        deadline: Duration.seconds(30),
      })
      const durations = (events: Parameters<typeof ending>[0]) =>
        ending(events).attempts.map(({ duration }) => Duration.toSeconds(duration))
      assert.deepStrictEqual(durations(yield* runIn(world, { plan })), [10, 1])
      assert.deepStrictEqual(durations(yield* runIn(rescuing, { plan: chained })), [0, 27, 1, 2])
    }),
  )
})

describe("the longest time of a run", () => {
  const within = (seconds: number, more: Partial<AiPlan> = {}): AiPlan =>
    planOf([openai], { maxDuration: Duration.seconds(seconds), ...more })

  it.effect("ends an answer that makes progress, as incomplete", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [drips(sky, "3 seconds")], anthropic: [answers("never asked")] })
      const plan = planOf([openai, anthropic], { maxDuration: Duration.seconds(14) })
      const events = yield* runIn(world, { plan })
      const last = ending(events)
      assert.strictEqual(failureOf(events).reason, "DeadlineExceeded")
      assert.isTrue(last.type === "plan-failed" && last.partial)
      assert.strictEqual(last.at - (events[0]?.at ?? 0), 14_000)
      assert.deepStrictEqual(world.asked(), ["openai"])
      assert.strictEqual(world.open(), 0)
    }),
  )

  it.effect("bounds the waits too: one that would end after it is not begun", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [rateLimited(30), answers(sky)] })
      const events = yield* runIn(world, { plan: within(10) })
      assert.deepStrictEqual(delaysOf(events), [])
      assert.strictEqual(failureOf(events).reason, "RateLimited")
    }),
  )

  it.effect("is shared between the targets like the deadline", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [silence], anthropic: [answers(sky)] })
      const plan = planOf([openai, anthropic], { maxDuration: Duration.seconds(8) })
      const events = yield* runIn(world, { plan })
      assert.strictEqual(textOf(events), sky)
      assert.isAtMost(ending(events).at - (events[0]?.at ?? 0), 8000)
    }),
  )
})

describe("a run that is left in the middle of a rescue", () => {
  it.effect("closes the rescuer's request", () =>
    Effect.gen(function* () {
      const world = makeWorld({ openai: [breaksAfter(beginning)], ollama: [stallsAfter(" small")] })
      const open = yield* Effect.gen(function* () {
        const fiber = yield* Effect.forkChild(run({ plan: planOf([openai, ollama]) }))
        yield* ended(yield* Effect.forkChild(Effect.sleep("1 second")))
        const before = world.open()
        fiber.interruptUnsafe()
        yield* Effect.exit(ended(fiber))
        return [before, world.open()]
      }).pipe(Effect.provide(world.layer))
      assert.deepStrictEqual(open, [1, 0])
    }),
  )
})
