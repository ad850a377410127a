/** A vendor behind a server on loopback that plays the streams of `fixtures/`, a few bytes at a time. */
import { existsSync, readFileSync } from "node:fs"
import * as Effect from "effect/Effect"

import { bytesOf, piecesOf } from "../support/bytes"
import { startHttpServer, type Received, type Reply } from "../support/httpServer"
import { allScenarios, type ProviderHarness, type Scenario } from "./providerContract"
import type { NamedTransport } from "./transports"
import type { Vendor } from "./vendors"

/** A prime, so that pieces end inside lines, inside JSON and inside characters. */
const pieceSize = 61

const streams: Readonly<Record<string, string>> = {
  text: "text",
  length: "length",
  "tool-calls": "tool-calls",
  "content-filter": "content-filter",
  cut: "cut",
  hang: "cut",
}

const refusals: Readonly<Record<string, number>> = {
  "refuses-key": 401,
  "rate-limited": 429,
  "server-error": 500,
  overloaded: 503,
  "context-too-long": 400,
}

export const recordedHarness = (
  vendor: Vendor,
  folder: string,
  transport: NamedTransport,
): ProviderHarness => {
  const file = (name: string): URL => new URL(`fixtures/${folder}/${name}.txt`, import.meta.url)
  const fixtureOf = (scenario: Scenario): URL => file(streams[scenario] ?? String(refusals[scenario]))

  const reply =
    (scenario: Scenario) =>
    (received: Received): Reply => {
      const body = readFileSync(fixtureOf(scenario), "utf8").replace("${key}", vendor.keyIn(received.headers))
      const status = refusals[scenario]
      if (status !== undefined) {
        const wait = status === 429 ? { "retry-after": "7" } : {}
        return { status, headers: { "content-type": "application/json", ...wait }, writes: [body] }
      }
      const ending = scenario === "hang" ? "hang" : scenario === "cut" ? "cut" : "end"
      return { writes: piecesOf(bytesOf(body), pieceSize), ending }
    }

  return {
    upstreamName: `recorded streams over ${transport.name}`,
    providerKey: vendor.providerKey,
    model: vendor.model,
    ...(vendor.secret === undefined ? {} : { secret: vendor.secret }),
    transport: transport.layer,
    scenarios: new Set(allScenarios.filter((scenario) => existsSync(fixtureOf(scenario)))),
    start: (scenario) =>
      Effect.map(startHttpServer(reply(scenario)), ({ url, received, clientLeft }) => ({
        ...vendor.configuredFor(url),
        requests: () =>
          received.flatMap(({ method, body }): ReadonlyArray<unknown> =>
            method === "POST" ? [JSON.parse(body)] : [],
          ),
        clientLeft,
      })),
    expected: {
      text: "Zürich ist schön 👩‍🚀: Gruß\naus der Stadt.",
      usage: { input: 12, output: 9 },
      status: { serverError: 500, overloaded: 503 },
      options: vendor.options,
    },
  }
}
