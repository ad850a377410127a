/** Where the mark of a seam stands in the rendered answer; the text around it is never changed by it. */
import { assert, describe, it } from "@effect/vitest"
import { renderToStaticMarkup } from "react-dom/server"
import { Markdown } from "@/components/markdown/Markdown"

const says = "one broke off here; two went on"

/** The seam stands at the bar. */
const rendered = (source: string, streaming = false): string => {
  const at = source.indexOf("¦")
  const text = source.replace("¦", "")
  return renderToStaticMarkup(<Markdown text={text} streaming={streaming} seams={[{ at, says }]} />)
}

const mark = /<span class="seam" role="note" aria-label="[^"]*" title="[^"]*"><\/span>/g
const marked = (html: string): string => html.replace(mark, "¦")
const textIn = (html: string): string => marked(html).replace(/<[^>]+>/g, "")
const plain = (text: string): string =>
  renderToStaticMarkup(<Markdown text={text} streaming={false} seams={[]} />)

describe("the mark of a seam", () => {
  it.each([
    ["inside a word", "The sk¦y is blue.", "The sk¦y is blue."],
    ["between two words", "The sky ¦is blue.", "The sky ¦is blue."],
    ["inside strong words", "The **sk¦y** is blue.", "The sk¦y is blue."],
    ["between markdown's own characters", "The *¦*sky** is blue.", "The ¦sky is blue."],
    ["in a heading's sign", "One.\n\n#¦# Two", "One.¦Two"],
    ["in a later paragraph", "One.\n\nTwo ¦three.\n\nFour.", "One.Two ¦three.Four."],
    ["at the end of a paragraph", "One.\n\n¦Two.", "One.¦Two."],
    ["in an item", "- one\n- tw¦o\n- three", "\none\ntw¦o\nthree\n"],
    ["in a cell", "| a | b |\n|---|---|\n| c¦ | d |", "abc¦d"],
    ["in a link's address", "See [the site](https://exa¦mple.org) now.", "See the site¦ now."],
    ["between the halves of a character", "A \ud83d¦\ude42 smile", "A ¦🙂 smile"],
    ["after the last word", "One.¦", "One.¦"],
  ])("%s", (_place, source, expected) => {
    assert.strictEqual(textIn(rendered(source)), expected)
  })

  it("stands before a code block, whose code is copied as a whole", () => {
    const html = marked(rendered("Look:\n\n```ts\nlet a¦ = 1\n```\n"))
    assert.strictEqual(html.split("¦").length, 2)
    assert.isBelow(html.indexOf("¦"), html.indexOf("<pre"))
    assert.include(html.replace(/<[^>]+>/g, ""), "let a = 1")
  })

  it("changes nothing else, wherever it stands", () => {
    const text =
      "# Hi *there*\n\nSome **bold &amp; text**, `code` and <b>raw</b>.\n\n1. one\n2. two\n\n> a\n\n| a | b |\n|---|---|\n| c | d |\n"
    const expected = plain(text)
    for (let at = 1; at <= text.length; at += 1) {
      const html = renderToStaticMarkup(<Markdown text={text} streaming={false} seams={[{ at, says }]} />)
      assert.strictEqual(html.match(mark)?.length, 1, `at ${at}`)
      assert.strictEqual(html.replace(mark, ""), expected, `at ${at}`)
    }
  })

  it("stays where it is while the text grows", () => {
    const whole = "One *two* three.\n\nFour five.\n\n- six\n- seven\n"
    for (let length = 9; length <= whole.length; length += 1) {
      const html = renderToStaticMarkup(
        <Markdown text={whole.slice(0, length)} streaming seams={[{ at: 9, says }]} />,
      )
      assert.match(textIn(html), /^One two¦/, `after ${length}`)
    }
  })

  it("says who broke off and who went on", () => {
    assert.include(rendered("The sk¦y"), `aria-label="${says}" title="${says}"`)
  })

  it("stands once for each seam, two in one word too", () => {
    const html = renderToStaticMarkup(
      <Markdown
        text="The sky is blue."
        streaming={false}
        seams={[
          { at: 5, says },
          { at: 6, says },
        ]}
      />,
    )
    assert.strictEqual(textIn(html), "The s¦k¦y is blue.")
  })
})
