/** An `HttpTransport` in memory: answers with what a test gives it and keeps what it was asked. */
import * as Effect from "effect/Effect"
import * as Stream from "effect/Stream"
import {
  HttpTransport,
  type TransportError,
  type WireRequest,
  type WireResponse,
} from "@/services/ai/wire/HttpTransport"
import { bytesOf } from "./bytes"

export interface FakeTransport {
  readonly transport: HttpTransport["Service"]
  readonly requests: ReadonlyArray<WireRequest>
  /** How many reads of the body were asked for. */
  readonly reads: () => number
  /** How many exchanges have been let go of. */
  readonly released: () => number
}

export interface FakeAnswer {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  /** One element per network read. */
  readonly reads?: ReadonlyArray<string | Uint8Array>
  /** What comes after the reads; the end of the body when absent. */
  readonly then?: Stream.Stream<Uint8Array, TransportError>
}

export const fakeTransport = (answer: FakeAnswer | TransportError): FakeTransport => {
  const requests: Array<WireRequest> = []
  let reads = 0
  let released = 0
  const respond = ({ status, headers, reads: texts = [], then }: FakeAnswer): WireResponse => ({
    status: status ?? 200,
    headers: { "content-type": "text/event-stream", ...headers },
    body: Stream.fromIterable(texts).pipe(
      Stream.rechunk(1),
      Stream.map((read) => {
        reads += 1
        return typeof read === "string" ? bytesOf(read) : read
      }),
      Stream.concat(then ?? Stream.empty),
    ),
  })
  const transport = HttpTransport.of({
    send: (request) =>
      Effect.gen(function* () {
        requests.push(request)
        yield* Effect.addFinalizer(() => Effect.sync(() => (released += 1)))
        if ("_tag" in answer) return yield* Effect.fail(answer)
        return respond(answer)
      }),
  })
  return { transport, requests, reads: () => reads, released: () => released }
}
