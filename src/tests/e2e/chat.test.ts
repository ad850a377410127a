/** The chat as its user has it: the built server as a process, fake providers on loopback, a real Chromium. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { launchBrowser, visit } from "@/tests/support/browser"
import {
  answerShows,
  countOf,
  finished,
  picture,
  send,
  textOfAnswer,
  violations,
} from "@/tests/support/chatPage"
import { launchCommander } from "@/tests/support/commanderProcess"
import { closing, errorBody, opening } from "@/tests/support/dialects"
import { startHttpServer, type Received, type Reply } from "@/tests/support/httpServer"

const goodKey = "sk-correct-horse-battery-staple"
const badKey = "sk-wrong-donkey-capacitor-paperclip"

const answer = (dialect: Parameters<typeof opening>[0], text: string): Reply => ({
  writes: [...opening(dialect, text), ...closing(dialect)],
})

const openai = (received: Received): Reply =>
  received.headers["authorization"] === `Bearer ${goodKey}`
    ? answer("chat-completions", "OpenAI says hello.")
    : {
        status: 401,
        headers: { "content-type": "application/json" },
        writes: [
          errorBody(
            "chat-completions",
            "invalid_request_error",
            `Incorrect API key provided: ${badKey}.`,
            "invalid_api_key",
          ),
        ],
      }

const overloaded: Reply = {
  status: 529,
  headers: { "content-type": "application/json" },
  writes: [errorBody("messages", "overloaded_error", "Overloaded", "overloaded_error")],
}

/** The three vendors, each as the test wants it. */
const startVendors = (replies: {
  readonly openai: (received: Received) => Reply
  readonly anthropic: (received: Received) => Reply
  readonly ollama?: (received: Received) => Reply
}) =>
  Effect.gen(function* () {
    const openaiServer = yield* startHttpServer(replies.openai)
    const anthropicServer = yield* startHttpServer(replies.anthropic)
    const ollamaServer = yield* startHttpServer(
      replies.ollama ?? (() => answer("chat-completions", "Ollama says hello.")),
    )
    return {
      openai: openaiServer,
      anthropic: anthropicServer,
      ollama: ollamaServer,
      environment: {
        OPENAI_BASE_URL: `${openaiServer.url}/v1`,
        ANTHROPIC_BASE_URL: anthropicServer.url,
        OLLAMA_BASE_URL: ollamaServer.url,
        ANTHROPIC_API_KEY: goodKey,
      },
    }
  })

