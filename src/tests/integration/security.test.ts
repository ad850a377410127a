/** Strangers at the door, over real HTTP and real WebSockets. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import { WebSocket } from "undici"
import { rpcPath } from "@/rpc/CommanderRpcs"
import { pageText, startCommander, type Commander } from "@/tests/support/commander"
import { send, upgrade } from "@/tests/support/rawHttp"

const evil = "https://evil.example"
const hostOf = ({ port }: Commander): string => `127.0.0.1:${port}`

/** Whether a browser at this origin gets a WebSocket. */
const connects = (url: string, headers: Readonly<Record<string, string>>): Effect.Effect<boolean> =>
  Effect.callback<boolean>((resume) => {
    const socket = new WebSocket(url, { headers })
    socket.addEventListener("open", () => {
      socket.close()
      resume(Effect.succeed(true))
    })
    socket.addEventListener("error", () => resume(Effect.succeed(false)))
  })

describe("the page, its socket and the health check", () => {
  it.live("serve whoever belongs here", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({})
      const { port } = commander
      const health = yield* send(port, { path: "/healthz" })
      assert.deepStrictEqual([health.status, JSON.parse(health.body)], [200, { status: "ok" }])
      const page = yield* send(port, { path: "/" })
      assert.deepStrictEqual([page.status, page.body], [200, pageText])
      assert.match(String(page.headers["content-type"]), /text\/html/)
      assert.strictEqual(
        (yield* send(port, { path: "/any/route", headers: { accept: "text/html" } })).body,
        pageText,
      )
      assert.strictEqual((yield* upgrade(port, rpcPath)).status, 101)
      assert.isTrue(yield* connects(commander.rpcUrl, { origin: commander.url }))
    }),
  )

  it.live("refuse an address that is longer than any file name: 414, and no error of ours", () =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({})
      assert.strictEqual((yield* send(port, { path: `/${"x".repeat(6000)}` })).status, 414)
    }),
  )

  it.live("refuse a foreign origin: 403 for HTTP, no WebSocket", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({})
      for (const origin of [
        evil,
        "null",
        `http://127.0.0.1:${commander.port + 1}`,
        `http://localhost:${commander.port}`,
      ]) {
        const headers = { host: hostOf(commander), origin }
        for (const path of ["/", "/healthz", rpcPath]) {
          assert.strictEqual(
            (yield* send(commander.port, { path, headers })).status,
            403,
            `${path} from ${origin}`,
          )
        }
        assert.strictEqual((yield* upgrade(commander.port, rpcPath, headers)).status, 403, origin)
        assert.isFalse(yield* connects(commander.rpcUrl, { origin }))
      }
      assert.include(commander.lines.join("\n"), evil)
    }),
  )

  it.live("refuse a foreign host, as DNS rebinding brings it", () =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({})
      for (const host of [
        "evil.example",
        `evil.example:${port}`,
        `127.0.0.1.nip.io:${port}`,
        `192.168.0.1:${port}`,
      ]) {
        for (const path of ["/", "/healthz", rpcPath]) {
          assert.strictEqual(
            (yield* send(port, { path, headers: { host } })).status,
            403,
            `${path} at ${host}`,
          )
        }
        const headers = { host, origin: `http://${host}` }
        assert.strictEqual((yield* upgrade(port, rpcPath, headers)).status, 403, host)
      }
    }),
  )

  it.live("refuse what another site's page loads, and let its links through", () =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({})
      const from = (mode: string) => ({ "sec-fetch-site": "cross-site", "sec-fetch-mode": mode })
      assert.strictEqual((yield* send(port, { path: "/healthz", headers: from("no-cors") })).status, 403)
      assert.strictEqual((yield* upgrade(port, rpcPath, from("websocket"))).status, 403)
      assert.strictEqual((yield* send(port, { path: "/", headers: from("navigate") })).status, 200)
    }),
  )

  it.live("with a token, answer nobody without it, sockets included", () =>
    Effect.gen(function* () {
      const commander = yield* startCommander({ access: { token: Redacted.make("tide-marmalade") } })
      const { port } = commander
      for (const path of ["/", "/healthz", rpcPath]) {
        const { status, headers, body } = yield* send(port, { path })
        assert.strictEqual(status, 401)
        assert.match(String(headers["www-authenticate"]), /^Basic /)
        assert.notInclude(body, "marmalade")
      }
      assert.strictEqual((yield* upgrade(port, rpcPath)).status, 401)
      const authorization = "Bearer tide-marmalade"
      assert.strictEqual((yield* send(port, { path: "/healthz", headers: { authorization } })).status, 200)
      assert.strictEqual((yield* upgrade(port, rpcPath, { authorization })).status, 101)
      assert.notInclude(commander.lines.join("\n"), "marmalade")
    }),
  )
})

describe("the headers of every answer", () => {
  interface Case {
    readonly what: string
    readonly status: number
    readonly path: string
    readonly method?: string
    readonly headers?: Readonly<Record<string, string>>
  }

  it.live.each<Case>([
    { what: "the page", status: 200, path: "/" },
    { what: "the health check", status: 200, path: "/healthz" },
    { what: "a refused origin", status: 403, path: "/", headers: { origin: evil } },
    { what: "a refused host", status: 403, path: "/healthz", headers: { host: "evil.example" } },
    { what: "a path that does not take that method", status: 404, path: "/nothing", method: "POST" },
    { what: "a file that is not there", status: 404, path: "/assets/nothing.js" },
  ])(
    "forbid everything that the page does not need: $what",
    ({ status, path, method = "GET", headers = {} }) =>
      Effect.gen(function* () {
        const { port } = yield* startCommander({})
        const answer = yield* send(port, { path, method, headers })
        assert.strictEqual(answer.status, status)
        const policy = String(answer.headers["content-security-policy"])
        for (const part of [
          "default-src 'none'",
          "script-src 'self'",
          "frame-ancestors 'none'",
          "base-uri 'none'",
        ]) {
          assert.include(policy, part)
        }
        assert.notMatch(policy, /script-src[^;]*unsafe/)
        assert.deepInclude(answer.headers, {
          "x-content-type-options": "nosniff",
          "x-frame-options": "DENY",
          "referrer-policy": "no-referrer",
          "cross-origin-opener-policy": "same-origin",
          "cross-origin-resource-policy": "same-origin",
        })
        assert.isUndefined(answer.headers["access-control-allow-origin"])
      }),
  )
})

describe("the folder of the page", () => {
  it.live.each([
    "/../.env",
    "/..%2f.env",
    "/%2e%2e/.env",
    "/..\\.env",
    "//.env",
    "/%2e%2e%2fsettings.json",
    "/%00",
  ])("is not left by %s", (path) =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({ values: { OPENAI_API_KEY: "quartz-nightingale" } })
      const { body } = yield* send(port, { path })
      assert.notInclude(body, "nightingale")
      // Still there for others.
      assert.strictEqual((yield* send(port, { path: "/healthz" })).status, 200)
    }),
  )
})

describe("limits", () => {
  it.live("a header that is too large is refused, and others are served", () =>
    Effect.gen(function* () {
      const { port } = yield* startCommander({})
      const { status } = yield* send(port, { path: "/", headers: { "x-large": "x".repeat(20_000) } })
      assert.strictEqual(status, 431)
      assert.strictEqual((yield* send(port, { path: "/healthz" })).status, 200)
    }),
  )
})
