/** Plays a case on a stage of its own, and measures how long that takes. */
import * as Clock from "effect/Clock"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { CrashCase, Drama } from "./CrashCase"
import type { Finding } from "./Finding"
import { playFlapping } from "./plays/flapping"
import { playLeaving } from "./plays/leaving"
import { playMixed } from "./plays/mixed"
import { playOneRun } from "./plays/oneRun"
import { playStuck } from "./plays/stuck"
import { openStage, type Stage, type Theatre } from "./Stage"

export interface CaseResult extends Finding {
  readonly name: string
  readonly what: string
  readonly duration: Duration.Duration
}

export const isPassed = ({ failures }: Finding): boolean => failures.length === 0

export const playCase = (theatre: Theatre, row: CrashCase): Effect.Effect<CaseResult> =>
  Effect.scoped(
    Effect.gen(function* () {
      const startedAt = yield* Clock.currentTimeMillis
      const stage = yield* openStage(theatre)
      const finding = yield* row.plays === "one-run" ? playOneRun(stage, row) : dramas[row.plays](stage)
      const duration = Duration.millis((yield* Clock.currentTimeMillis) - startedAt)
      return { ...finding, duration, name: row.name, what: row.what }
    }),
  )

const dramas: Readonly<Record<Drama["plays"], (stage: Stage) => Effect.Effect<Finding, never, Scope.Scope>>> =
  { leaving: playLeaving, flapping: playFlapping, stuck: playStuck, mixed: playMixed }
