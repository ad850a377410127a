/** A Commander in this process: the real server over the real services, with a data folder of its own. */
import { mkdirSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as HttpServer from "effect/http/HttpServer"
import * as Layer from "effect/Layer"
import * as Logger from "effect/Logger"
import type * as ManagedRuntime from "effect/ManagedRuntime"
import * as References from "effect/References"
import type * as Scope from "effect/Scope"
import { pageRuntimeAt, type PageServices } from "@/client/pageRuntime"
import type { LineOptions } from "@/client/rpcClient"
import { rpcPath } from "@/rpc/CommanderRpcs"
import { layerSources } from "@/server/configurationFiles"
import { layerServer } from "@/server/main"
import { layerChats, layerFrom } from "@/server/services"
import type { Access } from "@/server/web/security"
import { ConfigurationSources, type ConfigError, type ConfigurationService } from "@/services/configuration"
import type { ConversationService } from "@/services/conversations/ConversationService"
import type { ConversationStore } from "@/services/conversations/ConversationStore"
import { layerMemoryStore } from "@/services/conversations/memoryStore"
import type { AiServices } from "@/services/runtime"
import { temporaryFolder } from "./temporaryFolder"

type Services = AiServices | ConfigurationService

export interface CommanderOptions {
  /** Written into `.env`; the environment of the test's own process is not read. */
  readonly values?: Readonly<Record<string, string>>
  readonly access?: Partial<Access>
  readonly services?: (sources: Layer.Layer<ConfigurationSources>) => Layer.Layer<Services, ConfigError>
  /** In memory when absent. */
  readonly store?: Layer.Layer<ConversationStore>
  /** In place of the real ones over the store. */
  readonly conversations?: Layer.Layer<ConversationService>
}

export interface Commander {
  /** Without a slash at its end. */
  readonly url: string
  readonly rpcUrl: string
  readonly port: number
  /** Holds the data and is the working folder. */
  readonly folder: string
  /** What was logged, at every level. */
  readonly lines: ReadonlyArray<string>
}

export const pageText = "<!doctype html><title>Commander</title>"

export const startCommander = ({
  values = {},
  access = {},
  services = layerFrom,
  store = layerMemoryStore,
  conversations,
}: CommanderOptions): Effect.Effect<Commander, ConfigError, Scope.Scope> =>
  Effect.gen(function* () {
    const folder = yield* temporaryFolder
    writeFileSync(join(folder, ".env"), dotEnvOf(values))
    const pageFolder = join(folder, "page")
    mkdirSync(pageFolder)
    writeFileSync(join(pageFolder, "index.html"), pageText)
    const lines: Array<string> = []
    const server = yield* Layer.build(
      layerServer({
        access: { host: "127.0.0.1", port: 0, token: undefined, ...access },
        pageFolder,
      }).pipe(
        Layer.provide(conversations ?? Layer.empty),
        Layer.provide(layerChats(store)),
        Layer.provide(services(sourcesIn(folder))),
        Layer.provide(recordingLogger(lines)),
      ),
    )
    const { address } = Context.get(server, HttpServer.HttpServer)
    const port = "port" in address ? address.port : 0
    return {
      url: `http://127.0.0.1:${port}`,
      rpcUrl: `ws://127.0.0.1:${port}${rpcPath}`,
      port,
      folder,
      lines,
    }
  })

export const dotEnvOf = (values: Readonly<Record<string, string>>): string =>
  Object.entries(values)
    .map(([name, value]) => `${name}='${value}'\n`)
    .join("")

/** The files of a folder without the environment of this process. */
export const sourcesIn = (folder: string): Layer.Layer<ConfigurationSources> =>
  Layer.effect(
    ConfigurationSources,
    Effect.map(ConfigurationSources, (sources) => ({
      ...sources,
      others: sources.others.filter(({ origin }) => origin !== "environment"),
    })),
  ).pipe(Layer.provide(layerSources({ dataFolder: folder, workingFolder: folder })))

/** Takes every line at every level, with the cause where there is one. */
export const recordingLogger = (lines: Array<string>): Layer.Layer<never> =>
  Layer.merge(
    Logger.layer([
      Logger.map(Logger.formatLogFmt, (line) => {
        lines.push(line)
      }),
    ]),
    Layer.succeed(References.MinimumLogLevel, "Trace"),
  )

export type Page = ManagedRuntime.ManagedRuntime<PageServices, never>

/** A page that is connected to the server, with its own line; closed with the scope. */
export const openPage = (rpcUrl: string, options?: LineOptions): Effect.Effect<Page, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => pageRuntimeAt(rpcUrl, options)),
    (page) => Effect.promise(() => page.dispose()),
  )

/** Runs an effect with the services that the page has. */
export const onPage =
  (page: Page) =>
  <A, E, R>(effect: Effect.Effect<A, E, R>): Effect.Effect<A, E, Exclude<R, PageServices>> =>
    Effect.flatMap(page.contextEffect, (services) => Effect.provide(effect, services))
