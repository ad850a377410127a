/** When something was, as short as it can be told. Pure. */
import { startOfDay } from "../list/chatRows"

const time = new Intl.DateTimeFormat("en", { hour: "numeric", minute: "2-digit" })
const day = new Intl.DateTimeFormat("en", { month: "short", day: "numeric" })
const dayAndYear = new Intl.DateTimeFormat("en", { month: "short", day: "numeric", year: "numeric" })

/** Both in milliseconds since the epoch. */
export const formatWhen = (at: number, now: number): string => {
  if (at >= startOfDay(now)) return time.format(at)
  if (at >= startOfDay(now, 1)) return "Yesterday"
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? day.format(at) : dayAndYear.format(at)
}
