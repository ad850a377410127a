/** Every relative link in the documentation leads to something. */
import { existsSync, globSync, readFileSync } from "node:fs"
import { dirname, join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "vitest"

const root = fileURLToPath(new URL("../../..", import.meta.url))
const documents = globSync(["*.md", "docs/**/*.md"], { cwd: root })

const linksOf = (document: string): ReadonlyArray<string> =>
  [...readFileSync(join(root, document), "utf8").matchAll(/\]\(([^)#\s]+)/g)]
    .map(([, link]) => link ?? "")
    .filter((link) => !/^[a-z]+:/.test(link))

describe("the documentation", () => {
  it("is found", () => assert.includeMembers(documents, ["README.md", "docs/plans.md"]))

  it.each(documents)("%s links only to what is there", (document) => {
    const missing = linksOf(document).filter((link) => !existsSync(join(root, dirname(document), link)))
    assert.deepStrictEqual(missing, [])
  })
})
