/** The real server as a process: its data folder is its own, it stops in mid-answer, it is asked for what is not there. */
import { readdirSync, statSync } from "node:fs"
import { join } from "node:path"
import { assert, beforeAll, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Fiber from "effect/Fiber"
import * as Stream from "effect/Stream"
import { canForbidWriting } from "@/tests/support/badDisks"
import { buildCommander } from "@/tests/support/cliProcess"
import { launchCommander } from "@/tests/support/commanderProcess"
import { chatWorks, serve, turnIn, whole } from "@/tests/support/pageOfServer"
import { temporaryFolder } from "@/tests/support/temporaryFolder"
import { until } from "@/tests/support/waiting"

beforeAll(buildCommander)

/** As a process that was told to stop by that signal and has nothing to complain of. */
const interrupted = 130

describe("the data folder", () => {
  it.live("belongs to one server: a second one says so and ends with 1, and the first goes on", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { page } = yield* serve({ folder })
      const { message } = yield* Effect.flip(launchCommander({ folder }))
      assert.match(message, /^commander ended with 1: /)
      assert.include(
        message,
        `another Commander is running on the data folder ${join(folder, "home")}; stop it`,
      )
      yield* chatWorks(page, "chat-1")
      assert.deepStrictEqual(page.told(), { type: "saving" })
    }).pipe(Effect.scoped),
  )

  it.live.skipIf(!canForbidWriting)("is of mode 0700, and every file in it of mode 0600", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const home = join(folder, "home")
      const { page } = yield* serve({ folder })
      yield* chatWorks(page, "chat-1")
      const modeOf = (path: string): string => (statSync(path).mode & 0o777).toString(8)
      assert.strictEqual(modeOf(home), "700")
      const modes = readdirSync(home).map((name) => `${name} ${modeOf(join(home, name))}`)
      assert.deepStrictEqual(modes, [
        "conversations.sqlite 600",
        "conversations.sqlite-shm 600",
        "conversations.sqlite-wal 600",
        "lock.sqlite 600",
        "lock.sqlite-journal 600",
      ])
    }).pipe(Effect.scoped),
  )
})

describe("SIGTERM in the middle of an answer", () => {
  it.live("ends the server when its grace time is over, and the next start finishes the answer", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const environment = { COMMANDER_STOP_GRACE: "200 millis" }
      const { upstream, commander, page } = yield* serve({ folder, environment })
      // Without a limit of the grace time it would not end within the limit of this test.
      upstream.script("openai", ["stall-after-20"])
      const answer = yield* page.ask("chat-1")
      yield* until(() => answer.text() !== "")
      assert.strictEqual(yield* commander.end("SIGTERM"), interrupted)

      const next = yield* serve({ folder })
      const { text, fiber } = yield* next.page.follow("chat-1")
      yield* Fiber.join(fiber)
      assert.isTrue(text().startsWith(answer.text()))
      assert.strictEqual(text(), whole.text)
      assert.deepStrictEqual(yield* next.page.answerIn("chat-1"), whole)
      assert.lengthOf(next.upstream.requests(), 1)
    }).pipe(Effect.scoped),
  )

  it.live("lets the answer come to its end within a longer grace time, and shows it", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryFolder
      const { upstream, commander, page } = yield* serve({
        folder,
        environment: { COMMANDER_STOP_GRACE: "1 hour" },
      })
      upstream.script("openai", ["pace-20ms"])
      const answer = yield* page.ask("chat-1")
      yield* until(() => answer.text() !== "")
      assert.strictEqual(yield* commander.end("SIGTERM"), interrupted)
      yield* Fiber.join(answer.fiber)
      assert.strictEqual(answer.text(), whole.text)

      const next = yield* serve({ folder })
      assert.deepStrictEqual(yield* next.page.answerIn("chat-1"), whole)
      assert.lengthOf(next.upstream.requests(), 0)
    }).pipe(Effect.scoped),
  )
})

describe("what is not there", () => {
  it.live("is told as NotFound, in words, by every call, and the server goes on", () =>
    Effect.gen(function* () {
      const { commander, page } = yield* serve({})
      const { chats } = page
      const errors = yield* Effect.forEach(
        [
          Stream.runDrain(chats.attach({ runId: "run-unknown", from: 0 })),
          chats.stop("run-unknown"),
          chats.resume("run-unknown"),
          chats.open("chat-unknown"),
          chats.update("chat-unknown", { pinned: true }),
          chats.remove("chat-unknown"),
          chats.restore("chat-unknown"),
          chats.ask({ ...turnIn("chat-unknown"), question: { text: "And?", parentId: "message-unknown" } }),
        ],
        (call: Effect.Effect<unknown, { readonly reason: string; readonly message: string }>) =>
          Effect.flip(call),
      )
      for (const { reason, message } of errors) {
        assert.strictEqual(reason, "NotFound", message)
        assert.match(message, /^there is no (run of that name|such chat)|is not there any more$/)
      }
      yield* chatWorks(page, "chat-1")
      assert.notMatch(commander.output(), /ERROR|WARN/)
    }).pipe(Effect.scoped),
  )

  it.live("has the page at its address, which asks for it", () =>
    Effect.gen(function* () {
      const { commander } = yield* serve({})
      const reply = yield* Effect.promise(() =>
        fetch(`${commander.url}/c/unknown`, { headers: { accept: "text/html" } }),
      )
      assert.strictEqual(reply.status, 200)
      assert.include(yield* Effect.promise(() => reply.text()), '<div id="root">')
    }).pipe(Effect.scoped),
  )
})
