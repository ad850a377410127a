/** The contract between the page and the server: schemas only. */
import * as Schema from "effect/Schema"
import * as Rpc from "effect/rpc/Rpc"
import * as RpcGroup from "effect/rpc/RpcGroup"
import { AIConfigurationError } from "@/services/ai/core/AIConfigurationError"
import { Availability } from "@/services/ai/core/ProviderRegistry"
import { ChatRequest } from "@/services/ai/orchestration/ChatOrchestratorTag"
import { HealthReport } from "@/services/ai/orchestration/health/TargetHealth"
import { PlanEvent, RunError } from "@/services/ai/orchestration/PlanEvent"
import { Origin } from "@/services/configuration/ConfigurationService"
import { ConversationRpcs } from "./ConversationRpcs"

/** Where both sides meet. */
export const rpcPath = "/rpc"

/** A provider as the page may know it: nothing of its key but the name and where it is set. */
export const ProviderInfo = Schema.Struct({
  key: Schema.String,
  label: Schema.String,
  models: Schema.Array(Schema.String),
  /** The model that is asked when none is chosen. */
  defaultModel: Schema.String,
  availability: Availability,
  secret: Schema.optionalKey(Schema.Struct({ keyName: Schema.String, origin: Schema.optionalKey(Origin) })),
})
export type ProviderInfo = typeof ProviderInfo.Type

/** Turns that nobody keeps, and the providers that answer. */
export class ProviderRpcs extends RpcGroup.make(
  /** One turn. The stream has back-pressure, and leaving it interrupts the run. */
  Rpc.make("RunPlan", { payload: ChatRequest, success: PlanEvent, stream: true }),
  Rpc.make("ListProviders", { success: Schema.Array(ProviderInfo), error: AIConfigurationError }),
  /** How each target that was asked since the server began is doing. */
  Rpc.make("ListHealth", { success: Schema.Array(HealthReport) }),
  /** Secrets are written and deleted, never read. */
  Rpc.make("SetSecret", {
    payload: { keyName: Schema.String, value: Schema.RedactedFromValue(Schema.String) },
    error: AIConfigurationError,
  }),
  Rpc.make("DeleteSecret", { payload: { keyName: Schema.String }, error: AIConfigurationError }),
  /** Asks the provider's default model for one word, outside of any plan. */
  Rpc.make("TestProvider", {
    payload: { key: Schema.String },
    success: Schema.Struct({ model: Schema.String }),
    error: RunError,
  }),
) {}

export class CommanderRpcs extends ProviderRpcs.merge(ConversationRpcs) {}
