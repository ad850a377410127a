/** Deaths of the process in the middle of random runs: cases made up from a seed, as the runs are. */
import type { Death, RandomCase } from "./randomRuns"
import { seededDice, whole, type Dice } from "./randomTexts"

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
