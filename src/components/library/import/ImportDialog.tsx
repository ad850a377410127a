/** Brings chats in from a file: choosing it, how far it is, what came of it. */
import { useEffect, useRef, type ReactNode } from "react"
import type { ImportProgress, Library } from "@/hooks/conversations/library"
import { Button } from "../../ui/Button"
import { DialogFrame } from "../../ui/DialogFrame"
import { formatCount, plural } from "../../ui/format"
import { FileChoice } from "./FileChoice"
import { formatBytes, outcomeOf, percentOf, unnamedFailures } from "./importWords"
import { useImport } from "./useImport"

const Running = (props: {
  readonly file: File
  readonly progress: ImportProgress
  readonly onCancel: () => void
}) => {
  const { file, progress } = props
  const percent = percentOf(progress, file.size)
  return (
    <div className="flex flex-col gap-3 p-5">
      <div className="flex justify-between gap-4">
        <span className="min-w-0 truncate font-medium">{file.name}</span>
        <span className="text-muted shrink-0 text-[0.8125rem] tabular-nums">
          {formatBytes(Math.min(progress.bytesRead, file.size))} of {formatBytes(file.size)}
        </span>
      </div>
      <div
        role="progressbar"
        aria-label="Import"
        aria-valuenow={percent}
        className="bg-sunken border-line h-2 overflow-hidden rounded-full border"
      >
        <div style={{ width: `${percent}%` }} className="bg-accent h-full transition-[width]" />
      </div>
      <div className="flex items-center justify-between gap-4">
        <p className="text-muted text-[0.8125rem] tabular-nums">
          {progress.read === 0 ? "Reading…" : outcomeOf(progress)}
        </p>
        <Button autoFocus onClick={props.onCancel}>
          Cancel
        </Button>
      </div>
    </div>
  )
}

const Failures = ({ progress }: { readonly progress: ImportProgress }) => {
  const unnamed = unnamedFailures(progress)
  return (
    <div className="border-line overflow-hidden rounded-xl border">
      <h3 className="bg-sunken border-line border-b px-4 py-2 text-[0.8125rem] font-medium">
        What could not be read
      </h3>
      <ul
        tabIndex={0}
        aria-label="What could not be read"
        className="divide-line max-h-64 divide-y overflow-y-auto text-[0.8125rem]"
      >
        {progress.failures.map(({ title, why }, index) => (
          <li key={index} className="px-4 py-2 wrap-anywhere">
            <p className="font-medium">{title}</p>
            <p className="text-muted">{why}</p>
          </li>
        ))}
        {unnamed > 0 && <li className="text-muted px-4 py-2">… and {formatCount(unnamed)} more</li>}
      </ul>
    </div>
  )
}

const Ended = (props: {
  readonly progress: ImportProgress
  /** What happened, besides the counts. */
  readonly children: ReactNode
  readonly onAgain: () => void
  readonly onClose: () => void
}) => {
  const { progress } = props
  const words = useRef<HTMLDivElement>(null)
  // The button that had the focus is gone.
  useEffect(() => words.current?.focus(), [])
  return (
    <div className="flex flex-col gap-4 p-5">
      <div ref={words} tabIndex={-1} className="outline-none">
        {props.children}
      </div>
      {progress.failures.length > 0 && <Failures progress={progress} />}
      <div className="flex justify-end gap-2">
        <Button onClick={props.onAgain}>Import another file</Button>
        <Button weight="primary" onClick={props.onClose}>
          Done
        </Button>
      </div>
    </div>
  )
}

/** What stays of an import that did not come to its end. */
const kept = ({ added }: ImportProgress): string =>
  added === 0
    ? "Nothing was added."
    : `${plural(added, "chat")} from before that stayed. Importing the file again adds the others.`

export const ImportDialog = (props: {
  readonly importFile: Library["importFile"]
  readonly onClose: () => void
}) => {
  const { state, start, cancel, again } = useImport(props.importFile)

  const content = (): ReactNode => {
    switch (state.status) {
      case "choosing":
        return <FileChoice onChoose={(file) => void start(file)} />
      case "running":
        return <Running file={state.file} progress={state.progress} onCancel={cancel} />
      case "done":
        return <p className="font-medium">{outcomeOf(state.progress)}</p>
      case "cancelled":
        return (
          <>
            <p className="font-medium">The import was cancelled.</p>
            <p className="text-muted text-[0.8125rem]">{kept(state.progress)}</p>
          </>
        )
      case "failed":
        return (
          <>
            <p className="text-bad wrap-anywhere">{state.sentence}</p>
            <p className="text-muted text-[0.8125rem]">{kept(state.progress)}</p>
          </>
        )
    }
  }

  return (
    <DialogFrame
      title="Import chats"
      description="Chats that are here already are not added a second time."
      isHeld={state.status === "running"}
      onClose={props.onClose}
    >
      {state.status === "choosing" || state.status === "running" ? (
        content()
      ) : (
        <Ended progress={state.progress} onAgain={again} onClose={props.onClose}>
          {content()}
        </Ended>
      )}
    </DialogFrame>
  )
}
