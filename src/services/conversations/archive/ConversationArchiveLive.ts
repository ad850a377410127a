/** Archives over the store. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import * as Stream from "effect/Stream"
import { ChangeFeed } from "../ChangeFeed"
import { ConversationError } from "../ConversationError"
import { ConversationStore, type StoreError, type WholeConversation } from "../ConversationStore"
import { beginningOf, encodeConversation, ending, separator } from "./ArchiveDocument"
import { badArchive, notAnArchive, type ArchivePart } from "./ArchivePart"
import { ConversationArchive } from "./ConversationArchive"
import { holds } from "./holds"
import { failing, nothingRead, type ImportProgress } from "./ImportProgress"
import { limits } from "./limits"
import { markdownOf } from "./markdown"
import { readConversation } from "./readConversation"
import { copyOf } from "./renamed"
import { unnamed } from "./titleWithin"

export const ConversationArchiveLive: Layer.Layer<
  ConversationArchive,
  never,
  ChangeFeed | ConversationStore
> = Layer.effect(
  ConversationArchive,
  Effect.gen(function* () {
    const store = yield* ConversationStore
    const feed = yield* ChangeFeed

    const jsonOf = (whole: WholeConversation) => Effect.mapError(encodeConversation(whole), storeFailed)
    const one = Effect.fnUntraced(function* (id: string) {
      const whole = yield* Effect.mapError(store.whole(id), storeFailed)
      return whole ?? (yield* notFound)
    })

    /** Those that are deleted while the others are written are left out. */
    const everyJson = Stream.unwrap(
      Effect.map(Effect.mapError(store.ids, storeFailed), (ids) =>
        Stream.fromIterable(ids).pipe(
          Stream.mapEffect((id) => Effect.mapError(store.whole(id), storeFailed)),
          Stream.filter((whole) => whole !== undefined),
          Stream.mapEffect(jsonOf),
        ),
      ),
    )

    const exportJson = (ids?: ReadonlyArray<string>) =>
      Stream.unwrap(
        Effect.map(Clock.currentTimeMillis, (now) => {
          const conversations =
            ids === undefined
              ? everyJson
              : Stream.mapEffect(Stream.fromIterable(ids), (id) => Effect.flatMap(one(id), jsonOf))
          const separated = Stream.map(Stream.zipWithIndex(conversations), ([json, index]) =>
            index === 0 ? json : separator + json,
          )
          return Stream.make(beginningOf(now)).pipe(
            Stream.concat(separated),
            Stream.concat(Stream.make(ending)),
          )
        }),
      )

    /** Beside what has the same id and is another, as a copy. */
    const put = Effect.fnUntraced(function* (whole: WholeConversation) {
      for (let number = 1; number <= limits.copies; number++) {
        const copy = number === 1 ? whole : copyOf(whole, number)
        const kept = yield* store.whole(copy.conversation.id)
        if (kept === undefined) {
          yield* store.put(copy)
          return "added"
        }
        if (holds(kept, copy)) return "alreadyHere"
      }
      return `there are ${limits.copies} others of the same id`
    })

    const take = Effect.fnUntraced(function* (progress: ImportProgress, json: string) {
      const read = readConversation(json)
      if (read.type === "unreadable") return failing(progress, read.title, read.why)
      if (read.type === "foreign") {
        if (progress.read === 0) return yield* badArchive(notAnArchive)
        return failing(progress, unnamed, "it is no conversation of Commander, ChatGPT or Claude")
      }
      const { title } = read.whole.conversation
      const outcome = yield* Effect.catchIf(
        put(read.whole),
        ({ reason }) => reason === "Failed",
        ({ message }) => Effect.succeed(message),
      ).pipe(Effect.mapError(storeFailed))
      return outcome === "added" || outcome === "alreadyHere"
        ? { ...progress, read: progress.read + 1, [outcome]: progress[outcome] + 1 }
        : failing(progress, title, outcome)
    })

    const step = Effect.fnUntraced(function* (progress: ImportProgress, part: ArchivePart) {
      if (part.type === "unreadable") return failing(progress, part.title, part.why)
      if (part.type === "position") return { ...progress, bytesRead: part.bytesRead }
      const next = yield* take(progress, part.json)
      // Running answers are not to stall while many conversations come in.
      yield* Effect.yieldNow
      return next
    })

    const takeIn = (parts: Stream.Stream<ArchivePart, ConversationError>) =>
      parts.pipe(
        Stream.mapAccumEffect(
          () => nothingRead,
          (progress, part) =>
            Effect.map(
              step(progress, part),
              (next) => [next, part.type === "position" ? [next] : []] as const,
            ),
          { onHalt: (last) => [last] },
        ),
        Stream.ensuring(feed.resynchronise),
      )

    return ConversationArchive.of({
      exportJson,
      exportMarkdown: (id) => Effect.map(one(id), markdownOf),
      import: takeIn,
    })
  }),
)

const notFound = new ConversationError({
  reason: "NotFound",
  message: "there is no such chat; it may have been deleted",
})

const storeFailed = (cause: StoreError | Error): ConversationError =>
  new ConversationError({ reason: "StoreFailed", message: cause.message, cause })
