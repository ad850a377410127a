/** Standard output. A reader that has left, as in `commander chat … | head -1`, ends the command without a word. */
import * as Effect from "effect/Effect"
import { failWith, type CommandFailed } from "./logging"

// Without a listener the stream throws what the callback of the write has already told. A reader of the log that has
// left must not cut the answer.
process.stdout.on("error", () => undefined)
process.stderr.on("error", () => undefined)

/** Whether standard error is read in the same place. */
export const sharesScreen: boolean = process.stdout.isTTY && process.stderr.isTTY

/** Waits until the text is handed over, so that a slow reader slows the answer down. */
export const print = (text: string): Effect.Effect<void, CommandFailed> =>
  Effect.callback<void, CommandFailed>((resume) => {
    process.stdout.write(text, (error) =>
      resume(error === null || error === undefined ? Effect.void : ending(error)),
    )
  })

const ending = (error: NodeJS.ErrnoException): Effect.Effect<never, CommandFailed> =>
  error.code === "EPIPE" ? Effect.interrupt : failWith(`the answer cannot be written: ${error.message}`)
