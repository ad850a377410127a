/** What a user does on the chat page, and what can be read there. */
import { readFile } from "node:fs/promises"
import { createRequire } from "node:module"
import { join } from "node:path"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import { repository } from "./commanderProcess"

export const send = (page: Page, text: string) =>
  Effect.promise(async () => {
    await page.getByRole("textbox", { name: "Message" }).fill(text)
    await page.getByRole("button", { name: "Send" }).click()
  })

export const answerShows = (page: Page, text: string) =>
  Effect.promise(() => page.getByRole("article", { name: "Answer" }).last().getByText(text).first().waitFor())

export const textOfAnswer = (page: Page) =>
  Effect.promise(async () => (await page.getByRole("article", { name: "Answer" }).last().textContent()) ?? "")

export const finished = (page: Page) =>
  Effect.promise(() => page.locator('article[aria-label="Answer"][aria-busy="false"]').last().waitFor())

export const countOf = (text: string, part: string): number => text.split(part).length - 1

const axe = createRequire(import.meta.url).resolve("axe-core/axe.min.js")

/** The rules that the page breaks, with where. Evaluated outside of the page's content policy. */
export const violations = (page: Page) =>
  Effect.promise(async () => {
    await page.evaluate(await readFile(axe, "utf8"))
    return page.evaluate<ReadonlyArray<string>>(
      "axe.run(document).then(({ violations }) => violations.map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.html).join(' ')}`))",
    )
  })

/** Pictures for the README, when asked for: `COMMANDER_SCREENSHOTS=1`. */
export const picture = (page: Page, name: string) =>
  process.env["COMMANDER_SCREENSHOTS"] === undefined
    ? Effect.void
    : Effect.promise(() => page.screenshot({ path: join(repository, "docs/images", name) }))
