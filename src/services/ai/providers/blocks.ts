/** The bookkeeping that every dialect shares: opens and closes text, reasoning and tool blocks around their deltas. */
import type * as Response from "effect/ai/Response"
import * as Json from "../wire/json"
import { makeTextBlocks } from "../wire/textBlocks"

type Part = Response.StreamPartEncoded

export interface Blocks {
  readonly text: (delta: string) => ReadonlyArray<Part>
  readonly reasoning: (delta: string) => ReadonlyArray<Part>
  readonly toolStart: (id: string, name: string) => ReadonlyArray<Part>
  readonly toolParams: (id: string, delta: string) => ReadonlyArray<Part>
  /**
   * Ends what is open, and the answer; a tool call is handed on whole here. Arguments that are not JSON are an error, unless the
   * answer was cut by its length limit or a filter: then the unfinished call is left out.
   */
  readonly finish: (
    reason: Response.FinishReason,
    usage: typeof Response.Usage.Encoded,
  ) => ReadonlyArray<Part>
}

interface OpenTool {
  readonly id: string
  readonly name: string
  params: string
}

export const makeBlocks = (): Blocks => {
  const { write, close } = makeTextBlocks()
  let tools: Array<OpenTool> = []

  return {
    text: (delta) => write("text", delta),
    reasoning: (delta) => write("reasoning", delta),
    toolStart: (id, name) => {
      tools.push({ id, name, params: "" })
      return [...close(), { type: "tool-params-start", id, name }]
    },
    toolParams: (id, delta) => {
      const tool = tools.find((candidate) => candidate.id === id)
      if (tool === undefined || delta === "") return []
      tool.params += delta
      return [{ type: "tool-params-delta", id, delta }]
    },
    finish: (reason, usage) => {
      const closing = [...close(), ...tools.flatMap((tool) => closeTool(tool, reason))]
      tools = []
      return [...closing, { type: "finish", reason, usage, response: undefined }]
    },
  }
}

const closeTool = ({ id, name, params }: OpenTool, reason: Response.FinishReason): ReadonlyArray<Part> => {
  const isCut = reason === "length" || reason === "content-filter"
  // A tool without parameters may be called with nothing, but nothing may also be all that came before a cut.
  const parsed = params.trim() === "" && !isCut ? {} : Json.parse(params)
  const end: Part = { type: "tool-params-end", id }
  if (parsed !== undefined) return [end, { type: "tool-call", id, name, params: parsed }]
  return isCut
    ? [end]
    : [end, { type: "error", error: `the arguments of the call to "${name}" are not JSON` }]
}
