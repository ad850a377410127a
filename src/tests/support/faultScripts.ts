/** What upstreams do to random runs: data made up from a seed, so that a case can be read and played again. */
import type { End } from "./dialects"
import { oneOf, whole, type Dice } from "./randomTexts"

/** An answer, or what there is of one. Times are in milliseconds. */
export interface Saying {
  readonly does: "say"
  /** Until the headers. */
  readonly hesitates: number
  /** Before every network read. */
  readonly pause: number
  readonly thinks: boolean
  /** How much of what it has to say it says, 0 to 1. */
  readonly share: number
  /** Among the text. */
  readonly malformedLines: number
  readonly tool: "none" | "half" | "whole"
  /** A finish reason, or how it breaks off. */
  readonly then: End | "cut" | "reset" | "hang" | "error"
  /** A finish reason is followed by its terminal event, by the end of the body, or by nothing. */
  readonly terminal: "event" | "end" | "nothing"
  /** With a text that another began: exactly, from a few words before the cut, or from the beginning. */
  readonly goesOn: "exactly" | "overlapping" | "over"
  /** The largest network read in bytes; 0: event by event. */
  readonly read: number
}

export interface Refusal {
  readonly does: "refuse"
  readonly hesitates: number
  readonly status: number
  readonly type: string
  readonly code: string | null
  readonly message: string
  /** How long it asks to wait, in milliseconds. */
  readonly retryAfter?: number
}

export type Fault =
  | Saying
  | Refusal
  | { readonly does: "page" }
  | { readonly does: "unreachable" }
  | { readonly does: "silence" }

/** What one target does: in this order, and its last for ever. */
export interface Script {
  readonly faults: ReadonlyArray<Fault>
  readonly rejectsPrefill: boolean
}

export const randomScript = (dice: Dice): Script => ({
  faults: Array.from({ length: 1 + whole(dice, 4) }, () => randomFault(dice)),
  rejectsPrefill: dice() < 0.15,
})

const plain: Saying = {
  does: "say",
  hesitates: 0,
  pause: 0,
  thinks: false,
  share: 1,
  malformedLines: 0,
  tool: "none",
  then: "stop",
  terminal: "event",
  goesOn: "exactly",
  read: 0,
}

const manner = (dice: Dice): Saying => ({
  ...plain,
  hesitates: dice() < 0.3 ? whole(dice, 15_000) : 0,
  pause: dice() < 0.15 ? whole(dice, 3000) : 0,
  thinks: dice() < 0.15,
  malformedLines: dice() < 0.05 ? 1 + whole(dice, 2) : 0,
  terminal: oneOf(dice, ["event", "event", "event", "end", "nothing"]),
  goesOn: oneOf(dice, ["exactly", "overlapping", "over"]),
  read: oneOf(dice, [0, 0, 1000, 60]),
})

const sayings: readonly [(dice: Dice) => Partial<Saying>, ...ReadonlyArray<(dice: Dice) => Partial<Saying>>] =
  [
    () => ({}),
    () => ({}),
    () => ({}),
    (dice) => ({ share: dice(), then: "cut" }),
    (dice) => ({ share: dice(), then: "reset" }),
    (dice) => ({ share: dice(), then: "hang" }),
    (dice) => ({ share: dice(), then: "error" }),
    (dice) => ({ share: dice(), then: "other" }),
    (dice) => ({ share: dice(), then: "cut", malformedLines: 3 }),
    (dice) => ({ share: dice(), then: oneOf(dice, ["length", "content-filter"]) }),
    (dice) => ({ share: 0, thinks: true, then: oneOf(dice, ["cut", "hang", "stop"]) }),
    () => ({ share: 0 }),
    (dice) => ({ share: dice(), tool: "whole", then: oneOf(dice, ["tool-calls", "tool-calls", "other"]) }),
    (dice) => ({ share: oneOf(dice, [0, dice()]), tool: "half", then: oneOf(dice, ["cut", "hang"]) }),
    () => ({ share: 1, then: "cut" }),
  ]

const refusals: readonly [
  Omit<Refusal, "does" | "hesitates">,
  ...ReadonlyArray<Omit<Refusal, "does" | "hesitates">>,
] = [
  { status: 500, type: "server_error", code: null, message: "oops" },
  { status: 502, type: "server_error", code: null, message: "oops", retryAfter: 2000 },
  { status: 503, type: "server_error", code: null, message: "busy" },
  { status: 503, type: "server_error", code: null, message: "busy", retryAfter: 1000 },
  { status: 529, type: "overloaded_error", code: null, message: "Overloaded" },
  { status: 429, type: "rate_limit_error", code: null, message: "slow down" },
  { status: 429, type: "rate_limit_error", code: null, message: "slow down", retryAfter: 1500 },
  { status: 429, type: "rate_limit_error", code: null, message: "slow down", retryAfter: 3000 },
  { status: 429, type: "rate_limit_error", code: null, message: "slow down", retryAfter: 20_000 },
  { status: 429, type: "rate_limit_error", code: null, message: "slow down", retryAfter: 600_000 },
  { status: 429, type: "insufficient_quota", code: "insufficient_quota", message: "no money" },
  { status: 402, type: "billing_error", code: null, message: "no money" },
  { status: 401, type: "authentication_error", code: "invalid_api_key", message: "Incorrect API key" },
  { status: 403, type: "permission_error", code: null, message: "not in your region" },
  { status: 404, type: "not_found_error", code: "model_not_found", message: "no such model" },
  { status: 400, type: "invalid_request_error", code: null, message: "messages: something is wrong" },
  { status: 400, type: "invalid_request_error", code: "content_policy_violation", message: "no" },
  { status: 400, type: "invalid_request_error", code: "context_length_exceeded", message: "too long" },
]

const randomFault = (dice: Dice): Fault => {
  const kind = dice()
  if (kind < 0.35) return manner(dice)
  if (kind < 0.7) return { ...manner(dice), ...oneOf(dice, sayings)(dice) }
  if (kind < 0.92) {
    return { does: "refuse", hesitates: dice() < 0.2 ? whole(dice, 5000) : 0, ...oneOf(dice, refusals) }
  }
  return oneOf<Fault>(dice, [{ does: "page" }, { does: "unreachable" }, { does: "silence" }])
}
