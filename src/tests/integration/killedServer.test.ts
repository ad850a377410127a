/**
 * `kill -9` at random moments while answers stream. More rounds: `npm run soak:kills`, whose figures are in
 * docs/benchmarks.md.
 */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { buildCommander } from "@/tests/support/cliProcess"
import { killInRounds } from "@/tests/support/killedServer"

beforeAll(buildCommander)

const rounds = Number(process.env["COMMANDER_KILL_ROUNDS"] ?? 15)
const seed = Number(process.env["SEED"] ?? 20264)

describe("a server that is killed in the middle of its answers", () => {
  it.live(
    "loses nothing that was acknowledged or seen, repeats nothing, and finishes every answer",
    () =>
      Effect.gen(function* () {
        const report = yield* killInRounds({ rounds, answers: 4, seed })
        // A round in which nothing was cut would show nothing.
        assert.isAtLeast(report.cutInText, rounds)
        assert.isAtLeast(report.kills, rounds)
        console.log(`seed ${seed}: ${JSON.stringify(report)}`)
      }).pipe(Effect.scoped),
    { timeout: 60_000 + rounds * 20_000 },
  )
})
