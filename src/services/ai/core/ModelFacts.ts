/** What can be known of a model: what it takes, how much of it, and at which price. A configuration may say otherwise. */
import * as Duration from "effect/Duration"
import * as Schema from "effect/Schema"

const Dollars = Schema.Finite.check(Schema.isGreaterThanOrEqualTo(0))
const Tokens = Schema.Int.check(Schema.isGreaterThan(0))

/** No wait is without an end. */
const FirstPart = Schema.DurationFromString.check(
  Schema.makeFilter(Duration.between({ minimum: Duration.millis(1), maximum: Duration.hours(1) }), {
    expected: 'a duration of at most 1 hour, such as "30 seconds"',
  }),
)

const rates = {
  input: Dollars,
  /** Of the input's tokens that were read from the provider's cache; as dear as the others when absent. */
  cachedInput: Schema.optionalKey(Dollars),
  /** Reasoning included. */
  output: Dollars,
}

/** US dollars per million tokens. */
export const ModelPrice = Schema.Struct({
  ...rates,
  /** Rates of the whole request, its output too, where its input is longer than this many tokens. */
  long: Schema.optionalKey(Schema.Struct({ above: Tokens, ...rates })),
})
export type ModelPrice = typeof ModelPrice.Type

export interface ModelFacts {
  /** Whether `temperature` and `top_p` may be sent; a model that refuses them answers 400. */
  readonly takesSampling: boolean
  /** Whether the model thinks before it writes, so that its first part may be long in coming. */
  readonly reasons: boolean
  /** Whether it can call functions. */
  readonly tools: boolean
  /** Whether it can be made to call one; a model that refuses this answers 400. */
  readonly forcedTools: boolean
  /** Whether it can see pictures. */
  readonly images: boolean
  /** Whether it can be held to a JSON Schema. */
  readonly jsonSchema: boolean
  /** Whether it continues an assistant message that stands last; others refuse it or begin anew. */
  readonly prefill: boolean
  /** Tokens of a request and its answer together; unknown when absent. */
  readonly contextWindow?: number
  /** The most tokens that an answer can have; unknown when absent. */
  readonly maxOutputTokens?: number
  /** Unknown when absent. */
  readonly price?: ModelPrice
  /** How long the first visible part may take, where the rule of `firstPartLimit` does not hold. */
  readonly firstPart?: Duration.Duration
}

/** What a configuration says of a model. Fields that it leaves out stay as they are known. */
export const ModelFactsOverride = Schema.Struct({
  takesSampling: Schema.optionalKey(Schema.Boolean),
  reasons: Schema.optionalKey(Schema.Boolean),
  tools: Schema.optionalKey(Schema.Boolean),
  forcedTools: Schema.optionalKey(Schema.Boolean),
  images: Schema.optionalKey(Schema.Boolean),
  jsonSchema: Schema.optionalKey(Schema.Boolean),
  prefill: Schema.optionalKey(Schema.Boolean),
  contextWindow: Schema.optionalKey(Tokens),
  maxOutputTokens: Schema.optionalKey(Tokens),
  price: Schema.optionalKey(ModelPrice),
  firstPart: Schema.optionalKey(FirstPart),
})
export type ModelFactsOverride = typeof ModelFactsOverride.Type

/** By `provider/model`, or `provider/*` for all models of a provider; the closer one wins. */
export type ModelOverrides = Readonly<Record<string, ModelFactsOverride>>
