/** What a case is played on: services of its own over the fault upstream, its runs, and what the upstream saw of them. */
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import type * as Stream from "effect/Stream"
import { layerUndici } from "@/server/transport"
import { ChatOrchestratorService, type ChatRequest, type PlanEvent } from "@/services/ai/orchestration"
import { AiLayer } from "@/services/runtime"
import { TelemetryService } from "@/services/telemetry"
import type { FaultUpstream } from "@/simulator/FaultUpstream"
import type { FaultName } from "@/simulator/faults"
import type { LoggedRequest } from "@/simulator/RequestLog"
import type { Script } from "./CrashCase"
import { hastenedFault } from "./hasten"
import type { Rehearsal } from "./rehearsal"
import { layerRehearsal, questionOf, routeName } from "./rehearsalTransport"
import { faultsAt } from "./roles"

export interface Stage {
  readonly rehearsal: Rehearsal
  /** A run whose targets meet the script; its number is no other run's of this crash test. */
  readonly prepare: (script: Script) => Run
}

export interface Run {
  readonly events: (changes?: Pick<ChatRequest, "options" | "plan">) => Stream.Stream<PlanEvent>
  /** What its targets were asked, in that order. */
  readonly requests: () => ReadonlyArray<LoggedRequest>
  /** The same of the preferred target. */
  readonly requestsToPreferred: () => ReadonlyArray<LoggedRequest>
}

export interface Theatre {
  readonly upstream: FaultUpstream
  readonly rehearsal: Rehearsal
  /** What all waits are multiplied with. */
  readonly scale: number
  readonly nextRun: () => number
}

/** Circuits and budgets are this stage's: what happened in one case is of no account in another. */
export const openStage = (theatre: Theatre): Effect.Effect<Stage, never, Scope.Scope> =>
  Effect.map(Layer.build(services(theatre)), (context) => {
    const { runPlan } = Context.get(context, ChatOrchestratorService)
    return { rehearsal: theatre.rehearsal, prepare: (script) => prepare(theatre, runPlan, script) }
  })

const services = ({ upstream, rehearsal }: Theatre) =>
  AiLayer.pipe(
    Layer.provide(layerRehearsal({ url: upstream.url, placeOf: rehearsal.placeOf })),
    Layer.provide(layerUndici),
    Layer.provide(rehearsal.configuration),
    Layer.provide(Layer.succeed(TelemetryService, TelemetryService.of({ trackEvent: () => Effect.void }))),
  )

const prepare = (
  { upstream, rehearsal, scale, nextRun }: Theatre,
  runPlan: ChatOrchestratorService["Service"]["runPlan"],
  script: Script,
): Run => {
  const number = nextRun()
  const routes = rehearsal.targets.map((_, place) => routeName(place, number))
  for (const [place, route] of routes.entries()) {
    const faults = faultsAt(script, rehearsal, place)
    upstream.script(
      route,
      faults.map((fault: FaultName) => hastenedFault(fault, scale)),
    )
  }
  const { plan } = rehearsal
  return {
    events: (changes = {}) =>
      runPlan({
        runId: `crash-test-${number}`,
        messages: [{ role: "user", content: questionOf(number) }],
        preferredProvider: { key: plan.steps[0].provider },
        plan,
        ...changes,
      }),
    requests: () => upstream.requests().filter(({ key }) => routes.includes(key)),
    requestsToPreferred: () => upstream.requests(routes[0]),
  }
}
