/** The contract on recorded streams, over real HTTP and every transport. */
import { providerContract } from "./providerContract"
import { recordedHarness } from "./recordedHarness"
import { transports } from "./transports"
import { anthropic, compatible, ollama, openai } from "./vendors"

for (const transport of transports) {
  providerContract(recordedHarness(openai, "openai", transport))
  providerContract(recordedHarness(anthropic, "anthropic", transport))
  providerContract(recordedHarness(ollama, "ollama", transport))
  providerContract(recordedHarness(compatible, "compatible", transport))
}
