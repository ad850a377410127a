/** Each vendor as the contract suite sees it: how it is configured to ask an upstream at a URL, and its words. */
import type { CompatibleEndpoint, Values } from "@/services/configuration"
import { weather } from "../support/conversations"
import type { ProviderHarness } from "./providerContract"

export interface Vendor {
  readonly providerKey: string
  readonly model: string
  readonly secret?: { readonly keyName: string; readonly value: string }
  /** The header that carries the key, without what stands before it. */
  readonly keyIn: (headers: Readonly<Record<string, unknown>>) => string
  readonly configuredFor: (url: string) => {
    readonly values: Values
    readonly endpoints?: Readonly<Record<string, CompatibleEndpoint>>
  }
  /** `temperature: 0.5`, `maxOutputTokens: 77`, `stopSequences: ["END"]` and the weather tool in its words. */
  readonly options: NonNullable<ProviderHarness["expected"]["options"]>
}

const chatTools = [{ type: "function", function: weather }]
const bearer = (headers: Readonly<Record<string, unknown>>): string =>
  String(headers["authorization"]).slice(7)

const openaiSecret = { keyName: "OPENAI_API_KEY", value: "okey-3f9a1c7b5d2e8046" }
const anthropicSecret = { keyName: "ANTHROPIC_API_KEY", value: "akey-91b7d3e5f2c60a84" }
const groqSecret = { keyName: "GROQ_API_KEY", value: "gkey-5c2e8f1a7d4b9036" }

export const openai: Vendor = {
  providerKey: "openai",
  model: "gpt-4.1",
  secret: openaiSecret,
  keyIn: bearer,
  configuredFor: (url) => ({ values: { OPENAI_BASE_URL: `${url}/v1`, OPENAI_API_KEY: openaiSecret.value } }),
  options: { temperature: 0.5, max_completion_tokens: 77, stop: ["END"], tools: chatTools },
}

export const anthropic: Vendor = {
  providerKey: "anthropic",
  model: "claude-haiku-4-5",
  secret: anthropicSecret,
  keyIn: (headers) => String(headers["x-api-key"]),
  configuredFor: (url) => ({ values: { ANTHROPIC_BASE_URL: url, ANTHROPIC_API_KEY: anthropicSecret.value } }),
  options: {
    temperature: 0.5,
    max_tokens: 77,
    stop_sequences: ["END"],
    tools: [{ name: weather.name, description: weather.description, input_schema: weather.parameters }],
  },
}

export const ollama: Vendor = {
  providerKey: "ollama",
  model: "gemma3:1b",
  keyIn: () => "",
  configuredFor: (url) => ({ values: { OLLAMA_BASE_URL: url } }),
  options: { temperature: 0.5, max_tokens: 77, stop: ["END"], tools: chatTools },
}

export const compatible: Vendor = {
  providerKey: "groq",
  model: "llama-3.3-70b",
  secret: groqSecret,
  keyIn: bearer,
  configuredFor: (url) => ({
    values: { GROQ_API_KEY: groqSecret.value },
    endpoints: {
      groq: {
        kind: "openai-compatible",
        baseUrl: `${url}/openai/v1`,
        apiKeyEnv: "GROQ_API_KEY",
        models: ["llama-3.3-70b"],
      },
    },
  }),
  options: { temperature: 0.5, max_tokens: 77, stop: ["END"], tools: chatTools },
}
