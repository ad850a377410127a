/** Has the line to the server looked after when the device was away: asleep, offline, in the background. */
import { useEffect } from "react"
import { usePage } from "./usePage"

export const useWake = (): void => {
  const { wake } = usePage()
  useEffect(() => {
    const onVisible = () => {
      if (document.visibilityState === "visible") wake()
    }
    window.addEventListener("online", wake)
    window.addEventListener("pageshow", wake)
    document.addEventListener("visibilitychange", onVisible)
    return () => {
      window.removeEventListener("online", wake)
      window.removeEventListener("pageshow", wake)
      document.removeEventListener("visibilitychange", onVisible)
    }
  }, [wake])
}
