/** A deed as what is done on the socket. Pure. */
import type { Deed } from "./Fault"
import { refusesPrefill } from "./message"
import { redirectReply, refusalReply, replySteps } from "./replies"
import type { Exchange, Step } from "./Step"
import { headersAlone, streamSteps } from "./streamSteps"
import { wholeSteps } from "./wholeSteps"

export const stepsOf = (deed: Deed, exchange: Exchange): Iterable<Step> => {
  const { dialect, asked, request, sequence } = exchange
  switch (deed.does) {
    case "answer":
      if (refusesPrefill(deed, asked))
        return replySteps(
          request,
          refusalReply(exchange, { status: 400, kind: "prefill-refused", headers: {} }),
        )
      return asked.streams ? streamSteps(deed, exchange) : wholeSteps(deed, exchange)
    case "refuse":
      return replySteps(request, refusalReply(exchange, deed))
    case "reply":
      return replySteps(request, { ...deed, headers: dialect.headers(sequence) })
    case "redirect":
      return replySteps(request, redirectReply(exchange, deed.status))
    case "silence":
      return deed.headers ? headersAlone(exchange) : [{ type: "end", connection: "open", ended: "stalling" }]
    case "reset":
      return [{ type: "end", connection: "reset", ended: "reset" }]
  }
}
