import { describe, expect, it } from "@effect/vitest"
import { makeSeam, type SeamMode } from "@/services/ai/orchestration/seam"
import { randomPieces, seededDice } from "../../../../support/randomTexts"

const handedOn = (
  mode: SeamMode,
  prefix: string,
  pieces: ReadonlyArray<string>,
): { readonly chunks: ReadonlyArray<string>; readonly rest: string } => {
  const seam = makeSeam({ prefix, mode })
  return { chunks: pieces.map((piece) => seam.push(piece)), rest: seam.end() }
}

const joined = (mode: SeamMode, prefix: string, pieces: ReadonlyArray<string>): string => {
  const { chunks, rest } = handedOn(mode, prefix, pieces)
  return prefix + chunks.join("") + rest
}

/** `fresh` is what the rescuer writes, `result` what the consumer has seen in the end. */
type Case = readonly [fact: string, prefix: string, fresh: string, result: string]

const fox = "The quick brown fox"
/** One character of seven code points. */
const england = "🏴󠁧󠁢󠁥󠁮󠁧󠁿"
/** Twelve words, more than 64 characters. */
const long = "Paris is the capital of France and lies on the river Seine in the north"

const inBothModes: ReadonlyArray<Case> = [
  // New text is appended.
  ["a prefix that ends inside a word", "wor", "d next", "word next"],
  ["a prefix that ends behind a word", "word", " next", "word next"],
  ["a new text without white space, since only the rescuer knows", "word", "next", "wordnext"],
  ["an empty prefix", "", "Hello", "Hello"],
  ["an empty prefix, with white space", "", " \n Hello ", " \n Hello "],
  ["an empty new text", "word ", "", "word "],
  ["nothing and nothing", "", "", ""],
  [
    "a new text that has nothing to do with the old one",
    `${fox} jumps`,
    "Lorem ipsum",
    `${fox} jumpsLorem ipsum`,
  ],

  // White space at the joint stays as the first text had it.
  ["a space that comes again", "word ", " next", "word next"],
  ["a space that does not come again", "word ", "next", "word next"],
  ["a blank line that comes again", "Intro:\n\n", "\n\n- item", "Intro:\n\n- item"],
  ["a blank line that does not come again", "Intro:\n\n", "- item", "Intro:\n\n- item"],
  ["half of a blank line that comes again", "Intro:\n\n", "\n- item", "Intro:\n\n- item"],
  ["a cut inside a blank line", "Intro:\n", "\n\n- item", "Intro:\n\n- item"],
  ["a cut inside an indentation", "if (x) {\n  ", "\n    y()", "if (x) {\n    y()"],
  ["an indentation that comes without its line end", "if (x) {\n", "    y()", "if (x) {\n    y()"],
  ["a line end behind a space that was seen", "word \n", "\n- item", "word \n- item"],
  ["a space where a space and a line end were seen", "word \n", " - item", "word \n- item"],
  ["white space of another kind", "word ", "\n\nnext", "word \n\nnext"],
  ["no-break spaces", "10\u00a0", "\u00a0km", "10\u00a0km"],
  ["line ends of two characters", "one\r\n", "\r\ntwo", "one\r\ntwo"],
  ["white space alone, again", "word \n", " \n", "word \n"],
  ["more white space than was seen", "word ", "   ", "word   "],
  ["a prefix of white space alone", "\n\n", "\n\nHello", "\n\nHello"],
  ["white space inside the new text", "word ", "next  one\n\n\n", "word next  one\n\n\n"],

  // It starts the answer over.
  ["a start-over", `${fox} ju`, `${fox} jumps over`, `${fox} jumps over`],
  ["a start-over at the end of a word", fox, `${fox} jumps`, `${fox} jumps`],
  ["a start-over behind a space", `${fox} `, `${fox} jumps`, `${fox} jumps`],
  ["a start-over inside a blank line", `${fox}\n`, `${fox}\n\n- item`, `${fox}\n\n- item`],
  ["a start-over with other white space at the joint", `${fox}\n\n`, `${fox}\njumps`, `${fox}\n\njumps`],
  ["a start-over with white space before it", fox, `\n\n ${fox} jumps`, `${fox} jumps`],
  ["a start-over without the white space before the prefix", `\n ${fox}`, `${fox} jumps`, `\n ${fox} jumps`],
  ["a start-over that says no more than was seen", fox, fox, fox],
  ["a start-over that ends with more white space", fox, `${fox}\n`, `${fox}\n`],
  ["a start-over of three words", "I am a", "I am a cat", "I am a cat"],
  ["a start-over of two words, too short to tell", "I am", "I am a cat", "I amI am a cat"],
  ["a start-over of 16 characters", "0123456789abcdef", "0123456789abcdefgh", "0123456789abcdefgh"],
  ["15 characters, too short", "0123456789abcde", "0123456789abcdef", "0123456789abcde0123456789abcdef"],
  ["a start-over of 8 CJK characters", "東京は日本の首都", "東京は日本の首都です", "東京は日本の首都です"],
  ["7 CJK characters, too short", "東京は日本の首", "東京は日本の首都", "東京は日本の首東京は日本の首都"],
  ["a number", "1", "1.5", "11.5"],
  ["a short code fence", "```", "```ts", "``````ts"],
  ["symbols are no words", "- * -", "- * - *", "- * -- * - *"],
  ["a start-over within emoji", `${fox} 👩‍🚀`, `${fox} 👩‍🚀🙂`, `${fox} 👩‍🚀🙂`],

  // It starts over, and goes another way.
  [
    "a text that begins alike",
    "**Pros of option A**\n- cheap\n\n",
    "**Pros of option B**\n",
    "**Pros of option A**\n- cheap\n\n**Pros of option B**\n",
  ],
  [
    "a start-over that goes another way, from the other word on",
    `${long} and east`,
    `${long}-west of it`,
    `${long} and east north-west of it`,
  ],
  [
    "a start-over that goes another way between two words",
    `${long} and east`,
    `${long}\n\nIt is`,
    `${long} and east\n\nIt is`,
  ],
  [
    "a start-over that goes another way behind white space that was seen",
    `${long} and `,
    `${long} or so`,
    `${long} and or so`,
  ],
  ["a start-over that ends early", `${long} and east`, long, `${long} and east`],
  ["a start-over that ends inside a word", `${long} and east`, `${long} and ea`, `${long} and east`],
  ["a short text that ends as the answer began", `${fox} jumps`, fox, `${fox} jumps${fox}`],
  [
    "another way in CJK, from the other character on",
    `${"東京は日本の首都".repeat(4)}です`,
    `${"東京は日本の首都".repeat(4)}だ`,
    `${"東京は日本の首都".repeat(4)}ですだ`,
  ],
  [
    "another way with a mark on the last common character",
    `${long} かき`,
    `${long} か\u3099く`,
    `${long} かき か\u3099く`,
  ],
  ["another emoji with the same first half", `${long} 😀`, `${long} 😁!`, `${long} 😀 😁!`],
  [
    "one long word that goes another way",
    `${"x".repeat(70)}a`,
    `${"x".repeat(70)}b`,
    `${"x".repeat(70)}a${"x".repeat(70)}b`,
  ],

  // The same word, but longer: the first text had white space there.
  ["a word that goes on where white space was seen", `${fox} `, `${fox}es jump`, `${fox} foxes jump`],
  [
    "a mark that goes on where white space was seen",
    "Le café est une crepe ",
    "Le café est une crepe\u0302 !",
    "Le café est une crepe crepe\u0302 !",
  ],
  ["the next word where white space was seen", `${fox}, `, `${fox},then`, `${fox}, then`],
  ["a comma where white space was seen", `${fox} `, `${fox}, which`, `${fox} , which`],

  // Characters of several parts.
  ["a cut inside a surrogate pair", "smile \ud83d", "\ude00!", "smile 😀!"],
  ["a cut before a combining mark", "cafe", "\u0301 noir", "café noir".normalize("NFD")],
  ["a cut behind a zero width joiner", "👩\u200d", "🚀", "👩‍🚀"],
  ["a cut before a zero width joiner", "👩", "\u200d🚀", "👩‍🚀"],
  [
    "a cut inside a run of the same emoji",
    `${"😀".repeat(20)}\ud83d`,
    `\ude00${"😀".repeat(20)}`,
    "😀".repeat(41),
  ],
  [
    "a cut before the mark in a run of the same letter",
    `${"e\u0301".repeat(20)}e`,
    "\u0301e".repeat(20),
    `${"e\u0301".repeat(20)}e${"\u0301e".repeat(20)}`,
  ],
  [
    "a cut inside a run of the same flag",
    `${england.repeat(6)}${england.slice(0, 4)}`,
    `${england.slice(4)}${england.repeat(6)}`,
    england.repeat(13),
  ],
  ["half a surrogate pair at the end", "smile ", "a\ud83d", "smile a\ud83d"],
  ["half a surrogate pair alone", "smile ", "\ud83d", "smile \ud83d"],
  ["the second halves of pairs alone", "smile ", "\ude00\ude00", "smile \ude00\ude00"],

  // What repeats itself in the answer, or is too little to tell, is left as it came.
  ["a word twice", "very ", "very good", "very very good"],
  ["a syllable twice", "ha", "ha", "haha"],
  ["a repetition inside the new text", fox, ` and ${fox} and ${fox}`, `${fox} and ${fox} and ${fox}`],
  ["a bracket again", "}\n}\n}\n", "}\n}\n", "}\n}\n}\n}\n}\n"],
]

