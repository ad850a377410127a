/** Two processes' worth of target health over one real Redis: what one learns the other knows. */
import { once } from "node:events"
import { connect, createServer, type Socket } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Exit from "effect/Exit"
import * as Layer from "effect/Layer"
import * as Random from "effect/Random"
import * as Redis from "effect/persistence/Redis"
import * as Scope from "effect/Scope"
import { layerRedisStores } from "@/server/store/redis"
import { TargetHealth } from "@/services/ai/orchestration/health/TargetHealth"
import { TargetHealthLive } from "@/services/ai/orchestration/health/TargetHealthLive"
import { openai } from "@/tests/support/planEvents"
import {
  admitted,
  answer,
  closure,
  doorOf,
  fail,
  hearing,
  times,
} from "@/tests/unit/services/ai/orchestration/health/asking"

const address = { host: "127.0.0.1", port: 6379 }
const urlOf = (port: number) => `redis://${address.host}:${port}`

const isReachable = await (async () => {
  const socket = connect(address)
  try {
    await once(socket, "connect", { signal: AbortSignal.timeout(2000) })
    return true
  } catch {
    console.log(
      `No Redis at ${address.host}:${address.port}: circuits and budgets that two processes share are not tested.`,
    )
    return false
  } finally {
    socket.destroy()
  }
})()

type Instance = TargetHealth["Service"]

/** One process: its own connection, its own memory of outcomes. */
const instanceAt = (port: number, prefix: string): Effect.Effect<Instance, never, Scope.Scope> =>
  Effect.map(
    Layer.build(
      Layer.fresh(
        Layer.provide(TargetHealthLive, [
          Layer.orDie(layerRedisStores(urlOf(port), prefix)),
          hearing().layer,
        ]),
      ),
    ),
    Context.get(TargetHealth),
  )

const on =
  (instance: Instance) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>) =>
    Effect.provideService(effect, TargetHealth, instance)

/** A prefix of this test alone; its keys are deleted at the end. */
const shared = Effect.gen(function* () {
  const prefix = `commander-test:${yield* Random.nextInt}:`
  const redis = Context.get(
    yield* Layer.build(Layer.fresh(Layer.orDie(NodeRedis.layer({ url: urlOf(address.port) })))),
    Redis.Redis,
  )
  const keys = Effect.orDie(redis.send<ReadonlyArray<string>>("KEYS", `${prefix}*`))
  yield* Effect.addFinalizer(() =>
    Effect.flatMap(keys, (names) =>
      names.length === 0 ? Effect.void : Effect.orDie(redis.send("DEL", ...names)),
    ),
  )
  const left = yield* instanceAt(address.port, prefix)
  const right = yield* instanceAt(address.port, prefix)
  return { prefix, redis, keys, left: on(left), right: on(right), instances: [left, right] as const }
})

/** Asks again and again until the target is open to requests. */
const untilOpen = (instance: ReturnType<typeof on>): Effect.Effect<void> =>
  Effect.flatMap(instance(doorOf()), (door) =>
    door === "open" ? Effect.void : Effect.andThen(Effect.sleep("20 millis"), untilOpen(instance)),
  )

const admittedOf = (instances: ReadonlyArray<Instance>, count: number, kind: "first" | "retry") =>
  Effect.map(
    Effect.scoped(
      Effect.forEach(
        Array.from({ length: count }, (_, index) => instances[index % instances.length]),
        (instance) => instance?.admit({ target: openai, kind }) ?? Effect.die("no instance"),
        { concurrency: "unbounded" },
      ),
    ),
    (admissions) => admissions.filter(({ _tag }) => _tag === "Admitted").length,
  )

