/** Deaths of the process in the middle of random runs: cases made up from a seed, as the runs are. */
import type { RandomCase } from "./randomRuns"
import { seededDice, whole, type Dice } from "./randomTexts"

export interface Death {
  /** How many events of this life are in the log; whatever the run tells after them is lost. */
  readonly events: number
  /** How long the run goes on after the last event that is kept, in milliseconds. */
  readonly lostMillis: number
  /** Until it is resumed. */
  readonly downMillis: number
  /** Whether the log that is read has its neighbouring pieces of text joined. */
  readonly isCompacted: boolean
}

/** The same case, in which runs die: most of them once. Those that their consumer leaves end with that. */
export const withDeaths = (example: RandomCase, seed: number): RandomCase => {
  const dice = seededDice(seed + example.index * 104_729)
  return {
    ...example,
    runs: example.runs.map((run) =>
      run.leaves === undefined ? { ...run, deaths: randomDeaths(dice) } : run,
    ),
  }
}

const randomDeaths = (dice: Dice): ReadonlyArray<Death> => {
  const [first, ...others] = Array.from({ length: 1 + whole(dice, 2) * whole(dice, 3) }, () =>
    randomDeath(dice),
  )
  return first === undefined ? [] : [{ ...first, events: first.events + 1 }, ...others]
}

const randomDeath = (dice: Dice): Death => ({
  events: whole(dice, dice() < 0.5 ? 5 : 25),
  lostMillis: 1 + whole(dice, dice() < 0.5 ? 25 : 5000),
  downMillis: whole(dice, 60_000),
  isCompacted: dice() < 0.5,
})