const afterPrefill: ReadonlyArray<Case> = [
  [
    "the end of the prefix again, which is the answer's own",
    "And so: row, row, row ",
    "row, row, row your boat",
    "And so: row, row, row row, row, row your boat",
  ],
  ["a refrain", `He said: ${fox}\n`, fox, `He said: ${fox}\n${fox}`],
]

const afterInstruction: ReadonlyArray<Case> = [
  ["an overlap of three words", "He was as old as", "as old as time", "He was as old as time"],
  [
    "an overlap of two words, too short to tell",
    "He was as old",
    "as old as time",
    "He was as oldas old as time",
  ],
  ["three words of which the first is half a word", "No. 10 0 0", "0 0 0", "No. 10 0 00 0 0"],
  ["an overlap that ends inside a word", "a tale as old as ti", "as old as time", "a tale as old as time"],
  ["an overlap of 16 characters", "x 0123456789abcdef", "0123456789abcdefgh", "x 0123456789abcdefgh"],
  [
    "15 characters, too short",
    "x 123456789abcdef",
    "123456789abcdefgh",
    "x 123456789abcdef123456789abcdefgh",
  ],
  [
    "an overlap of 8 CJK characters",
    "私は東京は日本の首都",
    "東京は日本の首都です",
    "私は東京は日本の首都です",
  ],
  [
    "7 CJK characters, too short",
    "私は京は日本の首都",
    "京は日本の首都です",
    "私は京は日本の首都京は日本の首都です",
  ],
  ["marks do not count", `x ${"e\u0301".repeat(8)}`, `${"e\u0301".repeat(8)}!`, `x ${"e\u0301".repeat(16)}!`],
  [
    "the longest of two overlaps",
    "So: one two three one two three",
    "one two three one two three four",
    "So: one two three one two three four",
  ],
  [
    "the shorter overlap where the longer one goes another way",
    "So: one two three x one two three",
    "one two three four",
    "So: one two three x one two three four",
  ],
  [
    "an overlap that goes on as an earlier place does",
    "one two three four. Now one two three",
    "one two three four",
    "one two three four. Now one two three four",
  ],
  ["an overlap behind a space", "He was as old as ", "as old as time", "He was as old as time"],
  ["an overlap before a blank line", "He was as old as\n\n", "as old as\n\ntime", "He was as old as\n\ntime"],
  [
    "an overlap with white space before it",
    "He was as old as",
    "\n\n as old as time",
    "He was as old as time",
  ],
  ["an overlap that is all", "He was as old as", "as old as", "He was as old as"],
  [
    "an overlap that is found at the end only",
    "as old as you. As old as me, as old as",
    "as old as",
    "as old as you. As old as me, as old as",
  ],
  [
    "an overlap in a list",
    "- one\n- two is next\n- thr",
    "- two is next\n- three\n- four",
    "- one\n- two is next\n- three\n- four",
  ],
  [
    "an overlap in code",
    "```ts\nconst answer = 4",
    "const answer = 42\n```",
    "```ts\nconst answer = 42\n```",
  ],
  [
    "an overlap that ends inside a surrogate pair",
    "He was as old as \ud83d",
    "as old as 😀!",
    "He was as old as 😀!",
  ],
  [
    "an overlap that ends before a combining mark",
    "one two three cafe",
    "two three cafe\u0301!",
    "one two three cafe\u0301!",
  ],
  [
    "an overlap that starts inside a surrogate pair",
    "😀 one two three",
    "\ude00 one two three",
    "😀 one two three\ude00 one two three",
  ],
  ["a piece of the middle", `${fox} jumps over it`, "quick brown fox", `${fox} jumps over itquick brown fox`],
  [
    "a start-over before an overlap",
    "as old as time, as old as",
    "as old as time, as old as me",
    "as old as time, as old as me",
  ],
]

