/** Serves the page, the page's calls, the gateway and a health check on one port, for as long as its scope is open. */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as HttpServerResponse from "effect/http/HttpServerResponse"
import * as HttpStaticServer from "effect/http/HttpStaticServer"
import * as Layer from "effect/Layer"
import * as RpcSerialization from "effect/rpc/RpcSerialization"
import * as RpcServer from "effect/rpc/RpcServer"
import { CommanderRpcs, rpcPath } from "@/rpc/CommanderRpcs"
import type { ChatOrchestratorService, TargetHealth } from "@/services/ai/orchestration"
import type { ProviderRegistry } from "@/services/ai/core"
import { ConfigError, type ConfigurationService } from "@/services/configuration"
import type { ConversationArchive } from "@/services/conversations/archive/ConversationArchive"
import type { ConversationService } from "@/services/conversations/ConversationService"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { layerArchiveRoutes } from "./archive/routes"
import { layerGateway } from "./gateway/routes"
import { handlers } from "./rpc/handlers"
import { guard, type Access } from "./web/security"

export const limits = {
  /** Of one message from the page, in bytes. */
  webSocketPayload: 16 * 1024 * 1024,
  /** Of a request's header, in bytes. */
  header: 16 * 1024,
  /** Of a whole request's coming, in milliseconds: an import over a slow line takes its time. Headers have a limit of Node's. */
  request: 0,
}

export interface ServeOptions {
  readonly access: Access
  /** The built page. */
  readonly pageFolder: string
}

type Services =
  | ChatOrchestratorService
  | ProviderRegistry
  | ConfigurationService
  | TargetHealth
  | ConversationArchive
  | ConversationService
  | ConversationStore

/** The server listens once the layer is built. */
export const layerServer = (
  options: ServeOptions,
): Layer.Layer<HttpServer.HttpServer, ConfigError, Services> => {
  const { host, port } = options.access
  return HttpRouter.serve(routes(options.pageFolder), {
    middleware: guard(options.access),
    disableLogger: true,
    disableListenLog: true,
  }).pipe(
    Layer.provideMerge(
      NodeHttpServer.layer(
        () => createServer({ maxHeaderSize: limits.header, requestTimeout: limits.request }),
        {
          host,
          port,
          websocket: { maxPayload: limits.webSocketPayload },
          gracefulShutdownTimeout: "1 second",
        },
      ),
    ),
    Layer.catchTag("ServeError", ({ cause }) => failing(cannotListen(options.access, cause))),
    Layer.catchTag("PlatformError", ({ message }) =>
      failing(`the page in ${options.pageFolder} cannot be served: ${message}`),
    ),
  )
}

const routes = (pageFolder: string) =>
  Layer.mergeAll(
    RpcServer.layer(CommanderRpcs, { disableFatalDefects: true }).pipe(
      Layer.provide(handlers),
      Layer.provide(RpcServer.layerProtocolWebsocket({ path: rpcPath })),
      Layer.provide(RpcSerialization.layerJson),
    ),
    layerGateway,
    layerArchiveRoutes,
    HttpRouter.add("GET", "/healthz", HttpServerResponse.jsonUnsafe({ status: "ok" })),
    HttpStaticServer.layer({ root: pageFolder, index: "index.html", spa: true, cacheControl: "no-cache" }),
  )

const failing = (message: string): Layer.Layer<HttpServer.HttpServer, ConfigError> =>
  Layer.effect(HttpServer.HttpServer, Effect.fail(new ConfigError({ message })))

const cannotListen = ({ host, port }: Access, cause: unknown): string => {
  const code = cause instanceof Error && "code" in cause ? String(cause.code) : String(cause)
  return `cannot listen on ${host}:${port}: ${listenErrors[code] ?? code}`
}

const listenErrors: Readonly<Record<string, string>> = {
  EADDRINUSE: "the port is taken; stop what uses it, or choose another with COMMANDER_PORT or --port",
  EACCES: "this user may not use that port; choose one above 1023 with COMMANDER_PORT or --port",
  EADDRNOTAVAIL: "this machine has no such address; set COMMANDER_HOST to one that it has",
}
