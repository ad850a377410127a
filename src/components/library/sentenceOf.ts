/** What a promise of the library was rejected with, in words. Pure. */
export const sentenceOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))
