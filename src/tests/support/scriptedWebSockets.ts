/** WebSockets without a network: a test opens, feeds and drops them, under a virtual clock. */
import * as Layer from "effect/Layer"
import * as Socket from "effect/socket/Socket"

export class ScriptedWebSocket extends EventTarget implements Socket.WebSocketLike {
  readyState = 0
  readonly sent: Array<string | Uint8Array> = []

  send(data: string | Uint8Array): void {
    this.sent.push(data)
  }

  close(): void {
    this.readyState = 3
  }

  opens(): void {
    this.readyState = 1
    this.dispatchEvent(new Event("open"))
  }

  says(data: string): void {
    this.dispatchEvent(new MessageEvent("message", { data }))
  }

  drops(): void {
    this.readyState = 3
    this.dispatchEvent(new Event("error"))
  }
}

/** @param began is told of every WebSocket when it is made */
export const layerScripted = (
  began: (socket: ScriptedWebSocket) => void,
): Layer.Layer<Socket.WebSocketConstructor> =>
  Layer.succeed(Socket.WebSocketConstructor, () => {
    const socket = new ScriptedWebSocket()
    began(socket)
    return socket
  })
