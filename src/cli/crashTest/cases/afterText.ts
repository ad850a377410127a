/** Cases in which an answer breaks off after it began. */
import type { FaultName } from "@/simulator/faults"
import { oneRun, type OneRun } from "../CrashCase"

const rescued = ["second-target", "rescue"] as const

/** The preferred target breaks off, and the next one is well. */
const broken = (name: string, what: string, fault: FaultName): OneRun =>
  oneRun({
    name,
    what,
    script: { preferred: [fault] },
    needs: rescued,
    expects: ["whole"],
    otherwise: ["incomplete"],
  })

export const afterText: ReadonlyArray<OneRun> = [
  broken("cut-by-fin", "the connection closes after 40 of 60 tokens", "cut-after-40-fin"),
  broken("cut-by-reset", "the connection is reset after 40 of 60 tokens", "cut-after-40-reset"),
  broken(
    "cut-without-last-chunk",
    "the chunked body stops after 40 of 60 tokens",
    "cut-after-40-unterminated",
  ),
  broken(
    "cut-without-finish",
    "the body ends after 40 of 60 tokens, without a finish reason",
    "cut-after-40-clean",
  ),
  broken("stall", "silence after 20 tokens", "stall-after-20"),
  broken("error-after-text", "an error inside the stream, after 20 tokens", "error-after-20"),
  broken("malformed-stream", "three lines in the middle that are not JSON", "malformed-lines-3"),
  oneRun({
    name: "accounting-after-fail-over",
    what: "500, then a cut: tokens and costs of all attempts add up",
    script: { preferred: ["server-error", "cut-after-40-fin"] },
    needs: rescued,
    expects: ["whole"],
    otherwise: ["incomplete", { refused: ["ServerError"] }],
  }),
  oneRun({
    name: "rescuer-refuses-prefill",
    what: "a rescuer refuses the text as a beginning of its own",
    script: {
      preferred: ["cut-after-40-fin"],
      fallback: ["server-error"],
      others: ["server-error"],
      prefilled: ["rejects-prefill"],
    },
    needs: ["rescue", "prefill"],
    expects: ["whole"],
    otherwise: ["incomplete"],
  }),
  oneRun({
    name: "rescuer-starts-over",
    what: "the rescuer begins the answer from its first word again",
    script: {
      preferred: ["cut-after-40-fin"],
      fallback: ["starts-over"],
      others: ["starts-over"],
    },
    needs: rescued,
    expects: ["whole"],
    otherwise: ["incomplete"],
  }),
  oneRun({
    name: "rescuer-dies-too",
    what: "the rescuer breaks off after ten tokens of its own",
    script: { preferred: ["cut-after-40-fin"], fallback: ["cut-after-10-fin"] },
    needs: ["third-target", "rescue"],
    expects: ["whole"],
    otherwise: ["incomplete"],
  }),
  oneRun({
    name: "nobody-rescues",
    what: "the answer breaks off and everyone else fails",
    script: {
      preferred: ["cut-after-40-fin", "server-error"],
      fallback: ["server-error"],
      others: ["server-error"],
    },
    expects: ["incomplete"],
  }),
]
