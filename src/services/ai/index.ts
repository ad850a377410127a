/** Everything an embedder needs to run chats under a plan. */
export * from "./core"
export * from "./orchestration"
export * from "./providers"
