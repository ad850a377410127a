/** Answers the page's calls with the services of this process. */
import * as Layer from "effect/Layer"
import { conversationHandlers } from "./conversationHandlers"
import { providerHandlers } from "./providerHandlers"

export const handlers = Layer.merge(providerHandlers, conversationHandlers)
