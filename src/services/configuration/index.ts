/** Settings and secrets. */
export {
  CompatibleEndpoint,
  ConfigError,
  ConfigurationService,
  getOptional,
  Origin,
  SecretNotFoundError,
} from "./ConfigurationService"
export { ConfigurationServiceLive, isSecretName, layer } from "./ConfigurationServiceLive"
export {
  ConfigurationSources,
  environmentSource,
  memorySettings,
  type ConfigurationSource,
  type SettingsStore,
  type Sources,
  type Values,
} from "./ConfigurationSources"
