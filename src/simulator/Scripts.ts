/** Which fault the next request meets: the script of its route, else its model when it names a fault, else `ok`. */
import type { Deed } from "./Fault"
import { faultNamed, type Fault, type FaultName } from "./faults"

export interface Chosen {
  readonly name: string
  readonly deed: Deed
}

export interface Scripts {
  /** One fault a request, the last one for all that follow. No names: the route has no script any more. */
  readonly set: (key: string, names: ReadonlyArray<FaultName>) => void
  readonly next: (key: string, model: string) => Chosen
  readonly reset: () => void
}

/** The route that a redirect leads to. It answers: asked for the same fault again, it would redirect for ever. */
export const redirectedKey = "redirected"

export const make = (): Scripts => {
  const scripts = new Map([[redirectedKey, [known("ok")]]])
  const positions = new Map<string, number>()
  /** Requests of a route that met a fault, by both names. */
  const met = new Map<string, number>()

  const scripted = (key: string): Fault | undefined => {
    const faults = scripts.get(key)
    const position = positions.get(key) ?? 0
    positions.set(key, position + 1)
    return faults?.[position] ?? faults?.at(-1)
  }

  return {
    set: (key, names) => {
      scripts.set(key, names.map(known))
      positions.set(key, 0)
    },
    next: (key, model) => {
      const { name, behaviour } = scripted(key) ?? faultNamed(model) ?? known("ok")
      if (behaviour.does !== "flap") return { name, deed: behaviour }
      const counter = `${key} ${name}`
      const before = met.get(counter) ?? 0
      met.set(counter, before + 1)
      return { name, deed: before < behaviour.times ? behaviour.first : behaviour.then }
    },
    reset: () => {
      scripts.clear()
      scripts.set(redirectedKey, [known("ok")])
      positions.clear()
      met.clear()
    },
  }
}

/** The type lets `cut-after--1-fin` pass; a script that does something else than it says would make a test lie. */
const known = (name: string): Fault => {
  const fault = faultNamed(name)
  if (fault === undefined) throw new RangeError(`there is no fault "${name}"`)
  return fault
}
