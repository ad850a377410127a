/** The transports that the contract suite runs on: the portable one, and the one of the server. */
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { layerUndici } from "@/server/transport"
import { layerHttpClient, type HttpTransport } from "@/services/ai/wire/HttpTransport"

export interface NamedTransport {
  readonly name: string
  readonly layer: Layer.Layer<HttpTransport>
}

export const fetchTransport: NamedTransport = {
  name: "fetch",
  layer: Layer.provide(layerHttpClient, FetchHttpClient.layer),
}

export const undiciTransport: NamedTransport = { name: "undici", layer: layerUndici }

export const transports: ReadonlyArray<NamedTransport> = [fetchTransport, undiciTransport]
