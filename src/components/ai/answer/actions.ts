/** What the last answer offers. The object must keep its identity, or every token draws every answer. */
import type { ActionOutcome } from "@/hooks/ai/agentChat"

export interface AnswerActions {
  readonly regenerate: () => void
  readonly continueAnswer: (answerId: string) => void
  readonly saveKey: (keyName: string, value: string) => Promise<ActionOutcome>
}
