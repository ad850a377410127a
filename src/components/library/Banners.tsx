/** What the user must know about the whole of Commander: chats are not saved, something was found, the line is lost. */
import { useEffect, useState, type ReactNode } from "react"
import type { Library } from "@/hooks/conversations/library"
import { Button } from "../ui/Button"
import { cx } from "../ui/cx"
import { Spinner } from "../ui/Spinner"

/** A shorter loss is mended before anybody has read of it. */
const patienceMillis = 1_000

const tones = {
  bad: "border-bad-line bg-bad-soft",
  wait: "border-line bg-wait-soft",
}

const Banner = (props: {
  readonly tone: keyof typeof tones
  readonly children: ReactNode
  readonly action?: ReactNode
}) => (
  <div
    className={cx(
      "flex items-center justify-center gap-x-4 gap-y-2 border-b px-4 py-2 text-[0.8125rem]",
      tones[props.tone],
    )}
  >
    <p className="min-w-0 wrap-anywhere">{props.children}</p>
    {props.action}
  </div>
)

const LostBanner = ({ wake }: { readonly wake: () => void }) => {
  const [isShown, setIsShown] = useState(false)
  useEffect(() => {
    const timer = setTimeout(() => setIsShown(true), patienceMillis)
    return () => clearTimeout(timer)
  }, [])
  if (!isShown) return
  return (
    <Banner tone="wait" action={<Button onClick={wake}>Try now</Button>}>
      <span className="inline-flex items-center gap-2">
        <Spinner className="text-wait shrink-0" />
        Connection lost. Reconnecting…
      </span>
    </Banner>
  )
}

export const Banners = ({ library }: { readonly library: Library }) => {
  const { store } = library
  const [dismissed, setDismissed] = useState<string>()
  const notice = store.type === "saving" ? store.notice : undefined
  return (
    <>
      {store.type === "memory-only" && (
        <div role="alert">
          <Banner tone="bad">
            <strong className="font-semibold">Chats are not being saved.</strong> {store.why}
          </Banner>
        </div>
      )}
      {/* There before its words, or they are not read aloud. */}
      <div role="status">
        {library.connection === "lost" && <LostBanner wake={library.wake} />}
        {notice !== undefined && notice !== dismissed && (
          <Banner tone="wait" action={<Button onClick={() => setDismissed(notice)}>Dismiss</Button>}>
            {notice}
          </Banner>
        )}
      </div>
    </>
  )
}
