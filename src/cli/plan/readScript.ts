/** A fault script of a file, or in words: what the simulation is told to do. */
import * as Effect from "effect/Effect"
import * as Result from "effect/Result"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Jsonc from "jsonc-parser"
import { readIfThere } from "@/server/files"
import { nameOf } from "@/services/ai/orchestration/PlanEvent"
import type { Survey } from "@/services/ai/orchestration/planReport/survey"
import { FaultScript, isAbout, type Fault } from "@/services/ai/orchestration/planSimulation/Fault"
import { parseFaultWords, type Script } from "@/services/ai/orchestration/planSimulation/faultWords"
import { failWith } from "../logging"

export const scriptInWords = (words: string) => {
  const parsed = parseFaultWords(words)
  return Result.isFailure(parsed) ? failWith(parsed.failure) : Effect.succeed<Script>(parsed.success)
}

export const scriptOfFile = Effect.fnUntraced(function* (path: string) {
  const text = yield* readIfThere(path)
  if (text === undefined) return yield* failWith(`there is no file ${path}`)
  const errors: Array<Jsonc.ParseError> = []
  const value: unknown = Jsonc.parse(text, errors, { allowTrailingComma: true })
  const [syntax] = errors
  if (syntax !== undefined) {
    const line = text.slice(0, syntax.offset).split("\n").length
    return yield* failWith(`${path}: line ${line}: ${Jsonc.printParseErrorCode(syntax.error)}`)
  }
  return yield* Schema.decodeUnknownEffect(FaultScript)(value, { onExcessProperty: "error" }).pipe(
    Effect.catch(({ issue }) => failWith(`${path}: ${explain(issue)}`)),
  )
})

/** The faults, when each is about a target of the plan. */
export const withKnownTargets = (faults: ReadonlyArray<Fault>, { plan, steps }: Survey) => {
  const stranger = faults.find((fault) => !steps.some(({ target }) => isAbout(fault, target)))
  if (stranger === undefined) return Effect.succeed(faults)
  const known = [...new Set(steps.flatMap(({ target }) => [target.provider, nameOf(target)]))]
  return failWith(
    `plan ${plan.name} does not ask "${stranger.target}"; a fault can be of ${known.join(", ")}, or of all`,
  )
}

/** The first issue, by its place in the list, from 0. */
const explain = (issue: SchemaIssue.Issue): string => {
  const [first] = SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues
  if (first === undefined) return "is no list of faults"
  const path = (first.path ?? []).map((segment) =>
    String(typeof segment === "object" ? segment.key : segment),
  )
  return `${path.length === 0 ? "" : `${path.join(".")}: `}${first.message.replace(/\s+/g, " ")}`
}
