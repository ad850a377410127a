/** The `commander` command. */
import * as NodeRuntime from "@effect/platform-node/NodeRuntime"
import * as NodeServices from "@effect/platform-node/NodeServices"
import * as Effect from "effect/Effect"
import * as Command from "effect/cli/Command"
import packageJson from "../../package.json" with { type: "json" }
import { chat } from "./chat"
import { crashTest } from "./crashTest/command"
import { plan } from "./plan/plan"
import { serve } from "./serve"
import { simulate } from "./simulate"

const commander = Command.make("commander").pipe(
  Command.withDescription("An AI chat that keeps answering when a model provider does not."),
  Command.withSubcommands([serve, chat, plan, simulate, crashTest]),
)

commander.pipe(Command.run({ version: packageJson.version }), Effect.provide(NodeServices.layer), (program) =>
  NodeRuntime.runMain(program, { disableErrorReporting: true }),
)
