/** A run's events with neighbouring pieces of text joined into one. Pure. */
import type { PlanEvent } from "../ai/orchestration/PlanEvent"

/** A joined delta has the number and time of its first part; the next event's number tells how many there were. */
export const compacted = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<PlanEvent> => {
  const joined: Array<PlanEvent> = []
  let open: { readonly event: Delta; readonly texts: Array<string> } | undefined
  const close = (): void => {
    if (open !== undefined) joined.push({ ...open.event, text: open.texts.join("") })
    open = undefined
  }
  for (const event of events) {
    if (!isDelta(event)) {
      close()
      joined.push(event)
    } else if (open?.event.type === event.type) open.texts.push(event.text)
    else {
      close()
      open = { event, texts: [event.text] }
    }
  }
  close()
  return joined
}

type Delta = Extract<PlanEvent, { readonly type: "text-delta" | "reasoning-delta" }>

const isDelta = (event: PlanEvent): event is Delta =>
  event.type === "text-delta" || event.type === "reasoning-delta"
