/** Keeps what every WebSocket of this process is sent by its server, frame by frame, as text. */
import { vi } from "@effect/vitest"

const frames: Array<string> = []

class RecordedWebSocket extends WebSocket {
  constructor(...address: ConstructorParameters<typeof WebSocket>) {
    super(...address)
    this.binaryType = "arraybuffer"
    this.addEventListener("message", ({ data }: MessageEvent<string | ArrayBuffer>) => {
      frames.push(typeof data === "string" ? data : new TextDecoder().decode(data))
    })
  }
}

/** From now on, for the sockets that this test file opens. */
export const recordSockets = (): ReadonlyArray<string> => {
  vi.stubGlobal("WebSocket", RecordedWebSocket)
  return frames
}