const cases = [
  ...inBothModes.flatMap((row) => [["prefill", ...row] as const, ["instruction", ...row] as const]),
  ...afterPrefill.map((row) => ["prefill", ...row] as const),
  ...afterInstruction.map((row) => ["instruction", ...row] as const),
]

describe("the seam joins", () => {
  it.each(cases)("after %s: %s", (mode, _fact, prefix, fresh, result) => {
    expect(joined(mode, prefix, [fresh])).toBe(result)
    expect(
      joined(
        mode,
        prefix,
        Array.from({ length: fresh.length }, (_, at) => fresh.charAt(at)),
      ),
    ).toBe(result)
    const dice = seededDice(1)
    for (let time = 0; time < 20; time += 1) {
      expect(joined(mode, prefix, randomPieces(dice, fresh))).toBe(result)
    }
  })
})

/** What is handed on with each piece, and at the end. */
type Steps = ReadonlyArray<readonly [piece: string, handedOn: string]>

const inTime: ReadonlyArray<
  readonly [fact: string, mode: SeamMode, prefix: string, steps: Steps, rest: string]
> = [
  [
    "all at once where the prefix is too short to be repeated",
    "instruction",
    "The cat",
    [
      ["T", "T"],
      ["he", "he"],
    ],
    "",
  ],
  [
    "at once what cannot be a repetition",
    "instruction",
    fox,
    [
      ["z", "z"],
      ["The", "The"],
    ],
    "",
  ],
  [
    "at once, after a prefill, what only the end of the prefix has",
    "prefill",
    `${fox} jumps`,
    [["q", "q"]],
    "",
  ],
  [
    "with the first difference",
    "prefill",
    fox,
    [
      ["The ", ""],
      ["quick", ""],
      [" red", "The quick red"],
      [" fox", " fox"],
    ],
    "",
  ],
  [
    "what begins too late for a repetition of full length",
    "instruction",
    "one two three four",
    [["thr", "thr"]],
    "",
  ],
  [
    "what goes beyond the prefix",
    "prefill",
    fox,
    [
      ["The quick brown", ""],
      [" fox ju", " ju"],
      ["mps", "mps"],
    ],
    "",
  ],
  [
    "white space that cannot come again",
    "prefill",
    "word",
    [
      [" ", " "],
      ["\n", "\n"],
    ],
    "",
  ],
  [
    "white space as soon as there is more of it than was seen",
    "prefill",
    "word\n\n",
    [
      ["\n", ""],
      ["\n", ""],
      ["\n", "\n"],
    ],
    "",
  ],
  ["at the end what might still have been a repetition", "prefill", fox, [["The qui", ""]], "The qui"],
  [
    "nothing at the end of a whole repetition",
    "instruction",
    `${fox} jumps`,
    [
      ["brown ", ""],
      ["fox jumps", ""],
    ],
    "",
  ],
  [
    "whole surrogate pairs",
    "prefill",
    "x",
    [
      ["a\ud83d", "a"],
      ["", ""],
      ["\ude00b", "😀b"],
      ["\ud83d", ""],
    ],
    "\ud83d",
  ],
  [
    "nothing for nothing",
    "instruction",
    fox,
    [
      ["", ""],
      ["", ""],
    ],
    "",
  ],
]

