/** One import after another: which file, how far, what came of it. Ends with the component that began it. */
import { useEffect, useRef, useState } from "react"
import type { ImportProgress, Library } from "@/hooks/conversations/library"
import { sentenceOf } from "../sentenceOf"

export type Import =
  | { readonly status: "choosing" }
  | { readonly status: "running"; readonly file: File; readonly progress: ImportProgress }
  | { readonly status: "done" | "cancelled"; readonly progress: ImportProgress }
  | { readonly status: "failed"; readonly sentence: string; readonly progress: ImportProgress }

const nothing: ImportProgress = { bytesRead: 0, read: 0, added: 0, alreadyHere: 0, failed: 0, failures: [] }

export const useImport = (importFile: Library["importFile"]) => {
  const [state, setState] = useState<Import>({ status: "choosing" })
  const running = useRef<AbortController>(undefined)
  useEffect(() => () => running.current?.abort(), [])

  const start = async (file: File) => {
    const controller = new AbortController()
    running.current = controller
    let progress = nothing
    const show = (next: Import) => {
      if (!controller.signal.aborted) setState(next)
    }
    show({ status: "running", file, progress })
    try {
      const onProgress = (newer: ImportProgress) => {
        progress = newer
        show({ status: "running", file, progress })
      }
      show({ status: "done", progress: await importFile(file, onProgress, controller.signal) })
    } catch (error) {
      show({ status: "failed", sentence: sentenceOf(error), progress })
    }
  }
  const cancel = () => {
    running.current?.abort()
    setState((before) =>
      before.status === "running" ? { status: "cancelled", progress: before.progress } : before,
    )
  }
  const again = () => setState({ status: "choosing" })
  return { state, start, cancel, again }
}
