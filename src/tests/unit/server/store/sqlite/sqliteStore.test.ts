/** The SQLite store does what every store does. */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import { layerSqliteStore } from "@/server/store/sqlite/sqliteStore"
import { storeContract } from "@/tests/contract/conversationStore"
import { temporaryFolder } from "@/tests/support/temporaryFolder"

storeContract("SQLite", Layer.unwrap(Effect.map(temporaryFolder, (folder) => layerSqliteStore({ folder }))))
