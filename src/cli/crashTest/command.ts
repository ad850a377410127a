/** `commander crash-test`: the user's own plan before providers that fail in every known way, and a scorecard of it. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import * as Layer from "effect/Layer"
import { nameOf } from "@/services/ai/orchestration"
import { layerSources } from "@/server/configurationFiles"
import { layer as configurationLayer } from "@/services/configuration"
import { startFaultUpstream } from "@/simulator/FaultUpstream"
import { CommandFailed, failWith, layerLogging } from "../logging"
import { places } from "../places"
import { print } from "../stdout"
import { cases } from "./cases"
import type { CrashCase } from "./CrashCase"
import { defaults as hastening } from "./hasten"
import { isPassed, playCase, type CaseResult } from "./playCase"
import { rehearse, type Rehearsal } from "./rehearsal"
import { asJson, asTable, secondsOf } from "./scorecard"

export const defaults = {
  /** Cases that are played side by side: most of their time is waiting. */
  concurrency: 4,
}

export const crashTest = Command.make(
  "crash-test",
  {
    plan: Flag.String("plan").pipe(
      Flag.withDescription("A plan of commander.config.jsonc (default: the default plan with every vendor)"),
      Flag.optional,
    ),
    provider: Flag.String("provider").pipe(
      Flag.withDescription("Whom the default plan prefers (default: openai)"),
      Flag.optional,
    ),
    model: Flag.String("model").pipe(Flag.withDescription("Which of its models"), Flag.optional),
    fast: Flag.Boolean("fast").pipe(
      Flag.withDescription("Shorten all limits and waits alike, to one twentieth"),
      Flag.withDefault(false),
    ),
    json: Flag.Boolean("json").pipe(
      Flag.withDescription("Print the scorecard as JSON"),
      Flag.withDefault(false),
    ),
    only: Flag.String("case").pipe(Flag.withDescription("Play this case alone"), Flag.optional),
  },
  ({ fast, json, ...wanted }) =>
    Effect.gen(function* () {
      if (Option.isSome(wanted.plan) && (Option.isSome(wanted.provider) || Option.isSome(wanted.model)))
        return yield* failWith("--plan says whom to ask; leave --provider and --model out")
      const played = yield* casesNamed(Option.getOrUndefined(wanted.only))
      const scale = fast ? hastening.fast : 1
      const upstream = yield* startFaultUpstream({ timeScale: scale })
      const rehearsal = yield* rehearse(upstream, {
        plan: Option.getOrUndefined(wanted.plan),
        provider: Option.getOrUndefined(wanted.provider),
        model: Option.getOrUndefined(wanted.model),
        scale,
      })
      yield* Console.error(introduction(rehearsal, played.length))
      let runs = 0
      const theatre = { upstream, rehearsal, scale, nextRun: () => (runs += 1) }
      let done = 0
      const results = yield* Effect.forEach(
        played,
        (row) =>
          Effect.tap(playCase(theatre, row), (result) => {
            done += 1
            return Console.error(
              progress(result, `${done}`.padStart(`${played.length}`.length), played.length),
            )
          }),
        { concurrency: defaults.concurrency },
      )
      yield* print(`${json ? asJson(rehearsal, results) : asTable(results)}\n`)
      if (!results.every(isPassed)) return yield* Effect.fail(new CommandFailed())
    }).pipe(
      Effect.scoped,
      Effect.provide(
        Layer.provideMerge(layerLogging("Fatal"), Layer.provide(configurationLayer, layerSources(places))),
      ),
      Effect.catchTag(["AIConfigurationError", "ConfigError", "ListenError"], (error) =>
        failWith(error.message),
      ),
    ),
).pipe(
  Command.withDescription(
    "Put a plan to the test: its providers fail in every known way; none is really asked",
  ),
)

const casesNamed = (name: string | undefined): Effect.Effect<ReadonlyArray<CrashCase>, CommandFailed> => {
  if (name === undefined) return Effect.succeed(cases)
  const found = cases.filter((row) => row.name === name)
  return found.length > 0
    ? Effect.succeed(found)
    : failWith(`there is no case "${name}"; there are ${cases.map((row) => row.name).join(", ")}`)
}

const introduction = ({ plan, targets }: Rehearsal, count: number): string =>
  `plan "${plan.name}" (${targets.map(({ target }) => nameOf(target)).join(", then ")}): ${count === 1 ? "1 case" : `${count} cases`}, nobody is really asked`

const progress = (result: CaseResult, done: string, count: number): string =>
  `[${done}/${count}] ${isPassed(result) ? "passed" : "FAILED"} ${result.name}: ${result.what} (${secondsOf(result.duration)})`
