/** Something that went wrong beside the answers: a sentence, and what to do about it. */
import type { ReactNode } from "react"
import { Button } from "../ui/Button"

export const Notice = (props: {
  readonly children: ReactNode
  readonly action: { readonly label: string; readonly run: () => void }
}) => (
  <div
    role="status"
    className="border-bad-line bg-bad-soft flex items-center justify-center gap-4 border-b px-4 py-2 text-[0.8125rem]"
  >
    <p>{props.children}</p>
    <Button onClick={props.action.run}>{props.action.label}</Button>
  </div>
)
