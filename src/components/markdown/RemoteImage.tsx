/** An image of an answer. Loading it would tell its server who reads it and when, so a click decides. */
import ImageIcon from "lucide-react/icons/image"
import { useState, type ComponentProps } from "react"
import type { ExtraProps } from "streamdown"

const hostOf = (source: string): string | undefined => {
  try {
    const { protocol, host } = new URL(source)
    return protocol === "https:" || protocol === "http:" ? host : undefined
  } catch {
    return undefined
  }
}

export const RemoteImage = ({ src, alt }: ComponentProps<"img"> & ExtraProps) => {
  const [state, setState] = useState<"hidden" | "shown" | "failed">("hidden")
  const name = alt === undefined || alt === "" ? "Image" : alt
  const source = src ?? ""
  const host = hostOf(source)
  const embedded = source.startsWith("data:image/")

  if (embedded || (state === "shown" && host !== undefined)) {
    return (
      <img
        src={source}
        alt={name}
        referrerPolicy="no-referrer"
        className="my-2 max-h-[28rem] max-w-full rounded-xl"
        onError={() => setState("failed")}
      />
    )
  }
  if (host === undefined || state === "failed") {
    return <span className="text-muted">[{name}: could not be loaded]</span>
  }
  return (
    <button
      type="button"
      onClick={() => setState("shown")}
      className="border-line-strong bg-surface hover:bg-hover my-1 inline-flex max-w-full items-center gap-3 rounded-xl border border-dashed px-3.5 py-2.5 text-left text-[0.8125rem] leading-snug transition-colors"
    >
      <ImageIcon className="text-muted size-5 shrink-0" />
      <span className="min-w-0">
        <span className="block font-medium">{name}</span>
        <span className="text-muted block">Load image from {host}</span>
      </span>
    </button>
  )
}
