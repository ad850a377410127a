/** How each element of an answer is drawn. Sanitised HTML arrives here; nothing here loads anything by itself. */
import type { ComponentProps } from "react"
import type { Components, ExtraProps } from "streamdown"
import { CodeBlock } from "./CodeBlock"
import { RemoteImage } from "./RemoteImage"
import { SafeLink } from "./SafeLink"

/** Under the page's and the message's own headings, without skipped levels, at their own sizes. */
const heading = (depth: 1 | 2 | 3 | 4) => {
  const Tag = depth === 4 ? "h4" : "h3"
  return ({ children, id }: ComponentProps<"h3"> & ExtraProps) => (
    <Tag id={id} className="heading" data-depth={depth}>
      {children}
    </Tag>
  )
}

const textOf = (node: unknown): string => {
  if (typeof node !== "object" || node === null) return ""
  if ("value" in node && typeof node.value === "string") return node.value
  return "children" in node && Array.isArray(node.children) ? node.children.map(textOf).join("") : ""
}

const languageOf = (node: unknown): string => {
  if (typeof node !== "object" || node === null || !("properties" in node)) return ""
  const { properties } = node
  if (typeof properties !== "object" || properties === null || !("className" in properties)) return ""
  const names: ReadonlyArray<unknown> = Array.isArray(properties.className) ? properties.className : []
  const name = names.find((each) => typeof each === "string" && each.startsWith("language-"))
  return typeof name === "string" ? name.slice("language-".length) : ""
}

const Pre = ({ node }: ComponentProps<"pre"> & ExtraProps) => (
  <CodeBlock code={textOf(node).replace(/\n$/, "")} language={languageOf(node?.children[0])} />
)

const Table = ({ children }: ComponentProps<"table"> & ExtraProps) => (
  <div tabIndex={0} role="group" aria-label="Table" className="table-scroller overflow-x-auto">
    <table>{children}</table>
  </div>
)

const Nothing = () => null

export const elements: Components = {
  a: SafeLink,
  img: RemoteImage,
  // A `source` could make a shown image load from elsewhere than its placeholder said.
  picture: ({ children }) => <>{children}</>,
  source: Nothing,
  pre: Pre,
  table: Table,
  h1: heading(1),
  h2: heading(2),
  h3: heading(3),
  h4: heading(4),
  h5: heading(4),
  h6: heading(4),
  input: (props: ComponentProps<"input"> & ExtraProps) => (
    <input type="checkbox" disabled checked={props.checked === true} readOnly aria-label="Task" />
  ),
  // Plain elements instead of the library's, which carry its class names.
  p: "p",
  ul: "ul",
  ol: "ol",
  li: "li",
  hr: "hr",
  strong: "strong",
  blockquote: "blockquote",
  code: "code",
  thead: "thead",
  tbody: "tbody",
  tr: "tr",
  th: "th",
  td: "td",
  sub: "sub",
  sup: "sup",
  section: "section",
}
