/** The doors for archives on a real server over a store of their own, behind the guard. */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpRouter from "effect/http/HttpRouter"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import { layerArchiveRoutes } from "@/server/archive/routes"
import { guard } from "@/server/web/security"
import { ConversationArchiveLive } from "@/services/conversations/archive/ConversationArchiveLive"
import { ChangeFeedLive } from "@/services/conversations/ChangeFeed"
import { ConversationStore } from "@/services/conversations/ConversationStore"

export const startArchiveServer = <E, R>(store: Layer.Layer<ConversationStore, E, R>) =>
  Effect.map(
    Layer.build(
      HttpRouter.serve(layerArchiveRoutes, {
        middleware: guard({ host: "127.0.0.1", port: 0, token: undefined }),
        disableLogger: true,
        disableListenLog: true,
      }).pipe(
        Layer.provideMerge(ConversationArchiveLive),
        Layer.provide(ChangeFeedLive),
        Layer.provideMerge(store),
        Layer.provideMerge(NodeHttpServer.layer(() => createServer(), { host: "127.0.0.1", port: 0 })),
      ),
    ),
    (context) => {
      const { address } = Context.get(context, HttpServer.HttpServer)
      return {
        url: `http://127.0.0.1:${"port" in address ? address.port : 0}`,
        port: "port" in address ? address.port : 0,
        store: Context.get(context, ConversationStore),
      }
    },
  )
