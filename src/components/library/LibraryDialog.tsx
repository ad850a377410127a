/** The dialogs that concern all chats. Loaded once the page is drawn. */
import type { Library } from "@/hooks/conversations/library"
import { ImportDialog } from "./import/ImportDialog"
import { SearchPalette } from "./search/SearchPalette"
import type { SidebarActions } from "./sidebarActions"
import { UsageDialog } from "./usage/UsageDialog"

export type DialogName = "search" | "import" | "usage"

export const LibraryDialog = (props: {
  readonly name: DialogName
  readonly library: Library
  readonly actions: SidebarActions
  readonly onClose: () => void
}) => {
  const { library, actions, onClose } = props
  switch (props.name) {
    case "search":
      return <SearchPalette library={library} actions={actions} onClose={onClose} />
    case "import":
      return <ImportDialog importFile={library.importFile} onClose={onClose} />
    case "usage":
      return <UsageDialog usage={library.usage} onClose={onClose} />
  }
}
