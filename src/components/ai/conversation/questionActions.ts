/** What can be done with questions and versions. The object must keep its identity, or every token draws every message. */
export interface QuestionActions {
  readonly edit: (messageId: string) => void
  readonly save: (messageId: string, text: string) => void
  readonly cancel: () => void
  /** Shows the version that this message is of. */
  readonly select: (messageId: string) => void
}
