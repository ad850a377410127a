/** A run's events with neighbouring pieces of text joined into one. */
import type { PlanEvent } from "../ai/orchestration/PlanEvent"

export interface Compactor {
  readonly add: (events: ReadonlyArray<PlanEvent>) => void
  /** Of all that was added. */
  readonly events: () => ReadonlyArray<PlanEvent>
}

/** A joined delta has the number and time of its first part; the next event's number tells how many there were. */
export const makeCompactor = (): Compactor => {
  const joined: Array<PlanEvent> = []
  let open: { readonly event: Delta; readonly texts: Array<string> } | undefined
  const close = (): void => {
    if (open !== undefined) joined.push({ ...open.event, text: open.texts.join("") })
    open = undefined
  }
  const addOne = (event: PlanEvent): void => {
    if (isDelta(event) && open?.event.type === event.type) return void open.texts.push(event.text)
    close()
    if (isDelta(event)) open = { event, texts: [event.text] }
    else joined.push(event)
  }
  return {
    add: (events) => {
      for (const event of events) addOne(event)
    },
    events: () => {
      close()
      return [...joined]
    },
  }
}

export const compacted = (events: ReadonlyArray<PlanEvent>): ReadonlyArray<PlanEvent> => {
  const compactor = makeCompactor()
  compactor.add(events)
  return compactor.events()
}

type Delta = Extract<PlanEvent, { readonly type: "text-delta" | "reasoning-delta" }>

const isDelta = (event: PlanEvent): event is Delta =>
  event.type === "text-delta" || event.type === "reasoning-delta"
