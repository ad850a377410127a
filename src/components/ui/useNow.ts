/** The wall clock in milliseconds since the epoch, read again every `periodMillis` while `active`. */
import { useEffect, useState } from "react"

export const useNow = (periodMillis: number, active = true): number => {
  const [now, setNow] = useState(() => Date.now())
  useEffect(() => {
    if (!active) return
    const timer = setInterval(() => setNow(Date.now()), periodMillis)
    return () => clearInterval(timer)
  }, [periodMillis, active])
  return now
}
