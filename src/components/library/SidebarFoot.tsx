/** What concerns all chats together, and the theme. */
import ChartNoAxesColumn from "lucide-react/icons/chart-no-axes-column"
import Download from "lucide-react/icons/download"
import Upload from "lucide-react/icons/upload"
import { ThemeToggle } from "../theme/ThemeToggle"

const look =
  "text-muted hover:bg-hover hover:text-ink inline-flex h-9 items-center gap-1.5 rounded-lg px-2 text-xs font-medium transition-colors"
const iconLook = "size-3.5 shrink-0"

export const SidebarFoot = (props: {
  readonly exportAddress: string
  readonly onImport: () => void
  readonly onUsage: () => void
}) => (
  <div className="border-line flex items-center border-t px-1.5 py-1.5">
    <button type="button" onClick={props.onImport} className={look}>
      <Upload className={iconLook} />
      Import…
    </button>
    <a href={props.exportAddress} download title="Export all chats" className={look}>
      <Download className={iconLook} />
      Export<span className="sr-only"> all</span>
    </a>
    <button type="button" onClick={props.onUsage} className={look}>
      <ChartNoAxesColumn className={iconLook} />
      Usage
    </button>
    <div className="ml-auto">
      <ThemeToggle />
    </div>
  </div>
)
