/**
 * Time to the first streamed token through the page, the server and the simulator, on loopback.
 *
 * From the press of Enter in a real Chromium to (a) the WebSocket frame with the first text, (b) that text in the
 * page's document. The simulated model `instant` adds no delay of its own. Run with `npm run bench`; needs a build.
 */
import { spawn } from "node:child_process"
import { existsSync } from "node:fs"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import sparticuz from "@sparticuz/chromium"
import { chromium, type Page } from "playwright-core"

const rounds = 30
const warmUp = 5
const command = join(import.meta.dirname, "../bin/commander.cjs")

const startServer = async (home: string): Promise<{ readonly url: string; readonly stop: () => void }> => {
  const child = spawn(process.execPath, [command, "serve", "--port", "0"], {
    cwd: home,
    env: { PATH: process.env["PATH"], HOME: home, COMMANDER_HOME: home },
    stdio: ["ignore", "ignore", "pipe"],
  })
  const url = await new Promise<string>((resolve, reject) => {
    let output = ""
    child.stderr.on("data", (bytes: Buffer) => {
      output += bytes.toString()
      const found = /Commander is at (http:\/\/\S+)/.exec(output)?.[1]
      if (found !== undefined) resolve(found)
    })
    child.once("exit", () => reject(new Error(output)))
  })
  return { url, stop: () => child.kill("SIGTERM") }
}

/** Runs in the page before its scripts: notes when Enter was pressed, and when a frame and the document had text. */
const instrument = `
  const marks = (window.marks = {})
  addEventListener("keydown", (event) => { if (event.key === "Enter") { marks.pressed = performance.now(); marks.frame = marks.shown = undefined } }, true)
  const Native = WebSocket
  window.WebSocket = class extends Native {
    constructor(...args) {
      super(...args)
      this.addEventListener("message", ({ data }) => {
        if (marks.frame === undefined && String(data).includes("text-delta")) marks.frame = performance.now()
      })
    }
  }
  new MutationObserver(() => {
    const last = [...document.querySelectorAll('article[aria-label="Answer"]')].at(-1)
    if (marks.shown === undefined && last?.getAttribute("aria-busy") !== undefined && last?.textContent.includes("Commander's")) {
      marks.shown = performance.now()
    }
  }).observe(document, { subtree: true, childList: true, characterData: true })
`

interface Marks {
  readonly frame: number
  readonly shown: number
}

/** One question in a fresh page, after the connection is up. */
const ask = async (page: Page, url: string): Promise<Marks> => {
  await page.goto(url)
  await page
    .getByRole("combobox", { name: "Model" })
    .or(page.getByRole("button", { name: "Model" }))
    .first()
    .click()
  await page.getByText("instant", { exact: true }).first().click()
  await page.getByRole("textbox", { name: "Message" }).fill("Hello")
  await page.waitForTimeout(300)
  await page.getByRole("textbox", { name: "Message" }).press("Enter")
  // The page's content policy forbids the polling that `waitForFunction` would inject.
  await page.locator('article[aria-label="Answer"][aria-busy="false"]').waitFor()
  return page.evaluate<Marks>(
    "({ frame: window.marks.frame - window.marks.pressed, shown: window.marks.shown - window.marks.pressed })",
  )
}

const percentile = (values: ReadonlyArray<number>, share: number): string => {
  const sorted = values.toSorted((left, right) => left - right)
  return `${(sorted[Math.floor((sorted.length - 1) * share)] ?? Number.NaN).toFixed(1)} ms`
}

const home = await mkdtemp(join(tmpdir(), "commander-bench-"))
const server = await startServer(home)
const system = "/usr/bin/chromium"
const browser = await chromium.launch({
  executablePath: existsSync(system) ? system : await sparticuz.executablePath(),
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"],
})
try {
  const context = await browser.newContext()
  await context.addInitScript(instrument)
  const page = await context.newPage()
  const marks: Array<Marks> = []
  for (let round = 0; round < rounds + warmUp; round += 1) marks.push(await ask(page, server.url))
  const measured = marks.slice(warmUp)
  for (const name of ["frame", "shown"] as const) {
    const values = measured.map((mark) => mark[name])
    console.log(
      `first text ${name === "frame" ? "received" : "in the document"}: p50 ${percentile(values, 0.5)}, p95 ${percentile(values, 0.95)} (${rounds} rounds)`,
    )
  }
} finally {
  await browser.close()
  server.stop()
  await rm(home, { recursive: true, force: true })
}
