/** Cases that take more than one run, or end before it does. */
import type { Drama } from "../CrashCase"

export const together: ReadonlyArray<Drama> = [
  { name: "reader-leaves", what: "the reader leaves after the first words", plays: "leaving" },
  { name: "flapping", what: "500 five times, then well again", plays: "flapping" },
  { name: "stuck-beside-healthy", what: "60 streams hang beside 10 healthy ones", plays: "stuck" },
  { name: "fifty-at-once", what: "50 runs at once with different faults", plays: "mixed" },
]
