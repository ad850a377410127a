/** Where archives are fetched from and sent to. */
import * as Schema from "effect/Schema"

export const ExportFormat = Schema.Literals(["json", "markdown"])
export type ExportFormat = typeof ExportFormat.Type

export const endings: Readonly<Record<ExportFormat, string>> = { json: "json", markdown: "md" }

const root = "/api/conversations"

export const paths = {
  /** Everything else under it is nowhere. */
  all: `${root}/*`,
  exportAll: `${root}/export`,
  exportOne: (format: ExportFormat) => `${root}/:id/export.${endings[format]}` as const,
  /**
   * Takes a file, JSON or zip, and answers with the `ImportProgress` it ended with, or a `ConversationError`. Browsers do
   * not read an answer before they have sent everything, so that how far it is has to be asked for elsewhere.
   */
  import: `${root}/import`,
  importProgress: `${root}/import/:id`,
} as const

/** @param id of one conversation; all of them when absent, which is always JSON */
export const exportAddress = (id: string | undefined, format: ExportFormat): string =>
  id === undefined ? paths.exportAll : `${root}/${encodeURIComponent(id)}/export.${endings[format]}`

/** @param id names the import, so that its progress can be asked for while it runs */
export const importAddress = (id: string): string => `${paths.import}?id=${encodeURIComponent(id)}`

export const importProgressAddress = (id: string): string => `${paths.import}/${encodeURIComponent(id)}`
