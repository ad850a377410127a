/** Chats in a real browser: what survives a reload, another tab, a lost line, a restart, a deletion, a move to another place. */
import { readFile, writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Page } from "playwright-core"
import { answerText, answerTokens } from "@/simulator/answer"
import { startFaultUpstream } from "@/simulator/FaultUpstream"
import type { FaultName } from "@/simulator/faults"
import { launchBrowser, visit } from "@/tests/support/browser"
import { answerShows, countOf, finished, send, textOfAnswer, violations } from "@/tests/support/chatPage"
import { buildCommander } from "@/tests/support/cliProcess"
import { launchCommander } from "@/tests/support/commanderProcess"
import { startCuttableProxy } from "@/tests/support/cuttableProxy"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { until } from "@/tests/support/waiting"

beforeAll(buildCommander)

/** A server whose providers speak as they are told to, and a browser at its page. */
const setOut = (fault: FaultName) =>
  Effect.gen(function* () {
    const upstream = yield* startFaultUpstream()
    for (const key of ["openai", "anthropic", "ollama"]) upstream.script(key, [fault])
    const folder = yield* temporaryFolder
    const launch = launchCommander({ folder, environment: upstream.environment })
    const commander = yield* launch
    const browser = yield* launchBrowser
    return { upstream, folder, launch, commander, browser, ...(yield* visit(browser, commander.url)) }
  })

/** The words of the answer, however they are laid out. */
const wordsOf = (text: string): ReadonlyArray<string> => text.split(/\s+/).filter((word) => word !== "")

const shown = (page: Page) =>
  Effect.promise(async () =>
    wordsOf(
      await page
        .getByRole("article", { name: "Answer" })
        .last()
        .locator(".markdown")
        .innerText({ timeout: 5000 })
        .catch(() => ""),
    ),
  )

const wholeAnswer = wordsOf(answerText())

/** Markdown is drawn a moment after its text has come. */
const drawn = (page: Page, words: ReadonlyArray<string>, patience = 200): Effect.Effect<void> =>
  Effect.flatMap(shown(page), (seen) =>
    seen.length < words.length && patience > 0
      ? Effect.andThen(Effect.sleep("25 millis"), drawn(page, words, patience - 1))
      : Effect.sync(() => assert.deepStrictEqual(seen, words)),
  )

/** Every word once, in order, and the answer is not marked as incomplete. */
const isWhole = (page: Page) =>
  Effect.gen(function* () {
    yield* finished(page)
    yield* drawn(page, wholeAnswer)
    assert.notMatch(yield* textOfAnswer(page), /incomplete|interrupted/i)
  })

/** The answer has begun and is far from its end. */
const inMidAnswer = (page: Page) => answerShows(page, "observatory")

const chatList = (page: Page) => page.getByRole("navigation", { name: "Chats" })

const actOn = (page: Page, title: string, action: string) =>
  Effect.promise(async () => {
    await chatList(page).getByRole("link", { name: title }).hover()
    await page.getByRole("button", { name: `Actions for ${title}` }).click()
    await page.getByRole("menuitem", { name: action }).click()
  })

