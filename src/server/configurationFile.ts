/** `commander.config.jsonc`: values that are no secrets, endpoints, facts of models, plans. Wrong values are told with their place. */
import * as Effect from "effect/Effect"
import * as Record from "effect/Record"
import * as Schema from "effect/Schema"
import * as SchemaIssue from "effect/SchemaIssue"
import * as Struct from "effect/Struct"
import * as Jsonc from "jsonc-parser"
import { CompatibleEndpoint, ConfigError, isSecretName } from "@/services/configuration"
import { ModelFactsOverride } from "@/services/ai/core/ModelFacts"
import { vendorKeys } from "@/services/ai/core/models"
import { AiPlan } from "@/services/ai/orchestration/AiPlan"
import { redact } from "@/services/ai/wire/redact"
import { modelNameOf } from "@/services/ai/providers/openai/compatibleProvider"
import { readParsed } from "./files"

export const ConfigurationFile = Schema.Struct({
  /** Values by the names that the environment would use, e.g. `OPENAI_MODEL_NAME`. */
  values: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)),
  /** OpenAI-compatible endpoints by the key that they are asked under. */
  providers: Schema.optionalKey(Schema.Record(Schema.String, CompatibleEndpoint)),
  /** What models can do, take and cost, by `provider/model` or `provider/*`; before what is known of them. */
  models: Schema.optionalKey(Schema.Record(Schema.String, ModelFactsOverride)),
  /** Plans by the names that they are asked for under. */
  plans: Schema.optionalKey(
    Schema.Record(Schema.String, Schema.Struct(Struct.omit(AiPlan.fields, ["name"]))),
  ),
})
export type ConfigurationFile = typeof ConfigurationFile.Type

export const plansOf = ({ plans = {} }: ConfigurationFile): Readonly<Record<string, AiPlan>> =>
  Record.map(plans, (plan, name) => AiPlan.make({ ...plan, name }))

/** As the file is at every call; a missing file is an empty one. */
export const readConfigurationFile = (path: string): Effect.Effect<ConfigurationFile, ConfigError> =>
  readParsed(path, (text) =>
    text === undefined ? Effect.succeed<ConfigurationFile>({}) : parseConfigurationFile(path, text),
  )

export const parseConfigurationFile = (
  path: string,
  text: string,
): Effect.Effect<ConfigurationFile, ConfigError> => {
  const errors: Array<Jsonc.ParseError> = []
  const value: unknown = Jsonc.parse(text, errors, { allowTrailingComma: true })
  const [syntax] = errors
  if (syntax !== undefined) {
    const message = `${path}: line ${lineAt(text, syntax.offset)}: ${Jsonc.printParseErrorCode(syntax.error)}`
    return Effect.fail(new ConfigError({ message }))
  }
  return Schema.decodeUnknownEffect(ConfigurationFile)(value ?? {}, {
    onExcessProperty: "error",
    errors: "all",
  }).pipe(
    Effect.mapError((cause) => new ConfigError({ message: `${path}: ${explain(text, cause.issue)}`, cause })),
    Effect.tap((file) => {
      const flaw = flawOf(file)
      if (flaw === undefined) return Effect.void
      const { keyName, at } = flaw
      const line = at === undefined ? "" : `line ${lineOf(text, rootOf(text), at)}: ${at.join(".")}: `
      return Effect.fail(
        new ConfigError({
          message: `${path}: ${line}${flaw.message}`,
          ...(keyName === undefined ? {} : { keyName }),
        }),
      )
    }),
  )
}

/** Names that this file may give a value to. The data folder is found before the file is. */
const known =
  /^((OPENAI|ANTHROPIC|OLLAMA)_(BASE_URL|MODEL_NAME)|COMMANDER_(HOST|PORT|LOG_LEVEL|AFTER_RESTART|STOP_GRACE))$/

const reserved: ReadonlySet<string> = new Set([...vendorKeys, "simulator"])

interface Flaw {
  readonly message: string
  readonly keyName?: string
  /** Where it is, when the message does not say so. */
  readonly at?: ReadonlyArray<string | number>
}

