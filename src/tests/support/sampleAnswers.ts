/** Answers of every provider as their events, recorded and made up, with what each of them says. */
import { readFileSync } from "node:fs"
import type * as Response from "effect/ai/Response"
import * as Arr from "effect/Array"
import { closing, opening, thought, type Dialect } from "./dialects"
import type { Speaker } from "./referenceReader"

export interface SampleAnswer {
  readonly name: string
  /** Each with its blank line. */
  readonly events: ReadonlyArray<string>
  readonly text: string
  /** What its tool calls ask the weather of. */
  readonly cities: ReadonlyArray<string>
  /** Absent when it breaks off. */
  readonly end: Response.FinishReason | undefined
}

export type SpeakerName = "openai" | "ollama" | "compatible" | "bare" | "anthropic"

export interface SampleSpeaker extends Speaker {
  readonly name: SpeakerName
  readonly answers: Arr.NonEmptyReadonlyArray<SampleAnswer>
  /** Whether an event tells that the answer is complete. */
  readonly tellsTheEnd: (event: string) => boolean
}

const recordings: Arr.NonEmptyReadonlyArray<Omit<SampleAnswer, "events">> = [
  { name: "text", text: "Zürich ist schön 👩‍🚀: Gruß\naus der Stadt.", cities: [], end: "stop" },
  { name: "tool-calls", text: "", cities: ["Zürich", "Bern"], end: "tool-calls" },
  { name: "length", text: "Zürich ist", cities: [], end: "length" },
  { name: "cut", text: "Zürich ist schön 👩‍🚀: Gruß\n", cities: [], end: undefined },
]

const recorded = (folder: string): Arr.NonEmptyReadonlyArray<SampleAnswer> =>
  Arr.map(recordings, (recording) => {
    const file = new URL(`../contract/fixtures/${folder}/${recording.name}.txt`, import.meta.url)
    return { ...recording, events: readFileSync(file, "utf8").split(/(?<=\n\r?\n)/) }
  })

const texts: Arr.NonEmptyReadonlyArray<string> = [
  "",
  "Yes.",
  "漢字 e\u0301 👍🏽 \u0000 \u2028 عربى",
  'data: [DONE] "quoted" \\ {"finish_reason":"stop"}\n\n',
]

const madeUp = (dialect: Dialect): Arr.NonEmptyReadonlyArray<SampleAnswer> =>
  Arr.map(texts, (text) => ({
    name: JSON.stringify(text),
    events: [
      ...(dialect === "messages" ? [] : [thought("hm")]),
      ...opening(dialect, text),
      ...closing(dialect),
    ],
    text,
    cities: [],
    end: "stop",
  }))

const holdsReason = (event: string): boolean => /"(finish|stop)_reason":"/.test(event)

const speaker = (name: SpeakerName, dialect: Dialect): SampleSpeaker => ({
  name,
  dialect,
  neverSendsFinishReason: false,
  answers: Arr.appendAll(recorded(name), madeUp(dialect)),
  tellsTheEnd: holdsReason,
})

const compatible = speaker("compatible", "chat-completions")

/** An endpoint whose only end is the marker; it has no word for a limit. */
const bare: SampleSpeaker = {
  ...compatible,
  name: "bare",
  neverSendsFinishReason: true,
  answers: Arr.map(compatible.answers, (answer) => ({
    ...answer,
    events: answer.events.filter((event) => !holdsReason(event)),
    end: answer.end === "length" ? "stop" : answer.end,
  })),
  tellsTheEnd: (event) => holdsReason(event) || /^data: ?\[DONE\]/m.test(event),
}

export const speakers: Arr.NonEmptyReadonlyArray<SampleSpeaker> = [
  speaker("openai", "chat-completions"),
  speaker("ollama", "chat-completions"),
  compatible,
  bare,
  speaker("anthropic", "messages"),
]
