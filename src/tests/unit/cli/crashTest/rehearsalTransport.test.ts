/** Where the requests of a crash test go: to the route of their target and run, and nowhere else. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { layerRehearsal, questionOf, rehearsedUrl, runOf } from "@/cli/crashTest/rehearsalTransport"
import { HttpTransport, type WireRequest } from "@/services/ai/wire/HttpTransport"

const url = "http://127.0.0.1:4748"
const places = new Map([
  ["openai gpt-5.4", 0],
  ["openai gpt-5.4-mini", 1],
  ["anthropic claude", 2],
])
const routing = { url, placeOf: (route: string, model: string) => places.get(`${route} ${model}`) }

const request = (path: string, model: string, run: number): WireRequest => ({
  method: "POST",
  url: path,
  headers: {},
  body: JSON.stringify({ model, messages: [{ role: "user", content: questionOf(run) }] }),
})

describe("a request", () => {
  it.each([
    ["openai", "gpt-5.4", "/v1/chat/completions", "target-0"],
    ["openai", "gpt-5.4-mini", "/v1/chat/completions", "target-1"],
    ["anthropic", "claude", "/v1/messages", "target-2"],
  ])("to %s's %s goes to the route of its target and its run", (route, model, path, target) =>
    assert.strictEqual(
      rehearsedUrl(routing, request(`${url}/${route}${path}`, model, 17)),
      `${url}/${target}.run-17${path}`,
    ),
  )

  it.each([
    ["another host", "https://api.openai.com/v1/chat/completions"],
    ["another port", "http://127.0.0.1:47480/openai/v1/chat/completions"],
    ["a host that begins alike", `${url}.example/openai/v1/chat/completions`],
    ["a target that the plan does not ask", `${url}/ollama/v1/chat/completions`],
  ])("to %s is not sent", (_what, address) =>
    Effect.runPromise(
      Effect.gen(function* () {
        const sent: Array<string> = []
        const recorder = HttpTransport.of({
          send: (wire) => {
            sent.push(wire.url)
            return Effect.succeed({ status: 200, headers: {}, body: Stream.empty })
          },
        })
        const error = yield* HttpTransport.pipe(
          Effect.flatMap(({ send }) => Effect.scoped(send(request(address, "gpt-5.4", 1)))),
          Effect.provide(Layer.provide(layerRehearsal(routing), Layer.succeed(HttpTransport, recorder))),
          Effect.flip,
        )
        assert.deepStrictEqual(
          [error.phase, error.message],
          ["head", "the crash test asks nobody but its own upstream"],
        )
        assert.deepStrictEqual(sent, [])
      }),
    ),
  )
})

describe("the number of a run", () => {
  it("is found again in its question", () => assert.strictEqual(runOf(JSON.stringify(questionOf(123))), 123))
})
