/** An upstream of Chat Completions in a process of its own, so that the processor time that is measured is the client's. */
import { fork, type ChildProcess } from "node:child_process"
import { createServer } from "node:http"
import type { AddressInfo } from "node:net"

export interface Upstream {
  readonly port: number
  readonly process: ChildProcess
}

export interface Speech {
  /** Of an answer. */
  readonly tokens: number
  /** Between two tokens of a stream, in milliseconds: so that every token is a network read of its own, as it is in life. */
  readonly pace: number
}

export const tokenText = (index: number): string => ` token${index}`

export const textOf = (tokens: number): string =>
  Array.from({ length: tokens }, (_, index) => tokenText(index)).join("")

export const startUpstream = async ({ tokens, pace }: Speech): Promise<Upstream> => {
  const child = fork(import.meta.filename, [String(tokens), String(pace)])
  const port = await new Promise<number>((resolve) =>
    child.once("message", (value) => resolve(Number(value))),
  )
  return { port, process: child }
}

/** Every token in a network write of its own, with a turn of the event loop between them. */
const serve = ({ tokens, pace }: Speech): void => {
  const chunk = (choice: object): string =>
    `data: ${JSON.stringify({ id: "c", object: "chat.completion.chunk", created: 1, model: "m", choices: [{ index: 0, finish_reason: null, ...choice }] })}\n\n`
  const server = createServer((request, response) => {
    request.resume()
    response.writeHead(200, { "content-type": "text/event-stream" })
    response.socket?.setNoDelay(true)
    let written = 0
    const write = (): void => {
      if (written < tokens) {
        response.write(chunk({ delta: { content: tokenText(written) } }))
        written += 1
        setTimeout(write, pace)
      } else {
        response.write(chunk({ delta: {}, finish_reason: "stop" }))
        response.write(
          `data: ${JSON.stringify({ id: "c", choices: [], usage: { prompt_tokens: 3, completion_tokens: tokens } })}\n\n`,
        )
        response.end("data: [DONE]\n\n")
      }
    }
    write()
  })
  server.listen(0, "127.0.0.1", () => process.send?.((server.address() as AddressInfo).port))
}

const [, file, tokens, pace] = process.argv
if (file === import.meta.filename) serve({ tokens: Number(tokens), pace: Number(pace) })
