/** Whom the page asks first: the user's choice, else the first provider that is ready, else the simulator. Pure. */
import type { ProviderView } from "@/hooks/ai/chatState"

export interface Selection {
  readonly by: "page" | "user"
  readonly providerKey: string
  /** Undefined: the provider's default model. */
  readonly modelName: string | undefined
}

const simulator = "simulator"
const preferred = ["openai", "anthropic", "ollama"]

export const automatic: Selection = { by: "page", providerKey: simulator, modelName: undefined }

const firstReady = (providers: ReadonlyArray<ProviderView>): string => {
  const ready = providers.filter(({ availability }) => availability.state === "ready").map(({ key }) => key)
  return preferred.find((key) => ready.includes(key)) ?? ready.find((key) => key !== simulator) ?? simulator
}

/** The same object while nothing changes. A real provider, once chosen, is not left because another became ready. */
export const revised = (selection: Selection, providers: ReadonlyArray<ProviderView>): Selection => {
  if (selection.by === "user" || selection.providerKey !== simulator) return selection
  const providerKey = firstReady(providers)
  return providerKey === simulator ? selection : { by: "page", providerKey, modelName: undefined }
}
