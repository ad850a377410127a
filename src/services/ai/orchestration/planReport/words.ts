/** Figures and lists as a report on a plan writes them. Pure. */

export const count = (value: number | undefined): string => (value ?? 0).toLocaleString("en-US")

export const times = (value: number, noun: string): string =>
  `${count(value)} ${noun}${value === 1 ? "" : "s"}`

/** `a`, `a or b`, `a, b or c`. */
export const listed = (words: ReadonlyArray<string>, last = "or"): string =>
  words.length < 2 ? words.join("") : `${words.slice(0, -1).join(", ")} ${last} ${words.at(-1)}`

const money = new Intl.NumberFormat("en", {
  style: "currency",
  currency: "USD",
  minimumFractionDigits: 2,
  maximumFractionDigits: 6,
  maximumSignificantDigits: 3,
  roundingPriority: "lessPrecision",
})

/** As much as it takes to compare: `$0`, `$0.0125`, `$12.3`. */
export const dollars = (usd: number): string => (usd === 0 ? "$0" : money.format(usd))
