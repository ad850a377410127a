/** Any `effect/ai` model as a provider. */
export { layerModels } from "./layerModels"
