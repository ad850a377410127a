/** What a user sees of an answer that breaks off, is taken back or is asked for twice, and of providers in trouble. */
import { assert, describe, it } from "@effect/vitest"
import * as Duration from "effect/Duration"
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { Browser, Page } from "playwright-core"
import { AiPlan, AiPlanStep } from "@/services/ai/orchestration/AiPlan"
import { launchBrowser, visit } from "@/tests/support/browser"
import { countOf, finished, send, textOfAnswer, violations } from "@/tests/support/chatPage"
import { launchCommander } from "@/tests/support/commanderProcess"
import { closing, errorBody, opening } from "@/tests/support/dialects"
import { startHttpServer, type Received, type Reply } from "@/tests/support/httpServer"

const begun = "The sky is blue because the air scatters "
const rest = "blue light more than red."

/** Breaks off in the middle of the answer. */
const cutting = (): Reply => ({ writes: opening("chat-completions", begun), ending: "cut" })

const overloaded = (): Reply => ({
  status: 503,
  headers: { "content-type": "application/json" },
  writes: [errorBody("chat-completions", "server_error", "Overloaded")],
})

const startVendors = (openai: (received: Received) => Reply) =>
  Effect.gen(function* () {
    const first = yield* startHttpServer(openai)
    const second = yield* startHttpServer(() => ({
      writes: [...opening("messages", rest), ...closing("messages", 700)],
    }))
    return {
      openai: first,
      anthropic: second,
      environment: {
        OPENAI_API_KEY: "sk-openai-0123456789",
        OPENAI_BASE_URL: `${first.url}/v1`,
        ANTHROPIC_API_KEY: "sk-ant-0123456789",
        ANTHROPIC_BASE_URL: second.url,
      },
    }
  })

/** The page, every run of which follows this plan: it cannot choose one itself yet. */
const visitUnderPlan = (browser: Browser, url: string, plan: AiPlan) =>
  Effect.gen(function* () {
    const visited = yield* visit(browser, "about:blank")
    const encoded = Schema.encodeSync(Schema.toCodecJson(AiPlan))(plan)
    yield* Effect.promise(async () => {
      await visited.page.routeWebSocket(/\/rpc$/, (socket) => {
        const server = socket.connectToServer()
        socket.onMessage((message) => server.send(withPlan(message.toString(), encoded)))
      })
      await visited.page.goto(url)
    })
    return visited
  })

const withPlan = (message: string, plan: unknown): string =>
  JSON.stringify(JSON.parse(message), (_key, value: unknown) =>
    typeof value === "object" && value !== null && "preferredProvider" in value ? { ...value, plan } : value,
  )

const simulated = (model: string, more: Partial<Parameters<(typeof AiPlanStep)["make"]>[0]> = {}) =>
  AiPlanStep.make({ provider: "simulator", model, ...more })

const timelineOf = (page: Page) => page.getByRole("group", { name: "Plan timeline" }).last()
const shows = (page: Page, text: string | RegExp) =>
  Effect.promise(() => timelineOf(page).getByText(text).first().waitFor())
const isOpen = (page: Page) =>
  Effect.promise(() => timelineOf(page).getByRole("button").first().getAttribute("aria-expanded"))

