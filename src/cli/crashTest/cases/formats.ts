/** Cases in which a stream is written oddly, or its answer is accounted for oddly: nobody may notice. */
import type { FaultName } from "@/simulator/faults"
import { oneRun, type OneRun } from "../CrashCase"

const harmless = (name: string, what: string, fault: FaultName): OneRun =>
  oneRun({
    name,
    what,
    script: { preferred: [fault] },
    expects: ["whole"],
    preferredAtMost: 1,
    usage: "reported",
  })

export const formats: ReadonlyArray<OneRun> = [
  harmless("malformed-line", "a line in the middle that is not JSON", "malformed-lines-1"),
  harmless("no-terminal-event", "a whole answer without [DONE] or message_stop", "without-terminal-event"),
  harmless("split-code-points", "half a UTF-8 code point a write", "split-code-points"),
  harmless("odd-lines", "CR LF, comments, data over several lines", "odd-lines"),
  harmless("unknown-events", "events of a type that nobody knows", "unknown-events"),
  harmless("usage-twice", "the tokens are told twice, first wrongly", "usage-twice"),
  { ...harmless("usage-missing", "the tokens are not told", "usage-missing"), usage: "estimated" },
]
