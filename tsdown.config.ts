/** Builds the Node side: the CLI with its server, and the library for those who embed it. */
import { defineConfig, type UserConfig } from "tsdown"

const shared = {
  format: "esm",
  platform: "node",
  target: "node22.19",
  fixedExtension: false,
  inputOptions: { checks: { pluginTimings: false } },
} satisfies UserConfig

export default defineConfig([
  {
    ...shared,
    name: "node",
    entry: { cli: "src/cli/main.ts" },
    outDir: "dist/node",
    dts: false,
    sourcemap: true,
  },
  {
    ...shared,
    name: "library",
    entry: {
      index: "src/services/ai/index.ts",
      runtime: "src/services/runtime.ts",
      configuration: "src/services/configuration/index.ts",
      telemetry: "src/services/telemetry/index.ts",
    },
    outDir: "dist/library",
    platform: "neutral",
    dts: true,
  },
])
