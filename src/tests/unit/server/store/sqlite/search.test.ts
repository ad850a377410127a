/** The index finds what looking at every message finds, and no text of a query can be an order to it. */
import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as fc from "fast-check"
import { makeMemoryStore } from "@/services/conversations/memoryStore"
import { inStore } from "@/tests/support/sqliteFolders"
import { noon, turnOf } from "@/tests/support/storedConversations"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

const pieces = [
  "ferry Ferries Ålesund A\u030Alesund naïve STRASSE ß İstanbul x1 10 e words rank ﬁsh ½ ﷺ हिन्दी",
  "京都 京 天気は 서울 กิน 😀 👩‍🚀 NOT OR NEAR( \" ' * ^ : - { _ \u0000",
].flatMap((words) => words.split(" "))
const texts = fc.string({ unit: fc.constantFrom(" ", "\n", ...pieces), maxLength: 8 })

describe("search", () => {
  it.effect("finds what looking at every message finds", () =>
    Effect.flatMap(temporaryFolder, (folder) =>
      inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          const memory = makeMemoryStore()
          for (const [index, question] of fc.sample(texts, { numRuns: 300, seed: 1 }).entries()) {
            const at = noon + index
            const turn = turnOf({
              conversationId: `c${index}`,
              question,
              title: [...question].slice(0, 3).join(""),
              at,
            })
            yield* store.begin(turn)
            yield* memory.begin(turn)
          }
          let found = 0
          for (const text of fc.sample(texts, { numRuns: 400, seed: 2 })) {
            const hits = yield* store.search({ text, limit: 50 })
            assert.deepStrictEqual(hits, yield* memory.search({ text, limit: 50 }), JSON.stringify(text))
            found += hits.length
          }
          assert.isAbove(found, 1000)
        }),
      ),
    ),
  )

  it.effect("takes as many words as a query can have", () =>
    Effect.flatMap(temporaryFolder, (folder) =>
      inStore(
        folder,
        Effect.fnUntraced(function* (store) {
          const words = Array.from({ length: 250 }, (_, index) => String.fromCharCode(97 + (index % 26)))
          yield* store.begin(turnOf({ question: words.join(" ") }))
          const hits = yield* store.search({ text: words.join(" "), limit: 9 })
          assert.deepStrictEqual(
            hits.map(({ messageId }) => messageId),
            ["chat-q1"],
          )
        }),
      ),
    ),
  )
})
