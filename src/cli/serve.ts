/** `commander serve`: the server, until it is stopped. */
import * as Console from "effect/Console"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Option from "effect/Option"
import * as Command from "effect/cli/Command"
import * as Flag from "effect/cli/Flag"
import { checkSources } from "@/server/configurationFiles"
import { lockDataFolder, prepareDataFolder } from "@/server/dataFolder"
import { layerServer } from "@/server/main"
import { layerChats, layerFor } from "@/server/services"
import { readAccess } from "@/server/settings"
import { layerFileStore, layerUnusable } from "@/server/store/fileStore"
import { StoreError } from "@/services/conversations/ConversationStore"
import { RunKeeper } from "@/services/conversations/RunKeeper"
import { failWith, layerLogging } from "./logging"
import { pageFolder, places } from "./places"

export const serve = Command.make(
  "serve",
  {
    host: Flag.String("host").pipe(
      Flag.withDescription("Address to listen on (default 127.0.0.1)"),
      Flag.optional,
    ),
    port: Flag.Int("port").pipe(Flag.withDescription("Port to listen on (default 4747)"), Flag.optional),
  },
  ({ host, port }) =>
    Effect.gen(function* () {
      const store = yield* storeIn(places.dataFolder)
      yield* checkSources
      const access = yield* readAccess({
        host: Option.getOrUndefined(host),
        port: Option.getOrUndefined(port),
      })
      const services = yield* Layer.build(
        layerServer({ access, pageFolder }).pipe(Layer.provideMerge(layerChats(store))),
      )
      const { address } = Context.get(services, HttpServer.HttpServer)
      yield* Console.error(`Commander is at ${HttpServer.formatAddress(address)} (stop it with Ctrl-C)`)
      // While the server still stands, so that pages see how their answers end.
      return yield* Effect.onInterrupt(Effect.never, () => Context.get(services, RunKeeper).settle)
    }).pipe(
      Effect.provide(layerFor(places, layerLogging("Info"))),
      Effect.scoped,
      Effect.catch((error) => failWith(error.message)),
    ),
).pipe(Command.withDescription("Serve the chat at http://127.0.0.1:4747"))

/** A folder that cannot be written is no reason not to chat; one that another Commander uses is. */
const storeIn = (folder: string) =>
  Effect.andThen(prepareDataFolder(folder), lockDataFolder(folder)).pipe(
    Effect.as(layerFileStore(folder)),
    Effect.catchIf(
      ({ reason }) => reason === "Unusable",
      ({ message }) =>
        Effect.succeed(layerUnusable(new StoreError({ reason: "ReadOnly", message: `${message}.` }))),
    ),
  )
