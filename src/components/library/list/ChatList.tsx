/** The chats, grouped by age and drawn as far as they are seen; one stop of the Tab key, walked with the arrows. */
import {
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type FocusEvent,
  type KeyboardEvent,
} from "react"
import { Virtualizer, type VirtualizerHandle } from "virtua"
import type { Library } from "@/hooks/conversations/library"
import { useNow } from "../../ui/useNow"
import type { ChatActions } from "./chatActions"
import { ChatRow } from "./ChatRow"
import { neighbourOf, reachedBy, rowsOf, startOfDay } from "./chatRows"

/** How near to the end, in pixels, more chats are asked for. */
const nearEnd = 600

export const ChatList = (props: {
  readonly library: Library
  readonly activeId: string | undefined
  readonly onOpen: (id: string) => void
  readonly onRemove: (id: string) => void
}) => {
  const { library, activeId } = props
  const { chats, hasMore, loadMore } = library
  const today = startOfDay(useNow(60_000))
  const rows = useMemo(() => rowsOf(chats, today), [chats, today])
  const [focusedId, setFocusedId] = useState<string>()
  const [renamingId, setRenamingId] = useState<string>()
  const scroller = useRef<HTMLDivElement>(null)
  const list = useRef<VirtualizerHandle>(null)
  /** Where the focus belongs once the rows are drawn anew. */
  const wanted = useRef<string>(undefined)

  const indexOf = (id: string | undefined) =>
    rows.findIndex((row) => row.kind === "chat" && row.chat.id === id)
  const firstChat = rows.findIndex(({ kind }) => kind === "chat")
  const tabStop = [indexOf(focusedId), indexOf(activeId), firstChat].find((index) => index !== -1)

  const focus = (id: string | undefined) => {
    wanted.current = id
    setFocusedId(id)
  }

  useLayoutEffect(() => {
    const { activeElement, body } = document
    const id = wanted.current
    // From a row that is there, or from nowhere when its row went away; never from elsewhere on the page.
    if (id === undefined || (activeElement !== body && activeElement?.matches("[data-chat]") !== true)) return
    const link = scroller.current?.querySelector<HTMLElement>(`[data-chat="${CSS.escape(id)}"]`)
    link?.focus({ preventScroll: true })
  }, [rows, focusedId, renamingId])

  const showMore = () => {
    const { current } = list
    if (current === null || !hasMore) return
    if (current.scrollOffset + current.viewportSize > current.scrollSize - nearEnd) loadMore()
  }
  useEffect(showMore, [rows, hasMore, loadMore])

  const remove = (id: string) => {
    focus(neighbourOf(rows, id))
    props.onRemove(id)
  }
  const actions: ChatActions = {
    open: props.onOpen,
    startRename: setRenamingId,
    endRename: (id, title) => {
      setRenamingId(undefined)
      focus(id)
      if (title !== undefined) library.rename(id, title)
    },
    setPinned: (id, pinned) => {
      focus(id)
      library.setPinned(id, pinned)
    },
    remove,
    exportAddress: library.exportAddress,
  }

  const onKeyDown = (event: KeyboardEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset["chat"] : undefined
    if (id === undefined || event.ctrlKey || event.metaKey || event.altKey) return
    const reached = reachedBy(event.key, rows, indexOf(id))
    const row = reached === undefined ? undefined : rows[reached]
    if (reached !== undefined && row?.kind === "chat") {
      focus(row.chat.id)
      // The heading over the first chat is shown with it.
      list.current?.scrollToIndex(reached === firstChat ? 0 : reached, { align: "nearest" })
    } else if (event.key === "F2") setRenamingId(id)
    else if (event.key === "Delete") remove(id)
    else return
    event.preventDefault()
  }
  const onFocus = (event: FocusEvent) => {
    const id = event.target instanceof HTMLElement ? event.target.dataset["chat"] : undefined
    if (id !== undefined) setFocusedId(id)
  }
  const onBlur = (event: FocusEvent) => {
    // What happens in a row's menu comes here too, although that is drawn elsewhere.
    if (event.relatedTarget !== null && event.currentTarget.contains(event.target)) wanted.current = undefined
  }

  return (
    <div
      ref={scroller}
      onKeyDown={onKeyDown}
      onFocus={onFocus}
      onBlur={onBlur}
      className="min-h-0 flex-1 overflow-y-auto overscroll-contain pb-2 [overflow-anchor:none]"
    >
      <Virtualizer
        ref={list}
        as="ul"
        item="li"
        data={rows}
        keepMounted={tabStop === undefined ? [] : [tabStop]}
        onScroll={showMore}
      >
        {(row) =>
          row.kind === "heading" ? (
            <h3 key={`heading ${row.label}`} className="text-muted px-4.5 pt-4 pb-1 text-xs font-medium">
              {row.label}
            </h3>
          ) : (
            <ChatRow
              key={row.chat.id}
              chat={row.chat}
              isActive={row.chat.id === activeId}
              isTabStop={tabStop !== undefined && rows[tabStop] === row}
              isRenaming={row.chat.id === renamingId}
              actions={actions}
            />
          )
        }
      </Virtualizer>
    </div>
  )
}
