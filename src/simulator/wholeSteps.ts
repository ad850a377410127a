/** An answer in one piece. It breaks inside its body; what concerns events alone does not concern it. Pure. */
import * as Duration from "effect/Duration"
import type { Answering, Breaking } from "./Fault"
import { bytesOf, headBytes } from "./httpResponse"
import { messageOf } from "./message"
import { jsonReply, refusalReply, replySteps } from "./replies"
import type { Exchange, Step } from "./Step"

export const wholeSteps = (answer: Answering, exchange: Exchange): ReadonlyArray<Step> => {
  const { dialect, request, sequence } = exchange
  const { ends, headersDelay, firstTokenDelay } = answer
  const waiting: Step = { type: "wait", duration: Duration.sum(headersDelay, firstTokenDelay) }
  // There is no stream for an error to be in.
  if (ends !== "whole" && ends.how === "error")
    return [waiting, ...replySteps(request, refusalReply(exchange, { ...ends, status: 500, headers: {} }))]
  const message = messageOf(answer, exchange)
  const reply = jsonReply(200, dialect.whole(message), dialect.headers(sequence))
  if (ends === "whole") return [waiting, ...replySteps(request, reply)]
  const body = bytesOf(reply.body)
  const share = Math.min(ends.after / Math.max(message.pieces.length, 1), 1)
  const written = body.subarray(0, Math.min(Math.floor(body.length * share), body.length - 1))
  return [
    waiting,
    {
      type: "write",
      bytes: headBytes({ ...reply, framing: { length: body.length }, keepsAlive: request.keepsAlive }),
      holds: "head",
    },
    { type: "write", bytes: written, holds: "other" },
    breakings[ends.how],
  ]
}

const fin: Step = { type: "end", connection: "fin", ended: "cut" }
const stall: Step = { type: "end", connection: "open", ended: "stalling" }

const breakings: Readonly<Record<Breaking["how"], Step>> = {
  fin,
  unterminated: fin,
  clean: fin,
  reset: { type: "end", connection: "reset", ended: "reset" },
  stall,
  pings: stall,
}
