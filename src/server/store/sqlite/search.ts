/** Finds words in titles and messages, by way of the full-text index. */
import * as Effect from "effect/Effect"
import * as Schema from "effect/Schema"
import type { SearchHit } from "@/services/conversations/Conversation"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { rangesOf, snippetOf, termsOf, wordsOf } from "@/services/conversations/searchText"
import type { Connection } from "./connection"
import { rowsOf } from "./rows"

type Terms = NonNullable<ReturnType<typeof termsOf>>

const Hit = Schema.Struct({
  conversationId: Schema.String,
  title: Schema.String,
  messageId: Schema.NullOr(Schema.String),
  text: Schema.String,
  at: Schema.Number,
})
const hits = rowsOf(Hit)

/** Titles first, then messages; the newest first. */
export const makeSearch =
  ({ sql, failure }: Connection): ConversationStore["Service"]["search"] =>
  ({ text, limit }) =>
    Effect.gen(function* () {
      const terms = termsOf(text)
      if (terms === undefined) return []
      const match = matchOf(terms)
      const titles = yield* hits(
        sql`SELECT id AS conversationId, title, NULL AS messageId, title AS text, updated_at AS at
          FROM title_words CROSS JOIN conversations ON key = title_words.rowid
          WHERE title_words MATCH ${match} AND deleted_at IS NULL ORDER BY updated_at DESC LIMIT ${limit}`,
      )
      const room = limit - titles.length
      if (room === 0) return titles.flatMap(hitIn(terms))
      // The index gives its rows in the order of their keys, which is that of time: no more are read than are wanted.
      const messages = yield* hits(
        sql`SELECT conversations.id AS conversationId, title, messages.id AS messageId, text, messages.created_at AS at
          FROM message_words CROSS JOIN messages ON messages.key = message_words.rowid
            CROSS JOIN conversations ON conversations.key = conversation_key
          WHERE message_words MATCH ${match} AND deleted_at IS NULL ORDER BY message_words.rowid DESC LIMIT ${room}`,
      )
      return [...titles, ...messages].flatMap(hitIn(terms))
    }).pipe(Effect.mapError(failure))

/** The words of a text as the index has them. */
export const searchWords = (text: string): string =>
  Array.from(wordsOf(text), ({ folded }) => folded).join(" ")

/** In the language of FTS5; of words in quotes, which hold nothing but letters and digits. */
const matchOf = (terms: Terms): string =>
  terms.map(({ words, isOpen }) => `"${words.join(" ")}"${isOpen ? " *" : ""}`).join(" ")

const hitIn =
  (terms: Terms) =>
  ({ conversationId, title, messageId, text, at }: typeof Hit.Type): ReadonlyArray<SearchHit> => {
    const ranges = rangesOf(text, terms)
    if (ranges === undefined) return []
    return [
      { conversationId, title, ...(messageId === null ? {} : { messageId }), ...snippetOf(text, ranges), at },
    ]
  }
