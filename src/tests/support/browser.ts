/** A real Chromium for the page's tests: the system's, else the one that the npm package carries. */
import { existsSync } from "node:fs"
import sparticuz from "@sparticuz/chromium"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import { chromium, type Browser, type BrowserContextOptions, type Page } from "playwright-core"

const systemChromium = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find(
  (path) => existsSync(path),
)

/** Without these a browser asks its maker's hosts at every start. */
const quiet = [
  "--headless",
  "--no-sandbox",
  "--disable-gpu",
  "--disable-quic",
  "--no-first-run",
  "--disable-background-networking",
  "--disable-component-update",
  "--disable-sync",
]

/** Made for hosts without processes; with them the whole browser dies of a download or a lost network. */
const fragile: ReadonlySet<string> = new Set(["--single-process", "--no-zygote"])

export const launchBrowser: Effect.Effect<Browser, never, Scope.Scope> = Effect.acquireRelease(
  Effect.promise(async () =>
    systemChromium === undefined
      ? chromium.launch({
          executablePath: await sparticuz.executablePath(),
          args: [...sparticuz.args.filter((arg) => !fragile.has(arg)), ...quiet],
        })
      : chromium.launch({ executablePath: systemChromium, args: quiet }),
  ),
  (browser) => Effect.promise(() => browser.close()),
)

export interface Visit {
  readonly page: Page
  /** Errors and warnings of the console, uncaught errors, and requests that failed. */
  readonly complaints: ReadonlyArray<string>
  /** What came in over its sockets. */
  readonly frames: ReadonlyArray<string>
}

export const visit = (browser: Browser, url: string, options: BrowserContextOptions = {}) =>
  Effect.gen(function* () {
    const context = yield* Effect.acquireRelease(
      Effect.promise(() => browser.newContext({ viewport: { width: 1280, height: 800 }, ...options })),
      (opened) => Effect.promise(() => opened.close()),
    )
    const page = yield* Effect.promise(() => context.newPage())
    const complaints: Array<string> = []
    const frames: Array<string> = []
    page.on("websocket", (socket) => {
      socket.on("framereceived", ({ payload }) => frames.push(payload.toString()))
    })
    page.on("console", (message) => {
      if (message.type() === "error" || message.type() === "warning") complaints.push(message.text())
    })
    page.on("pageerror", (error) => complaints.push(error.message))
    page.on("requestfailed", (request) =>
      complaints.push(`${request.url()} ${request.failure()?.errorText ?? ""}`),
    )
    yield* Effect.promise(() => page.goto(url))
    return { page, complaints, frames } satisfies Visit
  })
