import { providerContract } from "./providerContract"
import { recordedHarness } from "./recordedHarness"
import { fetchTransport } from "./transports"
import { anthropic, compatible, ollama, openai } from "./vendors"

providerContract(recordedHarness(openai, "openai", fetchTransport))
providerContract(recordedHarness(anthropic, "anthropic", fetchTransport))
providerContract(recordedHarness(ollama, "ollama", fetchTransport))
providerContract(recordedHarness(compatible, "compatible", fetchTransport))
