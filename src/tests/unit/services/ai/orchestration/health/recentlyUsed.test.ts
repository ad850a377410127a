/** A map that does not grow. */
import { assert, it } from "@effect/vitest"
import { recentlyUsed } from "@/services/ai/orchestration/health/recentlyUsed"

it("the entry that was not written for longest leaves first", () => {
  const map = recentlyUsed<number>(3)
  for (const name of ["a", "b", "c", "a", "d"]) map.set(name, name.charCodeAt(0))
  assert.deepStrictEqual(
    ["a", "b", "c", "d"].map((name) => map.get(name)),
    [97, undefined, 99, 100],
  )
})

it("never holds more than its limit", () => {
  const map = recentlyUsed<number>(10)
  for (let count = 0; count < 10_000; count += 1) map.set(`name ${count}`, count)
  assert.deepStrictEqual(map.values(), [9990, 9991, 9992, 9993, 9994, 9995, 9996, 9997, 9998, 9999])
})
