/** The transports that the contract suite runs on. */
import * as Layer from "effect/Layer"
import * as FetchHttpClient from "effect/http/FetchHttpClient"
import { layerHttpClient, type HttpTransport } from "@/services/ai/wire/HttpTransport"

export const fetchTransport: Layer.Layer<HttpTransport> = Layer.provide(
  layerHttpClient,
  FetchHttpClient.layer,
)
