/** The page's conversations: their state, and what keeps it true. One for every runtime, shared by all hooks. */
import type { Connection } from "@/client/Connection"
import type { ConversationService } from "@/services/conversations/ConversationService"
import { makeAsking, type Asking } from "./asking"
import { makeChanging, type Changing } from "./changing"
import { makeDrafts, type Drafts } from "./drafts"
import { makeFollowing, type Following } from "./following"
import { makeLookers } from "./lookers"
import { makeOpening, type Opening } from "./opening"
import { makePageStore, type PageStore } from "./pageState"
import { makeReading } from "./reading"
import { makeTasks, type Runtime } from "./tasks"
import { inSession, type UnsavedTexts } from "./unsavedTexts"
import type { Workings } from "./workings"

type PageRuntime = Runtime<ConversationService | Connection>

export interface Page
  extends Following, Asking, Changing, Pick<Opening, "look" | "reopen">, Pick<Drafts, "write"> {
  readonly store: PageStore
}

export const makePage = (runtime: PageRuntime, texts: UnsavedTexts = inSession): Page => {
  const store = makePageStore()
  const workings: Workings = { store, tasks: makeTasks(runtime), texts, lookers: makeLookers() }
  const drafts = makeDrafts(workings)
  const reading = makeReading(workings)
  const opening = makeOpening(workings, { drafts, reading })
  return {
    store,
    ...makeFollowing(workings, { opening, reading }),
    ...makeAsking(workings, { drafts, reading }),
    ...makeChanging(workings),
    look: opening.look,
    reopen: opening.reopen,
    write: drafts.write,
  }
}

const pages = new WeakMap<PageRuntime, Page>()

export const pageOf = (runtime: PageRuntime): Page => {
  const known = pages.get(runtime)
  if (known !== undefined) return known
  const page = makePage(runtime)
  pages.set(runtime, page)
  return page
}