describe.skipIf(!isReachable)("two processes with one Redis", () => {
  it.live("open a circuit together, and both know until when", () =>
    Effect.gen(function* () {
      const { left, right } = yield* shared
      yield* left(times(3, fail("ServerError")))
      assert.strictEqual(yield* right(doorOf()), "open")
      yield* right(times(2, fail("ServerError")))
      const found = yield* left(closure())
      assert.strictEqual(found?.reason, "circuit-open")
      const inRight = yield* right(closure())
      assert.strictEqual(inRight?.message, "its circuit is open: ServerError")
      assert.isAtMost(Math.abs((inRight?.reopensAt ?? 0) - (found?.reopensAt ?? 0)), 1000)
    }),
  )

  it.live("send one probe between them, whose answer closes the circuit for both", () =>
    Effect.gen(function* () {
      const { left, right, instances } = yield* shared
      yield* left(fail({ reason: "RateLimited", retryAfter: "300 millis" }))
      assert.strictEqual(yield* right(doorOf()), "cooling")
      yield* untilOpen(right)
      assert.strictEqual(yield* admittedOf(instances, 200, "first"), 1)
      yield* left(
        Effect.scoped(
          Effect.gen(function* () {
            yield* admitted()
            assert.strictEqual(yield* right(doorOf()), "probing")
          }),
        ),
      )
      yield* right(answer())
      assert.strictEqual(yield* admittedOf(instances, 20, "first"), 20)
    }),
  )

  it.live("keep each other from a refused key, but not from another", () =>
    Effect.gen(function* () {
      const { left, right } = yield* shared
      yield* left(fail("InvalidKey", { keyId: "a1" }))
      assert.strictEqual(yield* right(doorOf({ keyId: "a1" })), "bad-key")
      assert.strictEqual(yield* right(doorOf({ keyId: "b2" })), "open")
    }),
  )

  it.live("spend one budget of retries, also when both ask at once", () =>
    Effect.gen(function* () {
      const { left, right, instances } = yield* shared
      yield* left(times(6, doorOf({ kind: "retry" })))
      assert.strictEqual(yield* admittedOf(instances, 50, "retry"), 4)
      assert.strictEqual(yield* right(doorOf({ kind: "retry" })), "budget")
      assert.strictEqual(yield* admittedOf(instances, 150, "first"), 150)
      assert.strictEqual(yield* admittedOf(instances, 50, "retry"), 5)
    }),
  )

  it.live("forget what is older than a minute, by the clock of Redis", () =>
    Effect.gen(function* () {
      const { left, right, prefix, redis } = yield* shared
      const key = `${prefix}budget:openai/gpt-5.4`
      yield* left(times(10, doorOf({ kind: "retry" })))
      assert.strictEqual(yield* right(doorOf({ kind: "retry" })), "budget")
      const [seconds] = yield* Effect.orDie(redis.send<ReadonlyArray<string>>("TIME"))
      const then = Number(seconds)
      const counted = (ago: number) =>
        Effect.andThen(
          Effect.orDie(redis.send("DEL", key)),
          Effect.orDie(redis.send("HSET", key, `retry:${then - ago}`, "10")),
        )
      yield* counted(30)
      assert.strictEqual(yield* right(doorOf({ kind: "retry" })), "budget")
      yield* counted(61)
      assert.strictEqual(yield* right(doorOf({ kind: "retry" })), "open")
      const fields = yield* Effect.orDie(redis.send<ReadonlyArray<string>>("HKEYS", key))
      assert.notInclude(fields, `retry:${then - 61}`)
    }),
  )

  it.live("leave no key that does not expire", () =>
    Effect.gen(function* () {
      const { left, right, redis, keys } = yield* shared
      yield* left(answer({ keyId: "a1" }))
      yield* right(fail("InvalidKey", { keyId: "a1" }))
      yield* right(doorOf({ kind: "retry" }))
      yield* left(times(4, fail("ServerError")))
      assert.strictEqual(yield* right(doorOf()), "circuit-open")
      const names = yield* keys
      assert.lengthOf(names, 4)
      for (const name of names) {
        assert.isAbove(yield* Effect.orDie(redis.send<number>("PTTL", name)), 0, name)
      }
    }),
  )
})