/** What is well-formed and still would be ignored, or would lay a secret open; the first such thing. */
const flawOf = (file: ConfigurationFile): Flaw | undefined => {
  const { values = {}, providers = {}, models = {} } = file
  const names = Object.keys(providers)
  const modelSettings = new Set(names.map(modelNameOf))
  for (const name of Object.keys(values)) {
    if (isSecretName(name)) {
      const message = `values.${name} is a secret: put it into .env, the environment or the Providers page`
      return { message, keyName: name }
    }
    if (!known.test(name) && !modelSettings.has(name))
      return { message: `values.${name} is not a setting that this file can hold`, keyName: name }
  }
  for (const [index, name] of names.entries()) {
    const key = name.toLowerCase()
    if (reserved.has(key))
      return { message: `providers.${name}: this name is taken by a built-in provider; choose another` }
    if (names.findIndex((other) => other.toLowerCase() === key) < index) {
      return { message: `providers.${name}: two endpoints have this name; upper and lower case are the same` }
    }
  }
  const providerKeys = new Set([...reserved, ...names.map((name) => name.toLowerCase())])
  return flawOfModels(Object.keys(models), providerKeys) ?? flawOfPlans(file, providerKeys)
}

const flawOfModels = (models: ReadonlyArray<string>, providers: ReadonlySet<string>): Flaw | undefined => {
  for (const [index, name] of models.entries()) {
    const slash = name.indexOf("/")
    if (slash < 1 || slash === name.length - 1)
      return { message: `models.${name}: write "provider/model", or "provider/*" for all its models` }
    if (!providers.has(name.slice(0, slash).toLowerCase()))
      return { message: `models.${name}: there is no such provider; there are ${[...providers].join(", ")}` }
    if (models.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < index)
      return { message: `models.${name}: this model is named twice; upper and lower case are the same` }
  }
  return undefined
}

const flawOfPlans = ({ plans = {} }: ConfigurationFile, providers: ReadonlySet<string>): Flaw | undefined => {
  const names = Object.keys(plans)
  for (const [index, [name, { steps }]] of Object.entries(plans).entries()) {
    const at = ["plans", name]
    const lowerCase = name.trim().toLowerCase()
    if (lowerCase === "") return { at, message: "a plan needs a name" }
    if (lowerCase === "default")
      return { at, message: "this name is taken by the plan of a preferred provider; choose another" }
    if (names.findIndex((other) => other.trim().toLowerCase() === lowerCase) < index)
      return { at, message: "two plans have this name; upper and lower case are the same" }
    const unknown = steps.findIndex(({ provider }) => !providers.has(provider.trim().toLowerCase()))
    if (unknown >= 0) {
      const message = `there is no provider "${steps[unknown]?.provider}"; there are ${[...providers].join(", ")}`
      return { at: [...at, "steps", unknown, "provider"], message }
    }
  }
  return undefined
}

const lineAt = (text: string, offset: number): number => text.slice(0, offset).split("\n").length

/** The first issue: where it is, what was found, what is allowed. */
const explain = (text: string, issue: SchemaIssue.Issue): string => {
  const [first] = SchemaIssue.makeFormatterStandardSchemaV1()(issue).issues
  if (first === undefined) return "is not valid"
  const keys = (first.path ?? []).map((segment) => (typeof segment === "object" ? segment.key : segment))
  const path = keys.filter((key) => typeof key !== "symbol")
  const root = rootOf(text)
  const node = root === undefined ? undefined : Jsonc.findNodeAtLocation(root, path)
  const found =
    node === undefined || mayHoldSecret(path, node) ? "" : ` (found ${textOf(text, node).slice(0, 80)})`
  return `line ${lineOf(text, root, path)}: ${path.join(".")}: ${first.message.replace(/\s+/g, " ")}${found}`
}

const rootOf = (text: string): Jsonc.Node | undefined =>
  Jsonc.parseTree(text, [], { allowTrailingComma: true })

const textOf = (text: string, { offset, length }: Jsonc.Node): string =>
  redact(text.slice(offset, offset + length), [])

/** People put keys into the wrong places; what may be one is not repeated. */
const mayHoldSecret = (path: ReadonlyArray<string | number>, { type }: Jsonc.Node): boolean =>
  type === "object" ||
  type === "array" ||
  path.some(
    (key) => key !== "maxOutputTokens" && /key|token|secret|password|authorization/i.test(String(key)),
  )

/** Of the value, or of the nearest one around it where the value is missing. */
const lineOf = (text: string, root: Jsonc.Node | undefined, path: ReadonlyArray<string | number>): number => {
  if (root === undefined) return 1
  const node = Jsonc.findNodeAtLocation(root, [...path])
  return node === undefined && path.length > 0
    ? lineOf(text, root, path.slice(0, -1))
    : lineAt(text, (node ?? root).offset)
}
