/** The keys that work everywhere on the page. */
import { assert, describe, it } from "@effect/vitest"
import { keysOf, shortcutOf } from "@/components/library/shortcuts"

const press = (written: string) => {
  const keys = written.split("+")
  return {
    key: keys.at(-1) ?? "",
    ctrlKey: keys.includes("Ctrl"),
    metaKey: keys.includes("Meta"),
    shiftKey: keys.includes("Shift"),
    altKey: keys.includes("Alt"),
  }
}

describe("the shortcuts", () => {
  it.each([
    ["Ctrl+k", "search", undefined],
    ["Ctrl+K", "search", undefined],
    ["Meta+k", undefined, "search"],
    ["Ctrl+Shift+O", "new-chat", undefined],
    ["Meta+Shift+o", undefined, "new-chat"],
    ["Ctrl+o", undefined, undefined],
    ["Ctrl+Shift+K", undefined, undefined],
    ["Ctrl+Alt+k", undefined, undefined],
    ["Ctrl+Meta+k", undefined, undefined],
    ["k", undefined, undefined],
  ])("%s is %s, and on a Mac %s", (written, elsewhere, onMac) => {
    assert.strictEqual(shortcutOf(press(written), false), elsewhere)
    assert.strictEqual(shortcutOf(press(written), true), onMac)
  })

  it("are written as they are pressed", () => {
    assert.strictEqual(shortcutOf(press(keysOf("search", false)), false), "search")
    assert.strictEqual(shortcutOf(press(keysOf("new-chat", false)), false), "new-chat")
    assert.strictEqual(keysOf("new-chat", true), "⇧⌘O")
  })
})
