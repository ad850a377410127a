/** Five kinds of tests, by folder. `e2e` drives real processes and a browser: alone, after the others. */
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const project = (
  name: string,
  options: { testTimeout: number; fileParallelism?: boolean; order?: number },
) => ({
  extends: true as const,
  test: {
    name,
    include: [`src/tests/${name}/**/*.test.{ts,tsx}`],
    testTimeout: options.testTimeout,
    hookTimeout: options.testTimeout,
    fileParallelism: options.fileParallelism ?? true,
    sequence: { groupOrder: options.order ?? 0 },
  },
})

export default defineConfig({
  resolve: { alias: { "@": fileURLToPath(new URL("src", import.meta.url)) } },
  test: {
    environment: "node",
    passWithNoTests: true,
    projects: [
      project("unit", { testTimeout: 10_000 }),
      project("contract", { testTimeout: 10_000 }),
      project("integration", { testTimeout: 60_000 }),
      project("tooling", { testTimeout: 120_000 }),
      project("e2e", { testTimeout: 120_000, fileParallelism: false, order: 1 }),
    ],
  },
})