/** A line to Redis that a test can hold up or cut. */
const startLine = Effect.gen(function* () {
  const pairs = new Set<readonly [Socket, Socket]>()
  const held = new Set<Socket>()
  const server = createServer((client) => {
    const upstream = connect(address)
    const pair = [client, upstream] as const
    pairs.add(pair)
    for (const [from, to] of [pair, [upstream, client] as const]) {
      from.on("data", (data) => held.has(from) || to.write(data))
      from.on("error", () => to.destroy())
      from.on("close", () => {
        pairs.delete(pair)
        to.destroy()
      })
    }
  })
  const cut = () => {
    for (const pair of pairs) for (const socket of pair) socket.destroy()
  }
  const listen = (port: number) =>
    Effect.callback<void>((resume) => {
      server.listen(port, address.host, () => resume(Effect.void))
    })
  const close = Effect.callback<void>((resume) => {
    server.close(() => resume(Effect.void))
    cut()
  })
  yield* Effect.acquireRelease(listen(0), () => close)
  const found = server.address()
  assert(found !== null && typeof found === "object")
  return {
    port: found.port,
    /** Lets nothing more through the connections that there are. */
    hold: Effect.sync(() => {
      for (const pair of pairs) for (const socket of pair) held.add(socket)
    }),
    close,
    open: listen(found.port),
  }
})

const refusedKey = { keyId: "a1", target: { provider: "openai", model: "other" } }

/** Until the instance knows what another has learnt. */
const untilShared = (instance: ReturnType<typeof on>): Effect.Effect<void> =>
  Effect.flatMap(instance(doorOf(refusedKey)), (door) =>
    door === "bad-key" ? Effect.void : Effect.andThen(Effect.sleep("50 millis"), untilShared(instance)),
  )

describe.skipIf(!isReachable)("a Redis that is lost", { concurrent: true }, () => {
  it.live("lets every request pass, and is used again soon after it is back", () =>
    Effect.gen(function* () {
      const { left, prefix } = yield* shared
      const line = yield* startLine
      const far = on(yield* instanceAt(line.port, prefix))
      yield* far(times(5, fail("ServerError")))
      assert.strictEqual(yield* left(doorOf()), "circuit-open")
      yield* line.close
      yield* far(times(50, answer()))
      yield* line.open
      yield* left(fail("InvalidKey", refusedKey))
      yield* untilShared(far)
    }),
  )

  it.live("lets every request pass when it just stops to answer, and is connected to anew", () =>
    Effect.gen(function* () {
      const { left, prefix } = yield* shared
      const line = yield* startLine
      const far = on(yield* instanceAt(line.port, prefix))
      yield* far(answer())
      yield* line.hold
      yield* far(times(50, answer()))
      yield* left(fail("InvalidKey", refusedKey))
      yield* untilShared(far)
    }),
  )

  it.live("does not keep a process from its end", () =>
    Effect.gen(function* () {
      const { prefix } = yield* shared
      const line = yield* startLine
      const scope = yield* Scope.make()
      const far = on(yield* Scope.provide(instanceAt(line.port, prefix), scope))
      yield* far(answer())
      yield* line.hold
      yield* far(answer())
      yield* Scope.close(scope, Exit.void)
    }),
  )
})

describe("an address that is no Redis", () => {
  const refusalOf = (url: string) =>
    Effect.map(Effect.flip(Effect.scoped(Layer.build(layerRedisStores(url)))), ({ message }) => message)

  it.live("is told in one sentence without the password", () =>
    Effect.gen(function* () {
      assert.strictEqual(
        yield* refusalOf("redis://user:secret-word@127.0.0.1:1"),
        "COMMANDER_REDIS_URL: no Redis can be used at 127.0.0.1:1: connect ECONNREFUSED 127.0.0.1:1",
      )
    }),
  )

  it.live("as is a value that is no address", () =>
    Effect.gen(function* () {
      const message =
        "COMMANDER_REDIS_URL: a URL that begins with redis:// or rediss:// and names a host is needed"
      for (const value of ["", "localhost:6379", "http://user:secret-word@localhost", "redis://"]) {
        assert.strictEqual(yield* refusalOf(value), message)
      }
    }),
  )
})