describe("a chat in the browser", () => {
  it.live("streams a simulated answer, marked as such, without any complaint of the browser", () =>
    Effect.gen(function* () {
      const commander = yield* launchCommander()
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      yield* Effect.promise(() => page.getByText("No model is connected yet").waitFor())
      assert.deepStrictEqual(yield* violations(page), [])
      yield* Effect.promise(async () => {
        await page.getByRole("textbox", { name: "Message" }).fill("What are you?")
        await page.keyboard.press("Enter")
      })
      yield* answerShows(page, "This is Commander")
      assert.strictEqual(yield* Effect.promise(() => page.getByRole("button", { name: "Stop" }).count()), 1)
      yield* finished(page)
      const text = yield* textOfAnswer(page)
      assert.strictEqual(countOf(text, "built-in simulator"), 1)
      assert.include(text, "simulated")
      assert.deepStrictEqual(yield* violations(page), [])
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("stops: the provider's request is closed and the text stays, marked as stopped", () =>
    Effect.gen(function* () {
      const vendors = yield* startVendors({
        openai: () => ({ writes: opening("chat-completions", "Once upon a time"), ending: "hang" }),
        anthropic: () => overloaded,
      })
      const commander = yield* launchCommander({
        environment: { ...vendors.environment, OPENAI_API_KEY: goodKey },
      })
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      yield* send(page, "Tell me a story")
      yield* answerShows(page, "Once upon a time")
      yield* Effect.promise(() => page.getByRole("button", { name: "Stop" }).click())
      yield* vendors.openai.clientLeft
      yield* finished(page)
      const text = yield* textOfAnswer(page)
      assert.strictEqual(countOf(text, "Once upon a time"), 1)
      assert.match(text, /stopped/i)
      assert.strictEqual(vendors.anthropic.received.length, 0)
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live(
    "a preferred provider that fails: the answer comes from the fallback, once, and the timeline says why",
    () =>
      Effect.gen(function* () {
        const vendors = yield* startVendors({
          openai,
          anthropic: () => answer("messages", "Anthropic says hello."),
        })
        const commander = yield* launchCommander({
          environment: { ...vendors.environment, OPENAI_API_KEY: badKey },
        })
        const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
        yield* send(page, "Hello?")
        yield* finished(page)
        const text = yield* textOfAnswer(page)
        assert.strictEqual(countOf(text, "Anthropic says hello."), 1)
        const timeline = page.getByRole("group", { name: "Plan timeline" })
        yield* Effect.promise(() => timeline.getByText("OpenAI refused the key.").first().waitFor())
        yield* Effect.promise(() => timeline.getByText("switched to").first().waitFor())
        assert.strictEqual(vendors.openai.received.length, 1)
        assert.strictEqual(vendors.anthropic.received.length, 1)
        assert.deepStrictEqual(yield* violations(page), [])
        yield* picture(page, "fallback.png")
        assert.deepStrictEqual(complaints, [])
      }).pipe(Effect.scoped),
  )

  it.live("falls through all three, and shows no word of a key anywhere", () =>
    Effect.gen(function* () {
      const vendors = yield* startVendors({ openai, anthropic: () => overloaded })
      const commander = yield* launchCommander({
        environment: { ...vendors.environment, OPENAI_API_KEY: badKey },
      })
      const { page, complaints, frames } = yield* visit(yield* launchBrowser, commander.url, {
        colorScheme: "dark",
      })
      yield* send(page, "Hello?")
      yield* finished(page)
      const text = yield* textOfAnswer(page)
      assert.strictEqual(countOf(text, "Ollama says hello."), 1)
      const details = page.getByRole("article", { name: "Answer" }).getByText("Details")
      yield* Effect.promise(async () => {
        for (const disclosure of await details.all()) await disclosure.click()
      })
      const everything = [
        yield* Effect.promise(() => page.content()),
        yield* Effect.promise(() =>
          page.evaluate<string>("JSON.stringify({ ...localStorage, ...sessionStorage })"),
        ),
        commander.output(),
        ...frames,
      ].join("\n")
      assert.isAbove(frames.length, 0)
      assert.include(everything, "[redacted]")
      for (const word of ["donkey", "capacitor", "paperclip", "battery", "staple"])
        assert.notInclude(everything, word)
      assert.deepStrictEqual(yield* violations(page), [])
      yield* picture(page, "fallback-dark.png")
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("a key that is mended in the page works without a restart", () =>
    Effect.gen(function* () {
      const vendors = yield* startVendors({
        openai,
        anthropic: () => overloaded,
        ollama: () => ({ status: 500, writes: ["broken"] }),
      })
      const commander = yield* launchCommander({
        environment: { ...vendors.environment, OPENAI_API_KEY: badKey },
      })
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      yield* send(page, "Hello?")
      yield* finished(page)
      const key = page.getByRole("article", { name: "Answer" }).getByLabel("OPENAI_API_KEY").first()
      yield* Effect.promise(async () => {
        await key.fill(goodKey)
        await key.press("Enter")
      })
      yield* answerShows(page, "OpenAI says hello.")
      assert.notInclude(yield* Effect.promise(() => page.content()), "battery-staple")
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("a key that was refused can be mended beside its attempt when somebody else has answered", () =>
    Effect.gen(function* () {
      const vendors = yield* startVendors({
        openai,
        anthropic: () => answer("messages", "Anthropic says hello."),
      })
      const commander = yield* launchCommander({
        environment: { ...vendors.environment, OPENAI_API_KEY: badKey },
      })
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      yield* send(page, "Hello?")
      yield* answerShows(page, "Anthropic says hello.")
      yield* finished(page)
      const key = page.getByRole("group", { name: "Plan timeline" }).getByLabel("OPENAI_API_KEY")
      yield* Effect.promise(async () => {
        await key.fill(goodKey)
        await key.press("Enter")
        await page.getByText("OPENAI_API_KEY is saved.").waitFor()
      })
      yield* send(page, "And now?")
      yield* answerShows(page, "OpenAI says hello.")
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("another site's page can open no socket to the server", () =>
    Effect.gen(function* () {
      const commander = yield* launchCommander()
      const foreign = yield* startHttpServer(() => ({
        headers: { "content-type": "text/html" },
        writes: ["<!doctype html><title>elsewhere</title>"],
      }))
      const { page } = yield* visit(yield* launchBrowser, foreign.url)
      const outcome = yield* Effect.promise(() =>
        page.evaluate<string>(
          `new Promise((resolve) => {
            const socket = new WebSocket(${JSON.stringify(`${commander.url.replace("http", "ws")}/rpc`)})
            socket.onopen = () => resolve("open")
            socket.onerror = () => resolve("refused")
          })`,
        ),
      )
      assert.strictEqual(outcome, "refused")
      assert.include(commander.output(), "refused a request")
    }).pipe(Effect.scoped),
  )
})
