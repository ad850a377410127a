/**
 * Proves that `npm run imports` is alive: under some TypeScript versions the checker sees no module at all and
 * passes. A tree of planted imports must be reported, each by its rule, and the real tree must be seen whole.
 */
import { spawnSync } from "node:child_process"
import { copyFileSync, globSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { tmpdir } from "node:os"
import { dirname, join } from "node:path"
import { afterAll, beforeAll, describe, expect, it } from "vitest"

const root = process.cwd()
const config = join(root, ".dependency-cruiser.cjs")

interface Report {
  readonly modules: ReadonlyArray<{ readonly source: string }>
  readonly summary: {
    readonly violations: ReadonlyArray<{ readonly from: string; readonly rule: { readonly name: string } }>
  }
}

const cruise = (folder: string): Report => {
  const program = join(root, "node_modules/dependency-cruiser/bin/dependency-cruise.mjs")
  const args = [program, "src", "--config", config, "--output-type", "json"]
  const run = spawnSync(process.execPath, args, { cwd: folder, encoding: "utf8", maxBuffer: 100_000_000 })
  expect(run.stderr).toBe("")
  return JSON.parse(run.stdout) as Report
}

const ai = "services/ai"

/** importing file → what it imports, and the rule that forbids it; paths below src/. */
const forbidden: ReadonlyArray<readonly [from: string, statement: string, rule: string]> = [
  ["services/ai/core/a.ts", `import "@/services/ai/wire/sse"`, "core"],
  ["services/ai/core/b.ts", `import type {} from "../wire/sse"`, "core"],
  ["services/ai/wire/a.ts", `import "@/services/configuration/Configuration"`, "wire"],
  ["services/configuration/a.ts", `import "@/services/telemetry/Telemetry"`, "configuration"],
  ["services/configuration/b.ts", `import type {} from "@/services/ai/orchestration/Plan"`, "configuration"],
  ["services/configuration/c.ts", `import "@/services/ai/orchestration/AiPlan"`, "configuration-types-only"],
  ["services/telemetry/a.ts", `import "@/services/ai/wire/sse"`, "telemetry"],
  ["services/ai/providers/openai/a.ts", `import "@/services/ai/orchestration/Plan"`, "providers"],
  [
    "services/ai/providers/openai/b.ts",
    `import "@/services/ai/providers/anthropic/request"`,
    "providers-apart",
  ],
  ["services/ai/providers/openai/c.ts", `import "../index"`, "providers-apart"],
  ["services/ai/providers/ollama/a.ts", `import "../openai/request"`, "ollama-over-openai-client"],
  ["services/ai/providers/ollama/b.ts", `import "../anthropic/request"`, "ollama-over-openai-client"],
  ["services/ai/providers/helper.ts", `import "./openai/request"`, "provider-helpers-know-no-provider"],
  ["services/ai/orchestration/a.ts", `import "@/services/ai/providers/openai/request"`, "orchestration"],
  ["services/ai/orchestration/b.ts", `import "@/services/conversations/Conversations"`, "orchestration"],
  ["services/ai/index.ts", `import "@/services/runtime"`, "ai"],
  ["services/conversations/a.ts", `import "@/services/ai/orchestration/PlanExecutor"`, "conversations"],
  ["services/conversations/b.ts", `import "@/services/configuration/Configuration"`, "conversations"],
  ["services/runtime.ts", `import "@/rpc/contract"`, "runtime"],
  ["rpc/a.ts", `import "@/services/ai/wire/sse"`, "rpc"],
  ["rpc/b.ts", `import "@/services/configuration/index"`, "rpc"],
  ["client/a.ts", `import "@/services/configuration/ConfigurationLive"`, "client"],
  ["client/b.ts", `import "@/services/ai/providers/openai/request"`, "client"],
  ["client/c.ts", `import "@/server/main"`, "client"],
  ["simulator/a.ts", `import "@/services/configuration/Configuration"`, "simulator"],
  ["server/a.ts", `import "@/hooks/ai/useAgentChat"`, "server"],
  ["server/b.ts", `import "@/client/runtime"`, "server"],
  ["cli/a.ts", `import "@/components/ai/Pane"`, "cli"],
  ["hooks/ai/a.ts", `import "@/components/ai/Pane"`, "hooks"],
  ["hooks/ai/b.ts", `import "@/services/configuration/ConfigurationLive"`, "hooks-types-only"],
  ["components/ai/a.tsx", `import "@/client/runtime"`, "components"],
  ["components/ai/b.tsx", `import "@/services/ai/core/message"`, "components-types-only"],
  [
    "components/ai/b2.tsx",
    `import { type Message, other } from "@/services/ai/core/message"`,
    "components-types-only",
  ],
  ["components/ai/c.tsx", `import type {} from "effect"`, "components-no-effect"],
  ["components/ai/d.tsx", `import "effect/Effect"`, "components-no-effect"],
  ["app/a.tsx", `import "@/server/main"`, "app"],
  ["app/b.tsx", `import "@/services/ai/core/message"`, "app-types-only"],
  ...["services/ai/core", "services", "rpc", "client", "hooks", "components", "app"].flatMap((place) => [
    [`${place}/node1.ts`, `import "node:fs"`, "no-node"] as const,
    [`${place}/node2.ts`, `import "path"`, "no-node"] as const,
    [`${place}/node3.ts`, `import "undici"`, "no-node-packages"] as const,
    [
      `${place}/node4.ts`,
      `import type {} from "@effect/platform-node/NodeHttpServer"`,
      "no-node-packages",
    ] as const,
  ]),
  ["server/t.ts", `import "@/tests/support/fake"`, "no-tests"],
  ["cli/circle.ts", `import type {} from "./main"`, "no-circle"],
  ["server/unresolvable.ts", `import "@/server/absent"`, "resolvable"],
  ["elsewhere/a.ts", `import "@/server/main"`, "in-the-table"],
]

const allowed: ReadonlyArray<readonly [from: string, statement: string]> = [
  ["services/ai/wire/ok.ts", `import "@/services/ai/core/message"`],
  ["services/configuration/ok.ts", `import type {} from "@/services/ai/orchestration/AiPlan"`],
  ["services/ai/providers/openai/ok.ts", `import "../helperOk"\nimport "../../wire/sse"`],
  ["services/ai/providers/ollama/ok.ts", `import "../openai/OpenAIClient"`],
  ["services/ai/providers/index.ts", `import "./openai/request"`],
  ["services/ai/orchestration/ok.ts", `import "@/services/ai/wire/sse"\nimport "@/services/telemetry/index"`],
  ["services/conversations/ok.ts", `import "@/services/ai/orchestration/Plan"`],
  ["rpc/ok.ts", `import "@/services/ai/orchestration/Plan"`],
  [
    "client/ok.ts",
    `import "effect/Effect"\nimport "@/rpc/contract"\nimport "@/services/configuration/Configuration"`,
  ],
  ["hooks/ai/ok.ts", `import "@/client/runtime"\nimport "@/services/ai/orchestration/Plan"`],
  [
    "components/ai/ok.tsx",
    `import "@/hooks/ai/useAgentChat"\nimport type {} from "@/services/ai/core/message"`,
  ],
  ["app/ok.tsx", `import "@/components/ai/Pane"\nimport "@/client/runtime"`],
  [
    "server/ok.ts",
    `import "node:fs"\nimport "undici"\nimport "@/services/runtime"\nimport "@/simulator/main"`,
  ],
  ["tests/unit/ok.ts", `import "@/components/ai/Pane"\nimport "../support/fake"`],
]

const imported = [
  `${ai}/core/message.ts`,
  `${ai}/wire/sse.ts`,
  `${ai}/providers/helperOk.ts`,
  `${ai}/providers/openai/request.ts`,
  `${ai}/providers/openai/OpenAIClient.ts`,
  `${ai}/providers/anthropic/request.ts`,
  `${ai}/orchestration/AiPlan.ts`,
  `${ai}/orchestration/Plan.ts`,
  `${ai}/orchestration/PlanExecutor.ts`,
  "services/configuration/Configuration.ts",
  "services/configuration/ConfigurationLive.ts",
  "services/configuration/index.ts",
  "services/conversations/Conversations.ts",
  "services/telemetry/Telemetry.ts",
  "services/telemetry/index.ts",
  "rpc/contract.ts",
  "client/runtime.ts",
  "server/main.ts",
  "simulator/main.ts",
  "hooks/ai/useAgentChat.ts",
  "components/ai/Pane.tsx",
  "tests/support/fake.ts",
]

describe("the import rules", () => {
  const folder = mkdtempSync(join(tmpdir(), "commander-imports-"))
  const write = (file: string, content: string): void => {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), content)
  }
  let reported: ReadonlyArray<string> = []
  let rulesReported: ReadonlySet<string> = new Set()

  beforeAll(() => {
    copyFileSync(join(root, "tsconfig.json"), join(folder, "tsconfig.json"))
    write(
      "package.json",
      `{ "dependencies": { "effect": "*", "undici": "*", "@effect/platform-node": "*" } }`,
    )
    for (const [name, file] of [
      ["effect", "Effect.js"],
      ["undici", "index.js"],
      ["@effect/platform-node", "NodeHttpServer.js"],
    ] as const) {
      write(
        `node_modules/${name}/package.json`,
        `{ "name": "${name}", "exports": { ".": "./${file}", "./*": "./*.js" } }`,
      )
      write(`node_modules/${name}/${file}`, "export {}")
    }
    for (const file of imported) write(`src/${file}`, "export {}")
    write("src/cli/main.ts", `import "./circle"`)
    for (const [from, statement] of [...allowed, ...forbidden]) write(`src/${from}`, statement)
    const { violations } = cruise(folder).summary
    reported = violations.map(({ from, rule }) => `${from.slice("src/".length)}: ${rule.name}`)
    rulesReported = new Set(violations.map(({ rule }) => rule.name))
  })
  afterAll(() => rmSync(folder, { recursive: true }))

  it.each(forbidden)("%s may not say %s", (from, _statement, rule) => {
    expect(reported).toContain(`${from}: ${rule}`)
  })

  it.each(allowed)("%s may say %s", (from) => {
    expect(reported.filter((one) => one.startsWith(`${from}:`))).toEqual([])
  })

  it("are each proven by a planted import", () => {
    const { forbidden: rules } = createRequire(import.meta.url)(config) as {
      forbidden: ReadonlyArray<{ name: string }>
    }
    expect([...rulesReported].toSorted()).toEqual(rules.map(({ name }) => name).toSorted())
  })

  it("see every source file of this project", () => {
    const seen = new Set(cruise(root).modules.map(({ source }) => source))
    const files = globSync("src/**/*.{ts,tsx}", { cwd: root })
    expect(files.length).toBeGreaterThan(0)
    expect(files.filter((file) => !seen.has(file))).toEqual([])
  })
})
