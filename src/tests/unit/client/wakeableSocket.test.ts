/** When a line is opened again, and how it is found out that it is dead. */
import { assert, describe, it } from "@effect/vitest"
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Random from "effect/Random"
import * as TestClock from "effect/testing/TestClock"
import * as WakeableSocket from "@/client/wakeableSocket"
import { layerScripted, type ScriptedWebSocket } from "@/tests/support/scriptedWebSockets"

const ping = "are you there?"

/** A line that is opened again for ever, what was heard on it, and when each opening began. */
const begin = (behaves: (socket: ScriptedWebSocket) => void = () => {}) =>
  Effect.gen(function* () {
    const sockets: Array<ScriptedWebSocket> = []
    const times: Array<number> = []
    const heard: Array<string | Uint8Array> = []
    const clock = yield* Clock.Clock
    const { socket, wake } = yield* Effect.provide(
      WakeableSocket.make("ws://127.0.0.1/rpc", ping, WakeableSocket.defaults),
      layerScripted((made) => {
        sockets.push(made)
        times.push(clock.currentTimeMillisUnsafe())
        queueMicrotask(() => behaves(made))
      }),
    )
    const reading = Effect.flatMap(socket.reader, ({ pull }) =>
      Effect.forever(Effect.map(pull, (frames) => heard.push(...frames))),
    )
    yield* Effect.forkScoped(Effect.forever(Effect.ignore(Effect.scoped(reading))))
    yield* TestClock.adjust(1)
    return {
      sockets,
      times,
      heard,
      /** Called and carried out. */
      wake: Effect.andThen(wake, TestClock.adjust(1)),
      last: () => {
        const made = sockets.at(-1)
        assert(made !== undefined)
        return made
      },
    }
  })

/** In steps, with time for what happens between them: openings are told of in microtasks. */
const pass = (millis: number): Effect.Effect<void> =>
  Effect.repeat(TestClock.adjust(step), { times: millis / step - 1 }).pipe(Effect.asVoid)
const step = 10

const waitsBetween = (times: ReadonlyArray<number>): ReadonlyArray<number> =>
  times.slice(1).map((time, index) => time - (times[index] ?? 0))

const refuses = (socket: ScriptedWebSocket): void => socket.drops()

describe("a line that cannot be opened", () => {
  it.effect("is tried again after 250 ms · 2ⁿ up to 5 s, give or take a fifth", () =>
    Effect.gen(function* () {
      const { times } = yield* begin(refuses)
      yield* pass(60_000)
      const waits = waitsBetween(times).slice(0, 8)
      const centres = [250, 500, 1000, 2000, 4000, 5000, 5000, 5000]
      assert.lengthOf(waits, centres.length)
      for (const [index, centre] of centres.entries()) {
        assert.isAtLeast(waits[index] ?? 0, centre * 0.8)
        assert.isAtMost(waits[index] ?? 0, centre * 1.2 + step)
      }
      assert.notStrictEqual(waits[6], waits[7])
    }).pipe(Effect.scoped, Random.withSeed("line")),
  )

  it.effect("is tried at once when it is woken, and patiently again afterwards", () =>
    Effect.gen(function* () {
      const { times, wake } = yield* begin(refuses)
      yield* pass(20_000)
      const tried = times.length
      yield* wake
      assert.strictEqual(times.length, tried + 1)
      yield* pass(310)
      assert.strictEqual(times.length, tried + 2)
      assert.isAtLeast(waitsBetween(times)[tried] ?? 0, 200)
    }).pipe(Effect.scoped, Random.withSeed("line")),
  )

  it.effect("is given up and tried again when its opening takes five seconds", () =>
    Effect.gen(function* () {
      const { sockets, last } = yield* begin()
      const first = last()
      yield* pass(4_990)
      assert.lengthOf(sockets, 1)
      yield* pass(310)
      assert.lengthOf(sockets, 2)
      assert.strictEqual(first.readyState, 3)
    }).pipe(Effect.scoped, Random.withSeed("line")),
  )

  it.effect("is given up after one second when it is woken meanwhile, however often", () =>
    Effect.gen(function* () {
      const { sockets, wake } = yield* begin()
      yield* wake
      yield* wake
      yield* pass(990)
      assert.lengthOf(sockets, 1)
      yield* pass(10)
      assert.lengthOf(sockets, 2)
    }).pipe(Effect.scoped),
  )
})

describe("a line that was open", () => {
  it.effect("is opened soon once something was heard on it, and later and later when nothing was", () =>
    Effect.gen(function* () {
      let speaks = true
      const { times } = yield* begin((socket) => {
        socket.opens()
        if (speaks) socket.says("here")
        socket.drops()
      })
      yield* pass(10_000)
      for (const wait of waitsBetween(times)) assert.isAtMost(wait, 300 + step)
      speaks = false
      const before = times.length
      yield* pass(10_000)
      assert.isAtMost(times.length - before, 6)
    }).pipe(Effect.scoped, Random.withSeed("line")),
  )

  it.effect("stays when it answers after it was woken", () =>
    Effect.gen(function* () {
      const { sockets, heard, wake, last } = yield* begin((socket) => socket.opens())
      for (const _ of [1, 2]) {
        yield* wake
        last().says("yes")
        yield* pass(60_000)
      }
      assert.lengthOf(sockets, 1)
      assert.deepStrictEqual(
        [last().sent, heard],
        [
          [ping, ping],
          ["yes", "yes"],
        ],
      )
    }).pipe(Effect.scoped),
  )

  it.effect("is closed and opened at once when it is silent for two seconds after it was woken", () =>
    Effect.gen(function* () {
      const { sockets, wake, last } = yield* begin((socket) => socket.opens())
      const first = last()
      first.says("long ago")
      yield* wake
      yield* pass(1_990)
      assert.lengthOf(sockets, 1)
      yield* pass(10)
      assert.lengthOf(sockets, 2)
      assert.deepStrictEqual([first.readyState, last().readyState], [3, 1])
    }).pipe(Effect.scoped),
  )

  it.effect("is not asked anything as long as nobody wakes it", () =>
    Effect.gen(function* () {
      const { sockets, last } = yield* begin((socket) => socket.opens())
      yield* TestClock.adjust("1 hour")
      assert.lengthOf(sockets, 1)
      assert.deepStrictEqual(last().sent, [])
    }).pipe(Effect.scoped),
  )
})
