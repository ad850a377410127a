/** Who may talk to the server: the page it serves and programs of this machine, never another site's page. */
import { timingSafeEqual } from "node:crypto"
import * as Effect from "effect/Effect"
import * as Redacted from "effect/Redacted"
import * as HttpEffect from "effect/http/HttpEffect"
import * as HttpServerRequest from "effect/http/HttpServerRequest"
import * as HttpServerResponse from "effect/http/HttpServerResponse"

export interface Access {
  readonly host: string
  readonly port: number
  /** Needed when the host is not a loopback one. */
  readonly token: Redacted.Redacted<string> | undefined
}

export const isLoopback = (host: string): boolean =>
  host === "localhost" || host === "::1" || host === "[::1]" || /^127(\.\d{1,3}){3}$/.test(host)

/** Undefined when the request may pass; else why not. */
export const refusal = (
  headers: Readonly<Record<string, string | undefined>>,
  { host, token }: Access,
): { readonly status: 401 | 403; readonly message: string } | undefined => {
  const asked = headers["host"] ?? ""
  // DNS rebinding: a foreign name that resolves to this machine still carries its own name here.
  if (isLoopback(host) && !isLoopback(asked.toLowerCase().replace(/:\d+$/, ""))) {
    return { status: 403, message: `the host "${asked}" is not this server's` }
  }
  // Cross-site requests and sockets: browsers do not stop another site's page from opening a WebSocket.
  const origin = headers["origin"]
  if (origin !== undefined && !sameOrigin(origin, asked)) {
    return { status: 403, message: `the origin "${origin}" is not this server's page` }
  }
  if (headers["sec-fetch-site"] === "cross-site" && headers["sec-fetch-mode"] !== "navigate") {
    return { status: 403, message: "another site's page may not use this server" }
  }
  if (token !== undefined && !carries(headers["authorization"], Redacted.value(token))) {
    return {
      status: 401,
      message: "this server needs its COMMANDER_TOKEN, as a bearer token or as the password",
    }
  }
  return undefined
}

const sameOrigin = (origin: string, host: string): boolean =>
  URL.canParse(origin) &&
  /^https?:$/.test(new URL(origin).protocol) &&
  new URL(origin).host === host.toLowerCase()

const carries = (authorization: string | undefined, token: string): boolean => {
  const [scheme, credentials] = (authorization ?? "").split(" ")
  if (scheme?.toLowerCase() === "bearer") return equal(credentials ?? "", token)
  if (scheme?.toLowerCase() !== "basic") return false
  const decoded = Buffer.from(credentials ?? "", "base64").toString("utf8")
  return equal(decoded.slice(decoded.indexOf(":") + 1), token)
}

/** In constant time for equal lengths. */
const equal = (left: string, right: string): boolean => {
  const [one, other] = [Buffer.from(left), Buffer.from(right)]
  return one.length === other.length && timingSafeEqual(one, other)
}

/** `unsafe-inline` for styles only: the highlighter and the menus set style attributes. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: https:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join("; ")

const responseHeaders = {
  "content-security-policy": contentSecurityPolicy,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
}

export const limits = {
  /** Of a request's path and query, in characters; longer ones are no file names any more. */
  address: 2048,
}

const addressTooLong = { status: 414, message: "the address of the request is too long" }

/** Lets only allowed requests through, WebSocket upgrades included, and sets the headers of every answer. */
export const guard =
  (access: Access) =>
  <E, R>(
    app: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>,
  ): Effect.Effect<HttpServerResponse.HttpServerResponse, E, R | HttpServerRequest.HttpServerRequest> =>
    Effect.gen(function* () {
      const request = yield* HttpServerRequest.HttpServerRequest
      const refused = request.url.length > limits.address ? addressTooLong : refusal(request.headers, access)
      if (refused === undefined) return yield* app
      yield* Effect.logWarning(`refused a request: ${refused.message}`)
      return HttpServerResponse.text(`${refused.message}\n`, {
        status: refused.status,
        headers: {
          ...responseHeaders,
          ...(refused.status === 401
            ? { "www-authenticate": 'Basic realm="Commander", charset="UTF-8"' }
            : {}),
        },
      })
    }).pipe(
      HttpEffect.withPreResponseHandler((_, response) =>
        Effect.succeed(HttpServerResponse.setHeaders(response, responseHeaders)),
      ),
    )