describe("an answer that streams", () => {
  it.live("survives a reload: the same run goes on, and is neither asked nor paid again", () =>
    Effect.gen(function* () {
      const { page, upstream, complaints } = yield* setOut("pace-50ms")
      yield* send(page, "Tell me of the night")
      yield* inMidAnswer(page)
      const before = yield* shown(page)
      yield* Effect.promise(() => page.reload())
      yield* inMidAnswer(page)
      assert.deepStrictEqual((yield* shown(page)).slice(0, before.length - 1), before.slice(0, -1))
      yield* isWhole(page)
      assert.lengthOf(upstream.requests(), 1)
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("is shown in a second tab, live, and can be stopped from there", () =>
    Effect.gen(function* () {
      const { page, browser, upstream, complaints } = yield* setOut("pace-100ms")
      yield* send(page, "Tell me of the night")
      yield* inMidAnswer(page)
      const second = yield* visit(browser, page.url())
      yield* inMidAnswer(second.page)
      yield* answerShows(second.page, "creaking")
      yield* Effect.promise(() => second.page.getByRole("button", { name: "Stop" }).click())
      for (const each of [page, second.page]) {
        yield* finished(each)
        assert.match(yield* textOfAnswer(each), /stopped/i)
      }
      assert.deepStrictEqual(yield* shown(page), yield* shown(second.page))
      assert.lengthOf(upstream.requests(), 1)
      assert.deepStrictEqual([...complaints, ...second.complaints], [])
      // What is asked in one tab appears in the other.
      upstream.script("openai", ["ok"])
      yield* send(second.page, "And the end of it?")
      yield* answerShows(page, "Goodnight!")
      yield* Effect.promise(() => page.getByText("And the end of it?").last().waitFor())
    }).pipe(Effect.scoped),
  )

  it.live("can be stopped after a reload, and stays stopped", () =>
    Effect.gen(function* () {
      const { page, upstream } = yield* setOut("pace-100ms")
      yield* send(page, "Tell me of the night")
      yield* inMidAnswer(page)
      yield* Effect.promise(() => page.reload())
      yield* inMidAnswer(page)
      yield* Effect.promise(() => page.getByRole("button", { name: "Stop" }).click())
      yield* finished(page)
      yield* until(() => upstream.closedEarly() === 1)
      const text = yield* shown(page)
      yield* Effect.promise(() => page.reload())
      yield* finished(page)
      assert.deepStrictEqual(yield* shown(page), text)
      assert.match(yield* textOfAnswer(page), /stopped/i)
      assert.lengthOf(upstream.requests(), 1)
    }).pipe(Effect.scoped),
  )

  it.live("goes on over a network that is away for five seconds", () =>
    Effect.gen(function* () {
      const { commander, browser, upstream } = yield* setOut("pace-100ms")
      const proxy = yield* startCuttableProxy(Number(new URL(commander.url).port))
      const { page } = yield* visit(browser, proxy.url)
      yield* send(page, "Tell me of the night")
      yield* inMidAnswer(page)
      yield* Effect.promise(() => page.context().setOffline(true))
      yield* proxy.become({ does: "refuse" })
      const before = yield* shown(page)
      yield* Effect.promise(() => page.getByText("Connection lost").waitFor())
      yield* Effect.sleep("5 seconds")
      const meanwhile = yield* shown(page)
      assert.deepStrictEqual(meanwhile.slice(0, before.length - 1), before.slice(0, -1))
      yield* proxy.become({ does: "pass" })
      yield* Effect.promise(() => page.context().setOffline(false))
      yield* isWhole(page)
      assert.strictEqual(yield* Effect.promise(() => page.getByText("Connection lost").count()), 0)
      assert.lengthOf(upstream.requests(), 1)
    }).pipe(Effect.scoped),
  )

  it.live("goes on when its chat is left before the first word, and when the server is killed", () =>
    Effect.gen(function* () {
      const { page, commander, upstream, folder } = yield* setOut("first-token-after-1s")
      yield* send(page, "Tell me of the night")
      yield* Effect.promise(() => page.getByRole("button", { name: "Stop" }).waitFor())
      yield* Effect.promise(async () => {
        await page.getByRole("button", { name: "New chat" }).first().click()
        await page.getByRole("textbox", { name: "Message" }).waitFor()
      })
      assert.strictEqual(yield* Effect.promise(() => page.getByRole("article").count()), 0)
      yield* until(() => upstream.requests().some(({ ended }) => ended === "finished"))
      yield* Effect.promise(() => chatList(page).getByRole("link", { name: "Tell me of the night" }).click())
      yield* isWhole(page)
      assert.lengthOf(upstream.requests(), 1)

      upstream.script("openai", ["pace-50ms"])
      yield* send(page, "And the morning?")
      yield* inMidAnswer(page)
      const port = new URL(commander.url).port
      yield* commander.end("SIGKILL")
      yield* launchCommander({ folder, environment: upstream.environment, port })
      yield* isWhole(page)
    }).pipe(Effect.scoped),
  )
})

describe("an interrupted answer", () => {
  it.live("waits for its reader where that is wanted, says so, and goes on from its last word", () =>
    Effect.gen(function* () {
      const { page, commander, upstream, folder } = yield* setOut("pace-50ms")
      yield* send(page, "Tell me of the night")
      yield* inMidAnswer(page)
      const port = new URL(commander.url).port
      yield* commander.end("SIGKILL")
      yield* launchCommander({
        folder,
        environment: { ...upstream.environment, COMMANDER_AFTER_RESTART: "ask" },
        port,
      })
      yield* Effect.promise(() => page.getByRole("button", { name: "Continue" }).click())
      yield* isWhole(page)
    }).pipe(Effect.scoped),
  )
})

describe("a chat", () => {
  it.live("branches when a question is edited, and both branches stay", () =>
    Effect.gen(function* () {
      const { page, complaints } = yield* setOut("ok")
      yield* send(page, "Tell me of the night")
      yield* isWhole(page)
      yield* Effect.promise(async () => {
        await page.getByRole("article", { name: "Your message" }).hover()
        await page.getByRole("button", { name: "Edit" }).click()
        await page.getByRole("textbox", { name: "Edit your message" }).fill("Tell me of the day")
        await page.keyboard.press("Enter")
      })
      yield* Effect.promise(() => page.getByText("Tell me of the day").last().waitFor())
      yield* isWhole(page)
      const versions = page.getByRole("group", { name: "Versions" })
      yield* Effect.promise(() => versions.getByText("2").first().waitFor())
      yield* Effect.promise(() => page.reload())
      const question = page.getByRole("article", { name: "Your message" })
      yield* Effect.promise(() => question.getByText("Tell me of the day").waitFor())
      yield* Effect.promise(() => page.getByRole("button", { name: "Previous version" }).click())
      yield* Effect.promise(() => question.getByText("Tell me of the night").waitFor())
      yield* isWhole(page)
      assert.deepStrictEqual(yield* violations(page), [])
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("is found by a word of its answer, renamed, pinned, deleted and had back", () =>
    Effect.gen(function* () {
      const { page, upstream, complaints } = yield* setOut("ok")
      yield* send(page, "Tell me of the night")
      yield* isWhole(page)
      upstream.script("openai", ["ok-3-tokens"])
      yield* Effect.promise(() => page.getByRole("button", { name: "New chat" }).first().click())
      yield* send(page, "Something else")
      yield* finished(page)

      yield* Effect.promise(async () => {
        await page.keyboard.press("ControlOrMeta+k")
        await page.getByRole("combobox").fill("zurich daylig")
        await page
          .getByRole("option", { name: /daylight/ })
          .first()
          .click()
        await page.getByRole("dialog").waitFor({ state: "detached" })
      })
      yield* isWhole(page)

      yield* actOn(page, "Tell me of the night", "Rename")
      yield* Effect.promise(async () => {
        await page.getByRole("textbox", { name: "Title of the chat" }).fill("Zoë's night")
        await page.keyboard.press("Enter")
        await chatList(page).getByRole("link", { name: "Zoë's night" }).waitFor()
      })
      yield* actOn(page, "Zoë's night", "Pin")
      yield* Effect.promise(() => chatList(page).getByText("Pinned").waitFor())
      assert.deepStrictEqual(yield* violations(page), [])

      yield* actOn(page, "Zoë's night", "Delete")
      yield* Effect.promise(() =>
        chatList(page).getByRole("link", { name: "Zoë's night" }).waitFor({ state: "detached" }),
      )
      yield* Effect.promise(() => page.getByRole("button", { name: "Undo" }).click())
      yield* Effect.promise(() => chatList(page).getByRole("link", { name: "Zoë's night" }).click())
      yield* isWhole(page)
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("keeps what was written and not sent, for each chat", () =>
    Effect.gen(function* () {
      const { page } = yield* setOut("ok")
      yield* send(page, "Tell me of the night")
      yield* isWhole(page)
      const field = page.getByRole("textbox", { name: "Message" })
      yield* Effect.promise(async () => {
        await field.fill("And then")
        await page.getByRole("button", { name: "New chat" }).first().click()
      })
      yield* Effect.promise(() => page.getByText("Tell me of the night").last().waitFor())
      assert.strictEqual(yield* Effect.promise(() => field.inputValue()), "")
      yield* Effect.promise(() => chatList(page).getByRole("link", { name: "Tell me of the night" }).click())
      yield* isWhole(page)
      // It reaches the server a moment after the last key.
      yield* Effect.sleep("1 second")
      yield* Effect.promise(() => page.reload())
      yield* isWhole(page)
      assert.strictEqual(yield* Effect.promise(() => field.inputValue()), "And then")
    }).pipe(Effect.scoped),
  )

  it.live("is exported and imported elsewhere, and is the same there, its timeline included", () =>
    Effect.gen(function* () {
      const { page, upstream, browser, folder } = yield* setOut("cut-after-40-reset")
      upstream.script("anthropic", ["continues"])
      yield* send(page, "Tell me of the night")
      yield* isWhole(page)
      const timelineOf = (each: Page) =>
        Effect.promise(async () => {
          const timeline = each
            .getByRole("article", { name: "Answer" })
            .getByRole("group", { name: "Plan timeline" })
          return (await timeline.innerText()).replace(/\s+/g, " ")
        })
      const timeline = yield* timelineOf(page)
      assert.match(timeline, /anthropic/i)

      const file = join(folder, "export.json")
      yield* Effect.promise(async () => {
        const download = page.waitForEvent("download")
        await chatList(page).getByRole("link", { name: "Tell me of the night" }).hover()
        await page.getByRole("button", { name: "Actions for Tell me of the night" }).click()
        await page.getByRole("menuitem", { name: "Export as JSON" }).click()
        await writeFile(file, await readFile(await (await download).path()))
      })
      const exported = yield* Effect.promise(() => readFile(file, "utf8"))
      for (const [name, value] of Object.entries(upstream.environment))
        if (name.endsWith("_KEY")) assert.notInclude(exported, value)

      const elsewhere = yield* launchCommander({ environment: upstream.environment })
      const other = yield* visit(browser, elsewhere.url)
      yield* Effect.promise(async () => {
        await chatList(other.page).waitFor()
        await other.page.keyboard.press("ControlOrMeta+k")
        await other.page.getByRole("option", { name: /import/i }).click()
        await other.page.locator('input[type="file"]').setInputFiles(file)
      })
      const entry = chatList(other.page).getByRole("link", { name: "Tell me of the night" })
      yield* Effect.promise(async () => {
        await entry.waitFor()
        await other.page.keyboard.press("Escape")
        await entry.click()
      })
      yield* isWhole(other.page)
      assert.strictEqual(yield* timelineOf(other.page), timeline)
    }).pipe(Effect.scoped),
  )
})

/** The whole text has as many words as its tokens have: a test that compared nothing would pass. */
describe("these tests", () => {
  it("look for every word of the answer", () => {
    assert.isAbove(wholeAnswer.length, 50)
    assert.strictEqual(countOf(answerTokens().join(""), "observatory"), 1)
  })
})
