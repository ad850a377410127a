/** One row of a table of models: a family, by its names, and what is known of it. */
import type { ModelFacts } from "../ModelFacts"

export interface ModelRow {
  /** First match wins. */
  readonly pattern: RegExp
  /** What differs from an unknown model of the same provider. */
  readonly facts: Partial<ModelFacts>
}

/** These names and their dated snapshots, no longer names that begin alike: those may cost and take something else. */
export const named = (...names: ReadonlyArray<string>): RegExp =>
  new RegExp(`^(${names.join("|").replaceAll(".", "\\.")})(-\\d{4}-?\\d{2}-?\\d{2}|-latest)?$`)
