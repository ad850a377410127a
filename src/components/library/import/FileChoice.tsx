/** Where the file of an import is chosen or dropped. */
import FileUp from "lucide-react/icons/file-up"
import { useState, type DragEvent } from "react"
import { cx } from "../../ui/cx"

export const FileChoice = ({ onChoose }: { readonly onChoose: (file: File) => void }) => {
  const [isOver, setIsOver] = useState(false)
  const onDrop = (event: DragEvent) => {
    event.preventDefault()
    setIsOver(false)
    const file = event.dataTransfer.files.item(0)
    if (file !== null) onChoose(file)
  }
  return (
    <label
      onDragOver={(event) => {
        event.preventDefault()
        setIsOver(true)
      }}
      onDragLeave={() => setIsOver(false)}
      onDrop={onDrop}
      className={cx(
        "has-focus-visible:outline-accent m-5 flex cursor-pointer flex-col items-center gap-3 rounded-xl border border-dashed px-6 py-9 text-center outline-2 outline-offset-2 outline-transparent transition-colors",
        isOver ? "border-accent bg-accent-soft" : "border-line-strong hover:bg-hover",
      )}
    >
      <FileUp className="text-accent size-6" strokeWidth={1.75} />
      <span>
        <span className="font-medium">Choose a file</span> or drop it here
      </span>
      <span className="text-muted max-w-96 text-[0.8125rem]">
        The export of Commander (JSON), or that of ChatGPT or Claude: the .zip as it came, or the
        conversations.json in it.
      </span>
      <input
        type="file"
        accept=".json,.zip,application/json,application/zip"
        aria-label="File with chats"
        className="sr-only"
        onChange={({ target }) => {
          const file = target.files?.item(0)
          if (file !== null && file !== undefined) onChoose(file)
        }}
      />
    </label>
  )
}
