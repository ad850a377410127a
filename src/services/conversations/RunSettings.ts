/** How runs are treated when Commander stops and starts. */
import * as Context from "effect/Context"
import * as Duration from "effect/Duration"

export interface RunSettings {
  /** What becomes of runs that the last stop interrupted: gone on with by themselves, or once the user asks for it. */
  readonly afterRestart: "resume" | "ask"
  /** How long running runs may go on when Commander is told to stop. */
  readonly grace: Duration.Duration
}

export const defaults: RunSettings = { afterRestart: "resume", grace: Duration.seconds(5) }

export const RunSettings = Context.Reference<RunSettings>("RunSettings", { defaultValue: () => defaults })
