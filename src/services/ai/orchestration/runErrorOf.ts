/** What went wrong, out of a cause: the typed error, or a defect as an error of whoever broke. Pure. */
import * as Cause from "effect/Cause"
import type { AiError } from "../core/AgentLanguageModel"
import { AIConfigurationError } from "../core/AIConfigurationError"
import { AIProviderError } from "../core/AIProviderError"
import { redact } from "../wire/redact"

/** A defect's words come from code that is not ours, so what has the shape of a credential is hidden. */
export const runErrorOf = (
  cause: Cause.Cause<AiError>,
  who: { readonly provider: string; readonly model?: string },
): AiError => {
  const error = Cause.squash(cause)
  return error instanceof AIProviderError || error instanceof AIConfigurationError
    ? error
    : AIProviderError.of({ ...who, message: `${who.provider} broke: ${redact(String(error), [])}` })
}
