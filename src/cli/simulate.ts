/** `commander simulate`: a server in the place of the vendors that breaks on purpose, until it is stopped. */
import * as Console from "effect/Console"
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { startFaultUpstream, type FaultUpstream } from "@/simulator/FaultUpstream"
import { faultExamples } from "@/simulator/faults"
import type { LoggedRequest } from "@/simulator/RequestLog"
import { failWith } from "./logging"
import { table } from "./table"

export const simulate = Command.make(
  "simulate",
  {
    port: Flag.Int("port").pipe(
      Flag.withDescription("Port to listen on (default 4748)"),
      Flag.withDefault(4748),
    ),
  },
  ({ port }) =>
    Effect.gen(function* () {
      if (port < 0 || port > 65535)
        return yield* failWith(`--port is "${port}"; it must be a port from 0 to 65535`)
      const upstream = yield* startFaultUpstream({ port })
      yield* Console.log(introduction(upstream))
      return yield* Stream.runForEach(upstream.ended, (request) => Console.log(describeRequest(request)))
    }).pipe(
      Effect.scoped,
      Effect.catchTag("ListenError", (error) => failWith(error.message)),
    ),
).pipe(Command.withDescription("Serve simulated vendors that fail as told, at http://127.0.0.1:4748"))

const introduction = ({ url, urlOf, environment }: FaultUpstream): string =>
  [
    `The fault upstream is at ${url} (stop it with Ctrl-C). It speaks`,
    "",
    ...table([
      ["Chat Completions", `${urlOf("openai")}/chat/completions`],
      ["Messages", `${urlOf("anthropic")}/v1/messages`],
      ["Ollama", `${urlOf("ollama")}/api/chat, ${urlOf("ollama")}/v1/chat/completions`],
    ]),
    "",
    "To ask it instead of the vendors:",
    "",
    ...Object.entries(environment).map(([name, value]) => `  export ${name}=${value}`),
    "",
    'The model\'s name says what happens ("ok" when it names nothing); other numbers may stand in it:',
    "",
    ...table(faultExamples.map(({ name, description }) => [name, description])),
    "",
  ].join("\n")

const describeRequest = (request: LoggedRequest): string => {
  const { sequence, path, fault, tokensWritten, ended, receivedAt, endedAt } = request
  const tokens = tokensWritten === 1 ? "1 token" : `${tokensWritten} tokens`
  const duration = `${Math.round((endedAt ?? receivedAt) - receivedAt)} ms`
  return `#${sequence} ${path}${fault === undefined ? "" : ` ${fault}`}: ${tokens}, ${endings[ended]} after ${duration}`
}

const endings: Readonly<Record<LoggedRequest["ended"], string>> = {
  answering: "still answered",
  stalling: "silent",
  finished: "finished",
  cut: "cut",
  reset: "reset",
  "closed-by-client": "left by the client",
}
