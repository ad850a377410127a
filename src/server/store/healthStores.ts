/** Where circuits and retry budgets are kept: in this process, or in the Redis at `COMMANDER_REDIS_URL`, for several. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redacted from "effect/Redacted"
import { ConfigError, ConfigurationService } from "@/services/configuration"
import { layerMemoryStores, type HealthStores } from "@/services/ai/orchestration/health/TargetHealthLive"
import { wordsOf } from "../files"

const keyName = "COMMANDER_REDIS_URL"

export const layerStores: Layer.Layer<HealthStores, ConfigError, ConfigurationService> = Layer.unwrap(
  Effect.gen(function* () {
    const configuration = yield* ConfigurationService
    // Read as a secret: the address may hold a password.
    const url = yield* configuration
      .getSecret(keyName)
      .pipe(Effect.catchTag("SecretNotFoundError", () => Effect.succeed(undefined)))
    if (url === undefined) return layerMemoryStores
    const { layerRedisStores } = yield* redisModule
    return layerRedisStores(Redacted.value(url)).pipe(
      Layer.catchTag("RedisStoresError", ({ message, cause }) =>
        Layer.effectContext(Effect.fail(new ConfigError({ keyName, message, cause }))),
      ),
    )
  }),
)

/** Loaded only where it is asked for: the `redis` package is a peer that most do not install. */
const redisModule = Effect.tryPromise({
  try: () => import("./redis"),
  catch: (cause) =>
    new ConfigError({
      keyName,
      message: `${keyName} is set, and the package "redis" cannot be loaded: ${wordsOf(cause)}`,
      cause,
    }),
})
