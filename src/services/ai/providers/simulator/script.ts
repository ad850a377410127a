/** What the simulator does, told by the model's name: `cuts-after-20`, `slow-start-2s+stalls-after-5`. Pure. */
import * as Duration from "effect/Duration"
import type { ProviderErrorReason } from "../../core/AIProviderError"

export interface Script {
  /** Refuses before anything is written. */
  readonly refusal?: Refusal
  /** Before the first token. */
  readonly firstTokenDelay: Duration.Duration
  /** Between tokens. */
  readonly pace: Duration.Duration
  /** Ends without a finish after so many tokens. */
  readonly cutAfter?: number
  /** Goes silent after so many tokens. */
  readonly stallAfter?: number
  readonly text: "short" | "long" | "none"
}

export interface Refusal {
  readonly reason: ProviderErrorReason
  readonly status?: number
  readonly retryAfter?: Duration.Duration
}

export const defaults: Script = {
  firstTokenDelay: Duration.millis(20),
  pace: Duration.millis(15),
  text: "short",
}

interface Row {
  /** Its one group, where it has one, is a number or a duration. */
  readonly pattern: RegExp
  readonly example: string
  readonly change: (argument: string) => Partial<Script>
}

const refusing = (name: string, refusal: Refusal): Row => ({
  pattern: new RegExp(`^${name}$`),
  example: name,
  change: () => ({ refusal }),
})

/** Adding a behaviour is adding a row. */
const rows: ReadonlyArray<Row> = [
  { pattern: /^steady$/, example: "steady", change: () => ({}) },
  { pattern: /^long$/, example: "long", change: () => ({ text: "long" }) },
  {
    pattern: /^instant$/,
    example: "instant",
    change: () => ({ firstTokenDelay: Duration.zero, pace: Duration.zero }),
  },
  {
    pattern: /^cuts-after-(\d+)$/,
    example: "cuts-after-20",
    change: (count) => ({ cutAfter: Number(count) }),
  },
  {
    pattern: /^stalls-after-(\d+)$/,
    example: "stalls-after-20",
    change: (count) => ({ stallAfter: Number(count) }),
  },
  {
    pattern: /^slow-start-(\d+)s$/,
    example: "slow-start-3s",
    change: (s) => ({ firstTokenDelay: Duration.seconds(Number(s)) }),
  },
  {
    pattern: /^pace-(\d+)ms$/,
    example: "pace-100ms",
    change: (ms) => ({ pace: Duration.millis(Number(ms)) }),
  },
  { pattern: /^silent$/, example: "silent", change: () => ({ stallAfter: 0 }) },
  { pattern: /^empty$/, example: "empty", change: () => ({ text: "none" }) },
  refusing("rate-limited", { reason: "RateLimited", status: 429 }),
  {
    pattern: /^rate-limited-(\d+)s$/,
    example: "rate-limited-2s",
    change: (s) => ({
      refusal: { reason: "RateLimited", status: 429, retryAfter: Duration.seconds(Number(s)) },
    }),
  },
  refusing("overloaded", { reason: "Overloaded", status: 529 }),
  refusing("server-error", { reason: "ServerError", status: 500 }),
  refusing("unreachable", { reason: "ConnectionFailed" }),
  refusing("bad-key", { reason: "InvalidKey", status: 401 }),
  refusing("out-of-quota", { reason: "QuotaExhausted", status: 429 }),
  refusing("context-too-long", { reason: "ContextTooLong", status: 400 }),
  refusing("refuses", { reason: "ContentRefused", status: 400 }),
]

export const modelNames: ReadonlyArray<string> = rows.map(({ example }) => example)

/** Undefined when a part of the name is not known. */
export const scriptOf = (model: string): Script | undefined =>
  model.split("+").reduce<Script | undefined>((script, name) => {
    const row = rows.find(({ pattern }) => pattern.test(name))
    if (script === undefined || row === undefined) return undefined
    return { ...script, ...row.change(row.pattern.exec(name)?.[1] ?? "") }
  }, defaults)
