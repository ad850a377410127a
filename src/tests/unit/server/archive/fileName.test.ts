import { describe, expect, it } from "@effect/vitest"
import { attachment, fileNameOf } from "@/server/archive/fileName"

describe("the name of a download", () => {
  it.each([
    ["Trip to Oslo", "Trip to Oslo.md"],
    ["../../etc/passwd", "etc passwd.md"],
    ["a/b\\c:d\n\u0000\u202Ee", "a b c d e.md"],
    ["...", "chat.md"],
    ["Ends. ", "Ends.md"],
    ["", "chat.md"],
    ["😀".repeat(100), `${"😀".repeat(80)}.md`],
  ])("%s", (title, name) => expect(fileNameOf(title, "md")).toBe(name))

  it("is told to old clients in ASCII, and to others whole", () =>
    expect(attachment('Ærø "100%" (it\'s).md')).toBe(
      `attachment; filename="_r_ _100__ (it's).md"; filename*=UTF-8''%C3%86r%C3%B8%20%22100%25%22%20%28it%27s%29.md`,
    ))

  it("is no error when half of a character is missing", () =>
    expect(attachment("a\uD83D.md")).toContain("filename*=UTF-8''a%EF%BF%BD.md"))
})
