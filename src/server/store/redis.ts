/** Circuits and retry budgets in Redis, shared by all processes that are given the same address. Loaded only for it. */
import * as NodeRedis from "@effect/platform-node/NodeRedis"
import * as Context from "effect/Context"
import * as Data from "effect/Data"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerStoreRedis, type CircuitBreakerStore } from "effect/persistence/CircuitBreaker"
import { Redis } from "effect/persistence/Redis"
import * as References from "effect/References"
import type { RetryBudgetStore } from "@/services/ai/orchestration/health/RetryBudgetStore"
import { layerRetryBudgetRedis } from "@/services/ai/orchestration/health/RetryBudgetStoreRedis"
import { defaults as health } from "@/services/ai/orchestration/health/TargetHealthLive"
import { wordsOf } from "../files"

/** An address that is none, or no Redis at it that can be used: one sentence, without the password. */
export class RedisStoresError extends Data.TaggedError("RedisStoresError")<{
  readonly message: string
  readonly cause?: unknown
}> {}

export const defaults = {
  /** Before the names of all keys. */
  prefix: "commander:",
  /** Until the connection is made, in milliseconds. */
  connectTimeout: 3000,
  /**
   * A connection that is silent for this long is replaced, in milliseconds; pings keep a good one from being so. Shorter
   * than the pause after a failure (`storeGuard`), since a request that is sent in vain counts as a sign of life.
   */
  socketTimeout: 4000,
  pingInterval: 1500,
  /** Between two attempts to connect again, in milliseconds: doubled from the first to the last. */
  reconnectDelay: { first: 50, last: 2000 },
}

/** @param url `redis://user:password@host:port/database`, or `rediss://` for TLS */
export const layerRedisStores = (
  url: string,
  prefix = defaults.prefix,
): Layer.Layer<CircuitBreakerStore | RetryBudgetStore, RedisStoresError> =>
  Layer.merge(
    layerStoreRedis({ prefix, idleTimeToLive: health.idleTimeToLive }),
    layerRetryBudgetRedis(`${prefix}budget:`),
  ).pipe(Layer.provide(layerRedis(url)))

/** Connects when it is built, and connects again by itself when the connection is lost later. */
const layerRedis = (url: string): Layer.Layer<Redis, RedisStoresError> =>
  Layer.effect(
    Redis,
    Effect.gen(function* () {
      const host = yield* hostOf(url)
      const { connectTimeout, socketTimeout, pingInterval, reconnectDelay } = defaults
      let isConnected = false
      const services = yield* Layer.build(
        NodeRedis.layer({
          url,
          pingInterval,
          // While there is no connection a command fails at once; queued, it would come too late to be true.
          disableOfflineQueue: true,
          socket: {
            connectTimeout,
            socketTimeout,
            reconnectStrategy: (retries, cause) =>
              isConnected ? Math.min(reconnectDelay.first * 2 ** retries, reconnectDelay.last) : cause,
          },
        }),
      ).pipe(
        Effect.mapError(({ cause }) => unusable(`no Redis can be used at ${host}: ${wordsOf(cause)}`, cause)),
        // Its warnings at every attempt to connect again would fill the log: the one who asks says it once a minute.
        Effect.provideService(References.MinimumLogLevel, "Error"),
      )
      isConnected = true
      const { client } = Context.get(services, NodeRedis.NodeRedis)
      // Else the end of the process would wait for the answers of a Redis that gives none.
      yield* Effect.addFinalizer(() => Effect.sync(() => client.isOpen && client.destroy()))
      return Context.get(services, Redis)
    }),
  )

const hostOf = (url: string): Effect.Effect<string, RedisStoresError> => {
  const parsed = URL.parse(url)
  return parsed !== null && protocols.has(parsed.protocol) && parsed.hostname !== ""
    ? Effect.succeed(parsed.host)
    : Effect.fail(unusable("a URL that begins with redis:// or rediss:// and names a host is needed"))
}

const protocols: ReadonlySet<string> = new Set(["redis:", "rediss:"])

const unusable = (words: string, cause?: unknown): RedisStoresError =>
  new RedisStoresError({ message: `COMMANDER_REDIS_URL: ${words}`, cause })
