/** The built-in simulator. */
export { SimulatorAgentLanguageModelLive } from "./SimulatorAgentLanguageModelLive"
