/** Who may talk to the server: one row for every kind of visitor. */
import { assert, describe, it } from "@effect/vitest"
import * as Redacted from "effect/Redacted"
import { isLoopback, refusal, type Access } from "@/server/web/security"

type Headers = Readonly<Record<string, string | undefined>>

const local: Access = { host: "127.0.0.1", port: 4747, token: undefined }
const page: Headers = {
  host: "127.0.0.1:4747",
  origin: "http://127.0.0.1:4747",
  "sec-fetch-site": "same-origin",
}
const token = "tide-marmalade"
const withToken: Access = { ...local, token: Redacted.make(token) }
const open: Access = { ...withToken, host: "0.0.0.0" }
const basic = (credentials: string): string => `Basic ${Buffer.from(credentials).toString("base64")}`

interface Row {
  readonly who: string
  readonly headers: Headers
  readonly access?: Access
  readonly status?: 401 | 403
}

const rows: ReadonlyArray<Row> = [
  { who: "the page itself", headers: page },
  { who: "a program of this machine, without an origin", headers: { host: "127.0.0.1:4747" } },
  {
    who: "the page under the name localhost",
    headers: { host: "localhost:4747", origin: "http://localhost:4747" },
  },
  {
    who: "the page under ::1",
    headers: { host: "[::1]:4747", origin: "http://[::1]:4747" },
    access: { ...local, host: "::1" },
  },
  { who: "a host in capitals", headers: { host: "LOCALHOST:4747", origin: "http://localhost:4747" } },
  {
    who: "the page behind a forwarded port",
    headers: { host: "localhost:9000", origin: "http://localhost:9000" },
  },
  {
    who: "a server on another loopback address, asked under it",
    headers: { host: "127.0.0.2:4747" },
    access: { ...local, host: "127.0.0.2" },
  },
  {
    who: "a link on another site that leads here",
    headers: { host: "127.0.0.1:4747", "sec-fetch-site": "cross-site", "sec-fetch-mode": "navigate" },
  },
  {
    who: "a bookmark",
    headers: { host: "127.0.0.1:4747", "sec-fetch-site": "none", "sec-fetch-mode": "navigate" },
  },

  { who: "no host at all", headers: {}, status: 403 },
  { who: "an empty host", headers: { host: "" }, status: 403 },
  { who: "a rebinding name", headers: { host: "evil.example:4747" }, status: 403 },
  {
    who: "a rebinding name with its own origin",
    headers: { host: "evil.example:4747", origin: "http://evil.example:4747" },
    status: 403,
  },
  { who: "a name that begins like ours", headers: { host: "localhost.evil.example:4747" }, status: 403 },
  { who: "a name that ends like ours", headers: { host: "evil-localhost:4747" }, status: 403 },
  { who: "an address that begins like ours", headers: { host: "127.0.0.1.nip.io:4747" }, status: 403 },
  {
    who: "a host with a user before it",
    headers: { host: "evil@127.0.0.1:4747", origin: "http://127.0.0.1:4747" },
    status: 403,
  },
  { who: "an address of the network", headers: { host: "192.168.1.7:4747" }, status: 403 },

  { who: "another site's page", headers: { ...page, origin: "https://evil.example" }, status: 403 },
  { who: "another port of this machine", headers: { ...page, origin: "http://127.0.0.1:8080" }, status: 403 },
  { who: "another name of this machine", headers: { ...page, origin: "http://localhost:4747" }, status: 403 },
  { who: "a page without an origin of its own", headers: { ...page, origin: "null" }, status: 403 },
  { who: "an extension", headers: { ...page, origin: "chrome-extension://127.0.0.1:4747" }, status: 403 },
  { who: "an origin that is no URL", headers: { ...page, origin: "127.0.0.1:4747" }, status: 403 },
  { who: "an empty origin", headers: { ...page, origin: "" }, status: 403 },
  {
    who: "two origins",
    headers: { ...page, origin: "http://127.0.0.1:4747, https://evil.example" },
    status: 403,
  },

  {
    who: "another site's image or script",
    headers: { host: "127.0.0.1:4747", "sec-fetch-site": "cross-site", "sec-fetch-mode": "no-cors" },
    status: 403,
  },
  {
    who: "another site's socket",
    headers: { host: "127.0.0.1:4747", "sec-fetch-site": "cross-site", "sec-fetch-mode": "websocket" },
    status: 403,
  },
  {
    who: "another site that says no mode",
    headers: { host: "127.0.0.1:4747", "sec-fetch-site": "cross-site" },
    status: 403,
  },

  {
    who: "the bearer of the token",
    headers: { ...page, authorization: `Bearer ${token}` },
    access: withToken,
  },
  {
    who: "the bearer, in small letters",
    headers: { ...page, authorization: `bearer ${token}` },
    access: withToken,
  },
  {
    who: "the token as password",
    headers: { ...page, authorization: basic(`me:${token}`) },
    access: withToken,
  },
  {
    who: "the token as password without a name",
    headers: { ...page, authorization: basic(`:${token}`) },
    access: withToken,
  },
  { who: "nobody's bearer", headers: page, access: withToken, status: 401 },
  {
    who: "another token",
    headers: { ...page, authorization: "Bearer tide-marmelade" },
    access: withToken,
    status: 401,
  },
  {
    who: "a part of the token",
    headers: { ...page, authorization: "Bearer tide" },
    access: withToken,
    status: 401,
  },
  {
    who: "the token and more",
    headers: { ...page, authorization: `Bearer ${token}s` },
    access: withToken,
    status: 401,
  },
  { who: "an empty bearer", headers: { ...page, authorization: "Bearer " }, access: withToken, status: 401 },
  {
    who: "the token without a scheme",
    headers: { ...page, authorization: token },
    access: withToken,
    status: 401,
  },
  {
    who: "the token as a digest",
    headers: { ...page, authorization: `Digest ${token}` },
    access: withToken,
    status: 401,
  },
  {
    who: "the token as the name",
    headers: { ...page, authorization: basic(`${token}:`) },
    access: withToken,
    status: 401,
  },
  {
    who: "base64 of nothing",
    headers: { ...page, authorization: "Basic !!!" },
    access: withToken,
    status: 401,
  },
  {
    who: "a foreign page with the token",
    headers: { ...page, origin: "https://evil.example", authorization: `Bearer ${token}` },
    access: withToken,
    status: 403,
  },

  {
    who: "a public bind under its name, with the token",
    headers: { host: "chat.example", origin: "https://chat.example", authorization: `Bearer ${token}` },
    access: open,
  },
  {
    who: "a public bind under its name, without the token",
    headers: { host: "chat.example", origin: "https://chat.example" },
    access: open,
    status: 401,
  },
  {
    who: "a public bind, from another site",
    headers: { host: "chat.example", origin: "https://evil.example", authorization: `Bearer ${token}` },
    access: open,
    status: 403,
  },
]

describe("refusal", () => {
  it.each(rows)("$who → $status", ({ headers, access = local, status }) => {
    const refused = refusal(headers, access)
    assert.strictEqual(refused?.status, status)
    if (refused !== undefined) assert.isAbove(refused.message.length, 10)
    assert.notInclude(refused?.message ?? "", token)
  })
})

describe("isLoopback", () => {
  it.each(["localhost", "127.0.0.1", "127.0.0.2", "127.255.255.254", "::1", "[::1]"])("%s is", (host) =>
    assert.isTrue(isLoopback(host)),
  )

  it.each([
    "0.0.0.0",
    "::",
    "",
    "127.0.0.1.example",
    "x127.0.0.1",
    "128.0.0.1",
    "localhost.example",
    "10.0.0.1",
  ])("%j is not", (host) => assert.isFalse(isLoopback(host)))
})
