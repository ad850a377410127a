/** One run whose targets meet a script. */
import * as Effect from "effect/Effect"
import type { ToolDefinition } from "@/services/ai/core"
import type { OneRun } from "../CrashCase"
import { summaryOf, type Finding } from "../Finding"
import { failuresOf } from "../judge"
import { attemptsIn } from "../promises"
import { seenOf } from "../seen"
import type { Stage } from "../Stage"
import { playToItsEnd, unfinished } from "./playing"

const weather: ToolDefinition = {
  name: "weather",
  description: "The weather of a city",
  parameters: { type: "object", properties: { city: { type: "string" } }, required: ["city"] },
}

export const playOneRun = Effect.fnUntraced(function* (stage: Stage, row: OneRun): Effect.fn.Return<Finding> {
  const run = stage.prepare(row.script)
  const ended = yield* playToItsEnd(stage, run, row.asksForTool ? { options: { tools: [weather] } } : {})
  const { events, isOver } = ended
  return {
    failures: isOver
      ? failuresOf(row, stage.rehearsal, { ...ended, toPreferred: run.requestsToPreferred().length })
      : [unfinished],
    attempts: attemptsIn(events).map(summaryOf),
    seen: seenOf(events),
  }
})
