/** Comments where a stream is silent, so that proxies between do not take it for dead. */
import * as Duration from "effect/Duration"
import * as Stream from "effect/Stream"

export const defaults = {
  /** After every such period without a byte there is a comment: silence lasts less than twice as long. */
  period: Duration.seconds(5),
}

/** Clients skip lines that begin with a colon (WHATWG HTML §9.2.6). */
const comment = new TextEncoder().encode(": keep-alive\n\n")

export const keepingAlive = (body: Stream.Stream<Uint8Array>): Stream.Stream<Uint8Array> =>
  Stream.suspend(() => {
    let isSilent = false
    const spoken = Stream.mapArray(body, (bytes) => {
      isSilent = false
      return bytes
    })
    const comments = Stream.tick(defaults.period).pipe(
      Stream.drop(1),
      Stream.filter(() => {
        const wasSilent = isSilent
        isSilent = true
        return wasSilent
      }),
      Stream.map(() => comment),
    )
    return Stream.merge(spoken, comments, { haltStrategy: "left" })
  })
