/** What the page shows while chats cannot be saved, and of a chat that is not there. */
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { canForbidWriting, readOnlyFolder } from "@/tests/support/badDisks"
import { launchBrowser, visit } from "@/tests/support/browser"
import { answerShows, finished, send, violations } from "@/tests/support/chatPage"
import { buildCommander } from "@/tests/support/cliProcess"
import { serve } from "@/tests/support/pageOfServer"

beforeAll(buildCommander)

describe.skipIf(!canForbidWriting)("a data folder that cannot be written", () => {
  it.live("is told above a chat that goes on, for as long as it is so", () =>
    Effect.gen(function* () {
      const { home, launch } = yield* readOnlyFolder(() => Effect.void)
      const { commander } = yield* serve(launch)
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      const warning = page.getByRole("alert").filter({ hasText: "Chats are not being saved." })
      yield* Effect.promise(() => warning.waitFor())
      for (const part of [home, "kept in memory", "lost when Commander stops"])
        assert.include(yield* Effect.promise(() => warning.innerText()), part)
      for (const [index, question] of ["Tell me of the night", "And of the morning?"].entries()) {
        yield* send(page, question)
        yield* Effect.promise(() => page.getByRole("article", { name: "Answer" }).nth(index).waitFor())
        yield* answerShows(page, "observatory")
        yield* finished(page)
      }
      assert.isTrue(yield* Effect.promise(() => warning.isVisible()))
      assert.deepStrictEqual(yield* violations(page), [])

      yield* Effect.promise(async () => {
        await page.goto(`${commander.url}/c/unknown`)
        await page.getByText("There is no such chat.").first().waitFor()
        await warning.waitFor()
        await page.getByRole("button", { name: "New chat" }).first().click()
      })
      yield* send(page, "Is somebody there?")
      yield* answerShows(page, "observatory")
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )
})
