/** What the pane shows of a conversation: plain data, made from plan events by `answerReducer`. */
import type { Spending } from "@/services/ai/orchestration/spending"

export interface TargetView {
  readonly provider: string
  readonly model: string
}

/** An error in the user's terms. */
export interface ErrorView {
  /** One plain sentence: who, why, what to do. */
  readonly sentence: string
  readonly remedy: Remedy
  /** For the one click away: what the provider said, status, ids, the redacted body. */
  readonly details: ReadonlyArray<{ readonly label: string; readonly value: string }>
}

export type Remedy =
  | { readonly kind: "fix-key"; readonly provider: string; readonly keyName: string }
  | { readonly kind: "try-again"; readonly afterMillis?: number }
  | { readonly kind: "none" }

/** What an attempt is for. A `rescue` becomes a `continuation` once it goes on with the text of another. */
export type AttemptRole = "answer" | "hedge" | "rescue" | "continuation"

/** Who went on after an attempt that had begun to answer, and what became of its text. */
export interface Successor {
  readonly target: TargetView
  readonly text: "continued" | "taken-back" | "none"
}

/** One row of an answer's timeline. Times are milliseconds since the epoch, durations milliseconds. */
export type TimelineRow =
  | {
      readonly kind: "attempt"
      readonly attempt: number
      readonly target: TargetView
      readonly role: AttemptRole
      readonly startedAt: number
      readonly outcome:
        | { readonly state: "asking" }
        | { readonly state: "answering"; readonly timeToFirstPart: number }
        | {
            readonly state: "answered"
            readonly timeToFirstPart: number
            readonly duration: number
            readonly spent: Spending
          }
        | {
            readonly state: "failed"
            readonly error: ErrorView
            readonly duration: number
            /** Whether its answer had begun. */
            readonly begun: boolean
            readonly spent: Spending
            readonly successor?: Successor
          }
        /** It was asked beside another, which was faster. */
        | {
            readonly state: "superseded"
            readonly by?: TargetView
            readonly duration: number
            readonly spent: Spending
          }
        | { readonly state: "stopped"; readonly duration: number }
    }
  | {
      readonly kind: "wait"
      readonly target: TargetView
      readonly delay: number
      readonly until: number
      readonly askedByProvider: boolean
      readonly cause: string
    }
  | {
      readonly kind: "skipped"
      readonly provider: string
      readonly message: string
      readonly keyName?: string
      /** Whether the request needs what the model cannot do. */
      readonly lacks: boolean
      /** When it can be asked again. */
      readonly reopensAt?: number
    }
  | { readonly kind: "switched"; readonly from: TargetView; readonly to: TargetView; readonly cause: string }
  /** A step that the run has not reached, by its place in the plan. */
  | { readonly kind: "not-needed"; readonly step: number; readonly provider: string; readonly model?: string }

/** A place in the text where another target went on with what one had begun. */
export interface Seam {
  /** How many UTF-16 code units of the text stand before it. */
  readonly at: number
  readonly from: TargetView
  readonly target: TargetView
}

/** Where an answer stands; one of these, never a mix. */
export type AnswerStatus =
  | { readonly state: "running" }
  | { readonly state: "complete"; readonly finishReason: string; readonly duration: number }
  | {
      readonly state: "failed"
      readonly error: ErrorView
      readonly partial: boolean
      readonly duration: number
    }
  | { readonly state: "stopped"; readonly duration: number }
  /** Commander itself was stopped in the middle of it; it can be continued. */
  | { readonly state: "interrupted"; readonly duration: number }

export interface UserMessageView {
  readonly role: "user"
  readonly id: string
  readonly text: string
}

export interface AnswerView {
  readonly role: "assistant"
  readonly id: string
  readonly text: string
  readonly reasoning: string
  readonly toolCalls: ReadonlyArray<{ readonly id: string; readonly name: string; readonly params: string }>
  readonly startedAt: number
  /** Who was asked first. The model is absent until the plan has resolved it. */
  readonly askedFor: { readonly provider: string; readonly model?: string }
  /** Who is writing or wrote the text; its end, where several did. */
  readonly answeredBy?: TargetView
  readonly seams: ReadonlyArray<Seam>
  readonly timeline: ReadonlyArray<TimelineRow>
  /** By all attempts, once the run has ended. */
  readonly spent: Spending
  readonly status: AnswerStatus
  /** The one sentence to announce to a screen reader; changes with the status, not with every token. */
  readonly announcement: string
  /** Who wrote it elsewhere, of an answer that was imported: there is no timeline then. */
  readonly origin?: string
}

/** An answer in a list of messages. Its record is read only when it is looked at: a long chat has many. */
export interface AnswerMessage {
  readonly role: "assistant"
  readonly id: string
  readonly text: string
  readonly isRunning: boolean
  /** The same object while nothing of the answer changes. */
  readonly view: () => AnswerView
}

export type ChatMessageView = UserMessageView | AnswerMessage

export interface ProviderView {
  readonly key: string
  readonly label: string
  readonly models: ReadonlyArray<string>
  /** The model that is asked when none is chosen. */
  readonly defaultModel: string
  readonly availability:
    | { readonly state: "ready" }
    | { readonly state: "missing-key"; readonly keyName: string }
    | { readonly state: "not-found"; readonly keyName: string; readonly hint: string }
  /** The name of the key, and where its value comes from when it has one ("settings" ones can be deleted here). */
  readonly secret?: { readonly keyName: string; readonly origin?: string }
}
