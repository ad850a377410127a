/** Where this process keeps and finds things. */
import { fileURLToPath } from "node:url"
import type { Places } from "@/server/configurationFiles"
import { defaultDataFolder } from "@/server/dataFolder"

export const places: Places = { dataFolder: defaultDataFolder(process.env), workingFolder: process.cwd() }

/** The built page lies beside the folder of the built command. */
export const pageFolder: string = fileURLToPath(new URL("../page", import.meta.url))
