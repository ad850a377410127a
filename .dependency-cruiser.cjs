"use strict";
/** Who may import whom: the table of docs/architecture.md, made into rules. `npm run imports` checks it. */

/** The places a source file can have, under src/. */
const places = {
  core: "services/ai/core/",
  wire: "services/ai/wire/",
  providers: "services/ai/providers/",
  orchestration: "services/ai/orchestration/",
  ai: "services/ai/index\\.ts$",
  conversations: "services/conversations/",
  configuration: "services/configuration/",
  telemetry: "services/telemetry/",
  runtime: "services/runtime\\.ts$",
  rpc: "rpc/",
  client: "client/",
  simulator: "simulator/",
  server: "server/",
  cli: "cli/",
  hooks: "hooks/",
  components: "components/",
  app: "app/",
  tests: "tests/",
};

/** Tags, schemas and other data of a service: all of it but its layers, its executor and the barrel that shows them. */
const contractsOf = (names) =>
  names.map((name) => places[name] + "(?!.*(Live|PlanExecutor)\\.ts$|index\\.ts$)");

const services = Object.keys(places).filter((name) => places[name].startsWith("services/"));
const everyContract = [places.core].concat(
  contractsOf(["orchestration", "conversations", "configuration", "telemetry"]),
);
const at = (names) => names.map((name) => places[name]);
const data = at(services.concat("rpc"));

/** What each place may import besides itself; `types` only with `import type`. */
const table = {
  core: { may: [] },
  wire: { may: at(["core"]) },
  configuration: { may: at(["core"]), types: [places.orchestration + "AiPlan\\.ts$"] },
  telemetry: { may: at(["core"]) },
  providers: { may: at(["core", "wire", "configuration", "telemetry"]) },
  orchestration: { may: at(["core", "wire", "configuration", "telemetry"]) },
  ai: { may: at(["core", "wire", "providers", "orchestration"]) },
  conversations: { may: [places.core].concat(contractsOf(["orchestration"])) },
  runtime: { may: at(services) },
  rpc: { may: everyContract },
  client: { may: everyContract.concat(places.rpc) },
  simulator: { may: at(["core", "wire"]) },
  server: { may: at(services.concat("rpc", "simulator", "cli")) },
  cli: { may: at(services.concat("rpc", "simulator", "server")) },
  hooks: { may: everyContract.concat(places.client), types: data },
  components: { may: at(["hooks"]), types: data },
  app: { may: at(["hooks", "components", "client"]), types: data },
};

const src = (paths) => paths.map((path) => "^src/" + path);

const directions = Object.keys(table).flatMap((name) => {
  const from = { path: src([places[name]]) };
  const { may, types } = table[name];
  const allowed = src([places[name]].concat(may));
  const rule = {
    name,
    severity: "error",
    from,
    to: { path: "^src/", pathNot: allowed.concat(src(types || [])) },
  };
  if (types === undefined) return [rule];
  const onlyTypes = { path: src(types), pathNot: allowed, dependencyTypesNot: ["type-only"] };
  return [rule, { name: name + "-types-only", severity: "error", from, to: onlyTypes }];
});

const provider = "services/ai/providers/";
const providers = [
  {
    name: "providers-apart",
    severity: "error",
    from: { path: "^src/" + provider + "([^/]+)/", pathNot: "^src/" + provider + "ollama/" },
    to: { path: "^src/" + provider + "([^/]+/|index\\.ts$)", pathNot: "^src/" + provider + "$1/" },
  },
  {
    name: "ollama-over-openai-client",
    severity: "error",
    from: { path: "^src/" + provider + "ollama/" },
    to: {
      path: "^src/" + provider + "([^/]+/|index\\.ts$)",
      pathNot: src([provider + "ollama/", provider + "openai/OpenAI[^/]*\\.ts$"]),
    },
  },
  {
    name: "provider-helpers-know-no-provider",
    severity: "error",
    from: { path: "^src/" + provider + "[^/]+\\.ts$", pathNot: "/(index|ProviderRegistry[^/]*)\\.ts$" },
    to: { path: "^src/" + provider + "[^/]+/" },
  },
];

const neutral = "^src/(services|rpc|client|hooks|components|app)/";
const others = [
  {
    name: "no-tests",
    severity: "error",
    from: { path: "^src/", pathNot: "^src/tests/" },
    to: { path: "^src/tests/" },
  },
  { name: "no-node", severity: "error", from: { path: neutral }, to: { dependencyTypes: ["core"] } },
  {
    name: "no-node-packages",
    severity: "error",
    from: { path: neutral },
    to: { path: "node_modules/(@effect/platform-node[^/]*|undici)/" },
  },
  {
    name: "components-no-effect",
    severity: "error",
    from: { path: "^src/components/" },
    to: { path: "node_modules/(effect|@effect/[^/]+)/" },
  },
  { name: "no-circle", severity: "error", from: { path: "^src/" }, to: { circular: true } },
  { name: "resolvable", severity: "error", from: { path: "^src/" }, to: { couldNotResolve: true } },
  {
    name: "in-the-table",
    comment: "A file outside the places above would be held to no rule.",
    severity: "error",
    from: { path: "^src/", pathNot: src(Object.values(places)) },
    to: {},
  },
];

module.exports = {
  forbidden: directions.concat(providers, others),
  options: {
    doNotFollow: { path: "node_modules" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.json" },
    enhancedResolveOptions: {
      exportsFields: ["exports"],
      conditionNames: ["import", "types", "node", "default"],
      extensions: [".ts", ".tsx", ".js", ".d.ts", ".json", ".css"],
    },
    skipAnalysisNotInRules: true,
  },
};
