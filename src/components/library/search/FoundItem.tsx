/** A message or a title that was found: whose chat, when, and its words with marks. */
import { Command } from "cmdk"
import MessageSquare from "lucide-react/icons/message-square"
import type { SearchHit } from "@/hooks/conversations/library"
import { piecesOf } from "./highlight"
import { iconLook, itemLook } from "./itemLook"
import { formatWhen } from "./when"

const Marked = ({ text, matches }: { readonly text: string; readonly matches: SearchHit["matches"] }) =>
  piecesOf(text, matches).map(({ text: piece, isMatch }, index) =>
    isMatch ? (
      <mark key={index} className="bg-accent-soft text-accent-strong rounded-[0.1875rem] font-medium">
        {piece}
      </mark>
    ) : (
      piece
    ),
  )

export const FoundItem = (props: {
  readonly hit: SearchHit
  readonly now: number
  readonly onSelect: () => void
}) => {
  const { hit } = props
  const isTitle = hit.messageId === undefined
  return (
    <Command.Item
      value={`hit ${hit.conversationId} ${hit.messageId ?? ""}`}
      onSelect={props.onSelect}
      className={itemLook}
    >
      <MessageSquare className={iconLook} />
      <div className="min-w-0 flex-1">
        <div className="flex gap-3">
          <span className="min-w-0 flex-1 truncate font-medium">
            {isTitle ? <Marked text={hit.snippet} matches={hit.matches} /> : hit.title}
          </span>
          <span className="text-muted shrink-0 text-xs leading-5">{formatWhen(hit.at, props.now)}</span>
        </div>
        {!isTitle && (
          <p className="text-muted line-clamp-2 leading-5 wrap-anywhere">
            <Marked text={hit.snippet} matches={hit.matches} />
          </p>
        )}
      </div>
    </Command.Item>
  )
}
