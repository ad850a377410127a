/** Joins class names, leaving out those that do not apply. */
export const cx = (...names: ReadonlyArray<string | false | undefined>): string =>
  names.filter((name) => name !== false && name !== undefined && name !== "").join(" ")
