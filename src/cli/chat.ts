/** `commander chat`: one question, its answer on stdout, what happened on stderr. */
import * as Console from "effect/Console"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Option from "effect/Option"
import * as Schedule from "effect/Schedule"
import * as Stream from "effect/Stream"
import * as Argument from "effect/cli/Argument"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { ChatOrchestratorService, type PlanEvent } from "@/services/ai/orchestration"
import { planNamed } from "@/services/ai/orchestration/namedPlans"
import { firstReady } from "@/services/ai/core"
import { checkSources } from "@/server/configurationFiles"
import { layerFor } from "@/server/services"
import { failWith, layerLogging } from "./logging"
import { places } from "./places"
import { print, sharesScreen } from "./stdout"
import { describeEvent } from "./describeEvent"

export const chat = Command.make(
  "chat",
  {
    message: Argument.String("message").pipe(Argument.withDescription("What to ask")),
    provider: Flag.String("provider").pipe(
      Flag.withDescription(
        "Whom to prefer (default: the first provider that is configured, else the simulator)",
      ),
      Flag.optional,
    ),
    model: Flag.String("model").pipe(Flag.withDescription("Which of its models"), Flag.optional),
    plan: Flag.String("plan").pipe(
      Flag.withDescription(
        "Run under this plan of commander.config.jsonc, in place of --provider and --model",
      ),
      Flag.optional,
    ),
    planLog: Flag.Boolean("plan-log").pipe(
      Flag.withDescription("Print every event of the run to stderr"),
      Flag.withDefault(false),
    ),
  },
  ({ message, planLog, ...whom }) =>
    Effect.gen(function* () {
      yield* checkSources
      const orchestrator = yield* ChatOrchestratorService
      const asked = yield* askedOf(whom)
      let last: PlanEvent | undefined
      let began = false
      const waiting = Effect.suspend(() =>
        began ? Effect.void : Console.error(`… ${last === undefined ? "starting" : describeEvent(last)}`),
      ).pipe(Effect.delay("5 seconds"), Effect.repeat(Schedule.forever))
      yield* Effect.forkScoped(waiting)
      yield* orchestrator.runPlan({ messages: [{ role: "user", content: message }], ...asked }).pipe(
        Stream.runForEach((event) =>
          Effect.gen(function* () {
            last = event
            if (event.type === "text-delta") {
              began = true
              yield* print(event.text)
            } else if (planLog || isWorthTelling(event)) {
              // The answer so far ends inside a line.
              const lineBreak = began && sharesScreen ? "\n" : ""
              yield* Console.error(`${lineBreak}${describeEvent(event)}`)
            }
          }),
        ),
      )
      if (began) yield* print("\n")
      if (last?.type === "plan-completed") {
        if (last.finishReason === "length")
          yield* Console.error("commander: the answer was cut by its length limit")
        return
      }
      const incomplete =
        last?.type === "plan-failed" && last.partial ? "the answer above is incomplete: " : ""
      return yield* failWith(
        last?.type === "plan-failed" ? `${incomplete}${last.error.message}` : "the run ended early",
      )
    }).pipe(
      Effect.scoped,
      Effect.provide(layerFor(places, layerLogging("Fatal"))),
      Effect.catchTag(["ConfigError", "AIConfigurationError"], (error) => failWith(error.message)),
    ),
).pipe(Command.withDescription("Ask one question and stream the answer"))

interface Whom {
  readonly provider: Option.Option<string>
  readonly model: Option.Option<string>
  readonly plan: Option.Option<string>
}

const askedOf = Effect.fnUntraced(function* ({ provider, model, plan: name }: Whom) {
  if (Option.isSome(name)) {
    if (Option.isSome(provider) || Option.isSome(model))
      return yield* failWith("--plan says whom to ask; leave --provider and --model out")
    const plan = yield* planNamed(name.value)
    return {
      preferredProvider: { key: plan.steps[0].provider },
      // What stands on standard output cannot be taken back.
      plan: plan.onPartial === "restart" ? plan.with({ onPartial: "resume" }) : plan,
    }
  }
  const key = Option.getOrUndefined(provider) ?? (yield* firstReady).key
  return {
    preferredProvider: { key, ...(Option.isNone(model) ? {} : { modelName: model.value }) },
  }
})

/** A reader who asked for no log still wants to know why the answer comes from somebody else, or not yet. */
const isWorthTelling = (event: PlanEvent): boolean =>
  event.type === "target-switched" ||
  (event.type === "retry-scheduled" && Duration.isGreaterThan(event.delay, Duration.seconds(1)))
