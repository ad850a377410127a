/** Retry budgets that several processes share: counted in Redis, one script an operation, by the clock of Redis. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Redis from "effect/persistence/Redis"
import { RetryBudgetStore, RetryBudgetStoreError, type Allowance, type Extra } from "./RetryBudgetStore"

/** @param prefix comes before the name of the target in every key */
export const layerRetryBudgetRedis = (prefix: string): Layer.Layer<RetryBudgetStore, never, Redis.Redis> =>
  Layer.effect(
    RetryBudgetStore,
    Effect.map(Redis.Redis, (redis) => {
      const record = redis.eval(recordScript)
      const take = redis.eval(takeScript)
      return RetryBudgetStore.of({
        record: (target) => Effect.mapError(record(prefix + target), storeError),
        take: (target, kind, allowance) =>
          Effect.mapBoth(take(prefix + target, kind, allowance), {
            onFailure: storeError,
            onSuccess: (taken) => taken === 1,
          }),
      })
    }),
  )

const storeError = ({ cause }: Redis.RedisError): RetryBudgetStoreError =>
  new RetryBudgetStoreError({ message: "Failed to count a request", cause })

/**
 * A target's counts are a hash with a field for every kind and second, as in the memory: what is older than a minute is
 * removed, once a second at most, and the whole key a minute after its last request.
 */
const prelude = `
local key = KEYS[1]
local now = tonumber(redis.call("TIME")[1])

local function bucket(kind) return string.format("%s:%.0f", kind, now) end

local function count(kind)
  redis.call("HINCRBY", key, bucket(kind), 1)
  redis.call("EXPIRE", key, 61)
end

local function sweep()
  if redis.call("HGET", key, "swept") == tostring(now) then return end
  redis.call("HSET", key, "swept", tostring(now))
  for _, field in ipairs(redis.call("HKEYS", key)) do
    local second = tonumber(string.match(field, ":(%d+)$"))
    if second and second < now - 60 then redis.call("HDEL", key, field) end
  end
end

local function sums()
  local sum = { first = 0, retry = 0, hedge = 0 }
  local fields = redis.call("HGETALL", key)
  for index = 1, #fields, 2 do
    local kind = string.match(fields[index], "^(%a+):")
    if kind then sum[kind] = sum[kind] + tonumber(fields[index + 1]) end
  end
  return sum
end
`

const recordScript = Redis.script((key: string) => [key], {
  numberOfKeys: 1,
  lua: `${prelude}
sweep()
count("first")
`,
})

const takeScript = Redis.script(
  (key: string, kind: Extra, { minimum, ratio }: Allowance) => [key, kind, minimum, ratio],
  {
    numberOfKeys: 1,
    lua: `${prelude}
sweep()
local kind = ARGV[1]
local sum = sums()
if sum[kind] + 1 > math.max(tonumber(ARGV[2]), tonumber(ARGV[3]) * sum.first) then return 0 end
count(kind)
return 1
`,
  },
).withReturnType<number>()
