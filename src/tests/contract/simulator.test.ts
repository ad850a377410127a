/** The simulator has no wire: its scenarios are its models, and nothing is asserted about requests or sockets. */
import * as Effect from "effect/Effect"
import { simulator } from "@/services/ai/providers/simulator/SimulatorAgentLanguageModelLive"
import { promptOf } from "../support/conversations"
import { textIn } from "../support/parts"
import { providerContract, type Scenario } from "./providerContract"
import { fetchTransport } from "./transports"

const models: Readonly<Partial<Record<Scenario, string>>> = {
  text: "instant",
  "refuses-key": "bad-key",
  "rate-limited": "rate-limited-7s",
  "server-error": "server-error",
  overloaded: "overloaded",
  "context-too-long": "context-too-long",
  cut: "instant+cuts-after-20",
  hang: "instant+stalls-after-5",
}

const answer = await Effect.runPromise(
  simulator.generateText({ model: "instant", prompt: promptOf({ role: "user", content: "Grüezi" }) }),
)

providerContract({
  upstreamName: "itself",
  providerKey: "simulator",
  model: "instant",
  transport: fetchTransport.layer,
  scenarios: new Set(Object.keys(models) as ReadonlyArray<Scenario>),
  start: (scenario) => Effect.succeed({ values: {}, model: models[scenario] ?? "instant" }),
  expected: {
    text: textIn(answer.parts),
    usage: { input: 1, output: answer.usage.outputTokens.total ?? 0 },
    status: { serverError: 500, overloaded: 529 },
  },
})
