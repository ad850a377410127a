/** What the commands about plans have in common: which plan is meant, and the services that they need. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Argument from "effect/cli/Argument"
import * as Flag from "effect/cli/Flag"
import { layerSources } from "@/server/configurationFiles"
import { layerUndici } from "@/server/transport"
import { ProviderRegistryLive } from "@/services/ai/providers"
import { defaultPlan } from "@/services/ai/orchestration/defaultPlan"
import { planNamed } from "@/services/ai/orchestration/namedPlans"
import { defaults as requestDefaults } from "@/services/ai/orchestration/planReport/explain"
import type { RequestSize } from "@/services/ai/orchestration/planReport/bounds"
import { layer as layerConfiguration } from "@/services/configuration"
import { failWith, layerLogging } from "../logging"
import { places } from "../places"

export const nameArgument = Argument.String("name").pipe(
  Argument.withDescription("A plan of commander.config.jsonc (default: the one that is run without a name)"),
  Argument.optional,
)

export const providerFlag = Flag.String("provider").pipe(
  Flag.withDescription("The default plan of this provider (default: the first one that is configured)"),
  Flag.optional,
)

export const jsonFlag = Flag.Boolean("json").pipe(Flag.withDescription("Print JSON"), Flag.withDefault(false))

export const sizeFlags = {
  tokensIn: Flag.Int("tokens-in").pipe(
    Flag.withDescription(`Tokens of a request, for its cost (default ${requestDefaults.inputTokens})`),
    Flag.withDefault(requestDefaults.inputTokens),
  ),
  tokensOut: Flag.Int("tokens-out").pipe(
    Flag.withDescription(`Tokens of its answer (default ${requestDefaults.outputTokens})`),
    Flag.withDefault(requestDefaults.outputTokens),
  ),
}

/** Above this a figure is a mistake, and a simulated answer takes all memory. */
const mostTokens = 2_000_000

export const sizeOf = (flags: { readonly tokensIn: number; readonly tokensOut: number }) =>
  Effect.gen(function* (): Effect.fn.Return<RequestSize, PlanCommandFailed> {
    for (const [flag, tokens] of [
      ["--tokens-in", flags.tokensIn],
      ["--tokens-out", flags.tokensOut],
    ] as const) {
      if (tokens < 1 || tokens > mostTokens)
        return yield* failWith(`${flag} is ${tokens}; it must be from 1 to ${mostTokens}`)
    }
    return { inputTokens: flags.tokensIn, outputTokens: flags.tokensOut }
  })

type PlanCommandFailed = Effect.Error<ReturnType<typeof failWith>>

/** The named plan, else the default one of the provider, which answers to its name too. */
export const choosePlan = Effect.fnUntraced(function* (
  wanted: Option.Option<string>,
  provider: Option.Option<string>,
) {
  const name = Option.filter(wanted, (words) => words.trim().toLowerCase() !== "default")
  if (Option.isNone(name))
    return yield* defaultPlan(Option.isNone(provider) ? undefined : { key: provider.value })
  if (Option.isSome(provider)) return yield* failWith("a named plan says whom to ask; leave --provider out")
  return yield* planNamed(name.value)
})

/** No stores and no telemetry: nothing of a plan is carried out. */
export const layerPlans = ProviderRegistryLive.pipe(
  Layer.provide(layerUndici),
  Layer.provideMerge(layerLogging("Fatal")),
  Layer.provideMerge(layerConfiguration),
  Layer.provideMerge(layerSources(places)),
)