describe("an answer that breaks off in the browser", () => {
  it.live.each(["light", "dark"] as const)(
    "is continued by the next provider: the text stands once, and the timeline says who wrote what (%s)",
    (colorScheme) =>
      Effect.gen(function* () {
        const vendors = yield* startVendors(cutting)
        const commander = yield* launchCommander({ environment: vendors.environment })
        const { page, complaints } = yield* visit(yield* launchBrowser, commander.url, { colorScheme })
        yield* send(page, "Why is the sky blue?")
        yield* finished(page)
        const text = yield* textOfAnswer(page)
        assert.strictEqual(countOf(text, begun + rest), 1)
        assert.strictEqual(countOf(text, "scatters"), 1)
        assert.strictEqual(yield* isOpen(page), "true")
        yield* shows(page, /cut after ≈ \d+ tokens, continued by anthropic\//)
        yield* shows(page, /continued the answer/)
        yield* shows(page, /≈ \$0\.00\d+/)
        assert.deepStrictEqual([vendors.openai.received.length, vendors.anthropic.received.length], [1, 1])
        assert.include(vendors.anthropic.received[0]?.body, begun.trimEnd())

        const seam = page.getByRole("note", { name: /openai\/.* broke off here; anthropic\/.* went on/ })
        const opacity = Effect.promise(() => seam.evaluate((mark) => getComputedStyle(mark).opacity))
        assert.strictEqual(yield* opacity, "0")
        yield* Effect.promise(async () => {
          await page.locator(".markdown").hover()
          await seam.evaluate((mark) => Promise.all(mark.getAnimations().map(({ finished }) => finished)))
        })
        assert.strictEqual(yield* opacity, "1")
        assert.deepStrictEqual(yield* violations(page), [])
        assert.deepStrictEqual(complaints, [])
      }).pipe(Effect.scoped),
  )

  it.live("can be rehearsed on the simulator: the whole answer, once", () =>
    Effect.gen(function* () {
      const commander = yield* launchCommander()
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      yield* Effect.promise(() => page.getByRole("button", { name: /Cut in mid-answer/ }).click())
      yield* finished(page)
      const text = yield* textOfAnswer(page)
      for (const part of ["built-in simulator", "Show me a cut stream.", "generateConversationResponse"])
        assert.strictEqual(countOf(text, part), 1, part)
      assert.notInclude(text, "incomplete")
      // What costs nothing shows no figure.
      assert.notInclude(text, "$")
      yield* shows(page, /continued by simulator\/steady/)
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )

  it.live("is taken back under a plan that begins anew, and the timeline says so", () =>
    Effect.gen(function* () {
      const commander = yield* launchCommander()
      const { page, complaints } = yield* visitUnderPlan(
        yield* launchBrowser,
        commander.url,
        AiPlan.make({
          name: "anew",
          steps: [simulated("cuts-after-20"), simulated("steady")],
          onPartial: "restart",
        }),
      )
      yield* send(page, "Begin anew, please.")
      yield* shows(page, /its text was taken back, and simulator\/steady began anew/)
      yield* finished(page)
      const text = yield* textOfAnswer(page)
      assert.strictEqual(countOf(text, "built-in simulator"), 1)
      assert.strictEqual(yield* Effect.promise(() => page.getByRole("note").count()), 0)
      assert.deepStrictEqual(yield* violations(page), [])
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )
})

describe("two providers that are asked side by side in the browser", () => {
  it.live("the slower one is not needed, which opens no timeline and is no failure", () =>
    Effect.gen(function* () {
      const commander = yield* launchCommander()
      const { page, complaints } = yield* visitUnderPlan(
        yield* launchBrowser,
        commander.url,
        AiPlan.make({
          name: "hedged",
          steps: [
            simulated("slow-start-30s", { hedge: { after: Duration.millis(300) } }),
            simulated("steady"),
          ],
        }),
      )
      yield* send(page, "Who is faster?")
      yield* finished(page)
      assert.strictEqual(yield* isOpen(page), "false")
      yield* Effect.promise(() => timelineOf(page).getByRole("button").first().click())
      yield* shows(page, /not needed: simulator\/steady began first/)
      assert.notInclude(yield* textOfAnswer(page), "failed")
      assert.deepStrictEqual(yield* violations(page), [])
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )
})

describe("a provider in trouble in the browser", () => {
  it.live("its card says why it is not asked and for how long, and the others how fast they begin", () =>
    Effect.gen(function* () {
      const vendors = yield* startVendors(overloaded)
      const commander = yield* launchCommander({ environment: vendors.environment })
      const { page, complaints } = yield* visit(yield* launchBrowser, commander.url)
      for (const question of ["One?", "Two?", "Three?"]) {
        yield* send(page, question)
        yield* finished(page)
      }
      yield* shows(page, /its circuit is open/)
      yield* shows(page, /can be asked again in \d+ s/)
      yield* Effect.promise(() =>
        page
          .getByRole("button", { name: /Providers/ })
          .first()
          .click(),
      )
      const openai = page.getByRole("list", { name: "Health of OpenAI" })
      yield* Effect.promise(async () => {
        await openai.getByText(/is not asked, after failures/).waitFor()
        await openai.getByText(/\d of \d requests failed/).waitFor()
        await page
          .getByRole("list", { name: "Health of Anthropic" })
          .getByText(/0 of 3 requests failed/)
          .waitFor()
      })
      assert.deepStrictEqual(yield* violations(page), [])
      // It is read again while the dialog is open: the circuit lets a probe through after five seconds.
      yield* Effect.promise(() => openai.getByText(/is being tried again/).waitFor())
      assert.deepStrictEqual(complaints, [])
    }).pipe(Effect.scoped),
  )
})
