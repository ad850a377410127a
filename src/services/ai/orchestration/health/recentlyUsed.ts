/** A map that keeps the entries last written, so that names which are never asked for again do not fill the memory. */

export interface RecentlyUsed<Value> {
  readonly get: (name: string) => Value | undefined
  /** The oldest entry leaves when there are more than the limit. */
  readonly set: (name: string, value: Value) => void
  readonly values: () => ReadonlyArray<Value>
}

export const recentlyUsed = <Value>(limit: number): RecentlyUsed<Value> => {
  const entries = new Map<string, Value>()
  return {
    get: (name) => entries.get(name),
    set: (name, value) => {
      // A Map keeps the order of insertion: what is written again becomes the youngest.
      entries.delete(name)
      entries.set(name, value)
      if (entries.size <= limit) return
      const [oldest] = entries.keys()
      if (oldest !== undefined) entries.delete(oldest)
    },
    values: () => [...entries.values()],
  }
}
