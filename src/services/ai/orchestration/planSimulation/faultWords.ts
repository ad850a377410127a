/** The small language of fault scripts: `openai down for 5 minutes, anthropic at 20 % 529, 1000 runs`. Pure. */
import * as Duration from "effect/Duration"
import * as Result from "effect/Result"
import { effects, type Fault } from "./Fault"

export interface Script {
  readonly faults: ReadonlyArray<Fault>
  readonly runs?: number
  readonly runsPerSecond?: number
}

export const defaults = {
  /** Where a cut or a stall does not say after how many tokens. */
  after: 40,
}

/** Commas and line breaks part the clauses. Fails with a sentence that names the word which is not understood. */
export const parseFaultWords = (text: string): Result.Result<Script, string> => {
  let script: Script = { faults: [] }
  for (const clause of text.split(/[,;\n]/).map((words) => words.trim().replace(/\s+/g, " "))) {
    if (clause === "") continue
    const next = clauseKind(clause)(script, clause)
    if (Result.isFailure(next)) return next
    script = next.success
  }
  return Result.succeed(script)
}

type Clause = (script: Script, clause: string) => Result.Result<Script, string>

const clauseKind = (clause: string): Clause => {
  if (/^[\d.]/.test(clause)) return settingClause
  return /^(from|for)\b/i.test(clause) ? timeClause : faultClause
}

const settingClause: Clause = (script, clause) => {
  const [, runs] = /^(\d+) runs?$/i.exec(clause) ?? []
  if (runs !== undefined) return Result.succeed({ ...script, runs: Number(runs) })
  const [, amount, unit = ""] = /^(\d+(?:\.\d+)?)(?: runs?)? (?:per|a|an|every) (\S+)$/i.exec(clause) ?? []
  const seconds = amount === undefined ? undefined : secondsIn(unit)
  return seconds === undefined
    ? Result.fail(`"${clause}" is not understood: write "1000 runs" or "20 runs per second"`)
    : Result.succeed({ ...script, runsPerSecond: Number(amount) / seconds })
}

/** Says when the fault before it happens. */
const timeClause: Clause = (script, clause) => {
  const last = script.faults.at(-1)
  if (last === undefined) return Result.fail(`"${clause}" comes before any fault that it could be about`)
  return Result.map(read({ clause, rest: clause, fault: last }), (fault) => ({
    ...script,
    faults: [...script.faults.slice(0, -1), fault],
  }))
}

const faultClause: Clause = (script, clause) => {
  const [name = "", ...words] = clause.split(" ")
  const target = /^(all|every(one|body|thing)?|\*)$/i.test(name) ? "*" : name
  const reading = read({ clause, rest: words.join(" "), fault: { target } })
  return Result.flatMap(reading, (fault) => {
    const said = effects.filter((effect) => fault[effect] !== undefined)
    if (said.length === 0) return Result.fail(`"${clause}" does not say what goes wrong: ${vocabulary}`)
    if (said.length > 1) return Result.fail(`"${clause}" says two things: give each a clause of its own`)
    if (fault.retryAfter !== undefined && fault.status === undefined)
      return Result.fail(`"${clause}": only a refusal asks for a wait: write "429 retry-after 30 s"`)
    return Result.succeed({ ...script, faults: [...script.faults, fault] })
  })
}

interface Reading {
  readonly clause: string
  /** What of it is still to be read. */
  readonly rest: string
  readonly fault: Fault
}

const read = ({ clause, rest, fault }: Reading): Result.Result<Fault, string> => {
  if (rest === "") return Result.succeed(fault)
  for (const { pattern, change } of phrases) {
    const match = pattern.exec(rest)
    if (match === null) continue
    const changed = change(
      match.slice(1).map((group) => group ?? ""),
      fault,
    )
    return typeof changed === "string"
      ? Result.fail(`"${clause}": ${changed}`)
      : read({ clause, rest: rest.slice(match[0].length).trim(), fault: { ...fault, ...changed } })
  }
  return Result.fail(`"${firstWord(rest)}" is not understood in "${clause}": ${vocabulary}`)
}

const firstWord = (text: string): string => text.split(" ")[0] ?? ""

const vocabulary =
  "after a target come down, silent, empty, slow 8 s, cuts, stalls or a status such as 529; then 20 %, after 40 tokens, retry-after 30 s, from 2 minutes, for 5 minutes"

interface Phrase {
  /** Of the beginning of what is still to be read. */
  readonly pattern: RegExp
  /** A text says why the phrase is wrong. */
  readonly change: (groups: ReadonlyArray<string>, fault: Fault) => Partial<Fault> | string
}

const units: ReadonlyArray<{ readonly names: RegExp; readonly millis: number }> = [
  { names: /^(ms|millis|milliseconds?)$/i, millis: 1 },
  { names: /^(s|secs?|seconds?)$/i, millis: 1_000 },
  { names: /^(m|mins?|minutes?)$/i, millis: 60_000 },
  { names: /^(h|hrs?|hours?)$/i, millis: 3_600_000 },
  { names: /^(d|days?)$/i, millis: 86_400_000 },
]

const millisOf = (unit: string): number | undefined => units.find(({ names }) => names.test(unit))?.millis

const secondsIn = (unit: string): number | undefined => {
  const millis = millisOf(unit)
  return millis === undefined ? undefined : millis / 1_000
}

/** A phrase whose last word is a time. */
const timed = (words: string, change: (time: Duration.Duration) => Partial<Fault>): Phrase => ({
  pattern: new RegExp(`^${words} (\\d+(?:\\.\\d+)?) ?([a-z]+)(?= |$)`, "i"),
  change: ([amount = "", unit = ""]) => {
    const millis = millisOf(unit)
    return millis === undefined
      ? `"${unit}" is no unit of time: write ms, s, minutes, hours or days`
      : change(Duration.millis(Math.round(Number(amount) * millis)))
  },
})

const plain = (words: string, change: Partial<Fault>): Phrase => ({
  pattern: new RegExp(`^${words}(?= |$)`, "i"),
  change: () => change,
})

/** First match wins. Adding a phrase is adding a row. */
const phrases: ReadonlyArray<Phrase> = [
  plain("(?:is|at|with|in|answers|of|the|its|requests|time)", {}),
  plain("down", { fault: "down" }),
  plain("(?:silent|hangs?|never answers)", { fault: "silent" }),
  plain("empty", { fault: "empty" }),
  plain("cuts?", { cutAfter: defaults.after }),
  plain("stalls?", { stallAfter: defaults.after }),
  timed("slow", (firstToken) => ({ firstToken })),
  timed("retry-after", (retryAfter) => ({ retryAfter })),
  timed("from", (from) => ({ from })),
  timed("for", (lasting) => ({ for: lasting })),
  {
    pattern: /^(\d+(?:\.\d+)?) ?%/,
    change: ([percent = ""]) =>
      Number(percent) > 100 ? `${percent} % is more than all` : { rate: Number(percent) / 100 },
  },
  {
    pattern: /^(\d+)(?= |$)/,
    change: ([digits = ""]) => {
      const status = Number(digits)
      return status >= 400 && status <= 599
        ? { status }
        : `${digits} is no status of a refusal: write one from 400 to 599`
    },
  },
  {
    pattern: /^after (\d+) tokens?(?= |$)/i,
    change: ([digits = ""], fault) => {
      if (fault.cutAfter !== undefined) return { cutAfter: Number(digits) }
      if (fault.stallAfter !== undefined) return { stallAfter: Number(digits) }
      return "only cuts and stalls happen after so many tokens"
    },
  },
]