describe("the seam hands on", () => {
  it.each(inTime)("%s", (_fact, mode, prefix, steps, rest) => {
    expect(
      handedOn(
        mode,
        prefix,
        steps.map(([piece]) => piece),
      ),
    ).toEqual({
      chunks: steps.map(([, chunk]) => chunk),
      rest,
    })
  })

  it("nothing at the end when nothing ever came", () => {
    expect(makeSeam({ prefix: fox, mode: "instruction" }).end()).toBe("")
  })
})

/** A word in which everything nearly repeats: the hardest text for a search. */
const fibonacciWord = (length: number): string => {
  let [last, word] = ["a", "ab"]
  while (word.length < length) [last, word] = [word, word + last]
  return word.slice(0, length)
}

describe("the seam takes time in proportion, with 100,000 characters that come one by one:", () => {
  const size = 100_000
  const runs: ReadonlyArray<readonly [fact: string, prefix: string, fresh: string]> = [
    ["a run of one character", "a".repeat(size), `${"a".repeat(size / 2)}b`],
    ["a run that is never the end", `${"a".repeat(size)}b`, "a".repeat(size)],
    [
      "many runs that are nearly the same",
      `${"a".repeat(99)}b`.repeat(size / 100),
      `${"a".repeat(100)}b`.repeat(size / 100),
    ],
    ["a word that nearly repeats itself", fibonacciWord(size), fibonacciWord(size).slice(size / 3)],
    ["a whole start-over", "one two three ".repeat(size / 14), "one two three ".repeat(size / 7)],
    ["white space", `word${" ".repeat(size)}`, `${" ".repeat(size - 1)}\n`],
    [
      "white space that is nearly the same",
      `word${" ".repeat(size / 2)}\n${" ".repeat(size / 2)}`,
      " ".repeat(size),
    ],
    ["marks on one character", `e${"\u0301".repeat(size)}`, `e${"\u0301".repeat(size)}`],
    ["one long word that goes another way", `${"x".repeat(size)}y`, `${"x".repeat(size)}z`],
  ]

  // Work that grows with the square of the size takes minutes, on any machine.
  it.each(runs)("%s", (_fact, prefix, fresh) => {
    for (const mode of ["prefill", "instruction"] as const) {
      const result = joined(
        mode,
        prefix,
        Array.from({ length: fresh.length }, (_, at) => fresh.charAt(at)),
      )
      expect(result).toBe(joined(mode, prefix, [fresh]))
    }
  })
})
