/** `commander plan`: what a plan does, what is wrong with it, and what would come of it. */
import * as Command from "effect/cli/Command"
import { check } from "./check"
import { show } from "./show"
import { simulate } from "./simulate"

export const plan = Command.make("plan").pipe(
  Command.withDescription("Explain, check and simulate plans"),
  Command.withSubcommands([show, check, simulate]),
)
