/**
 * How vendors refuse, one row a shape: the fields are theirs, the values stand for real ones. Sources: the "Errors"
 * pages of OpenAI, Anthropic, Groq, OpenRouter, Google (`google.rpc.Status`) and FastAPI, the error types in the
 * sources of Ollama, vLLM and llama.cpp, and bodies quoted in public issue threads where a row names one.
 */
import type { ProviderErrorReason } from "@/services/ai/core"

export interface VendorRefusal {
  readonly vendor: string
  readonly what: string
  /** Absent: the error came inside a stream. */
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: object | string
  readonly expected: {
    readonly reason: ProviderErrorReason
    /** A part of the vendor's words that must reach the user. */
    readonly says: string
    /** Where it differs from the response's. */
    readonly status?: number
    /** Milliseconds. */
    readonly retryAfter?: number
    readonly requestId?: string
  }
}

const openai = (message: string, type: string, code: string | null, param: string | null = null): object => ({
  error: { message, type, param, code },
})

const anthropic = (type: string, message: string): object => ({
  type: "error",
  error: { type, message },
  request_id: "req_011",
})

const google = (
  code: number,
  status: string,
  message: string,
  details: ReadonlyArray<object> = [],
): object => [{ error: { code, message, status, details } }]

export const refusals: ReadonlyArray<VendorRefusal> = [
  {
    vendor: "OpenAI",
    what: "a wrong key",
    status: 401,
    headers: { "x-request-id": "req_1" },
    body: openai("Incorrect API key provided: sk-wrong.", "invalid_request_error", "invalid_api_key"),
    expected: { reason: "InvalidKey", says: "Incorrect API key", requestId: "req_1" },
  },
  {
    vendor: "OpenAI",
    what: "a rate limit with Retry-After",
    status: 429,
    headers: { "retry-after": "20", "retry-after-ms": "19500", "x-request-id": "req_2" },
    body: openai("Rate limit reached for gpt-x on requests per min.", "requests", "rate_limit_exceeded"),
    expected: { reason: "RateLimited", says: "Rate limit reached", retryAfter: 19_500, requestId: "req_2" },
  },
  {
    vendor: "OpenAI",
    what: "a rate limit told by its buckets",
    status: 429,
    headers: {
      "x-ratelimit-remaining-requests": "499",
      "x-ratelimit-reset-requests": "120ms",
      "x-ratelimit-remaining-tokens": "0",
      "x-ratelimit-reset-tokens": "6m0s",
    },
    body: openai("Rate limit reached for gpt-x on tokens per min.", "tokens", "rate_limit_exceeded"),
    expected: { reason: "RateLimited", says: "tokens per min", retryAfter: 360_000 },
  },
  {
    vendor: "OpenAI",
    what: "an empty wallet",
    status: 429,
    body: openai("You exceeded your current quota.", "insufficient_quota", "insufficient_quota"),
    expected: { reason: "QuotaExhausted", says: "exceeded your current quota" },
  },
  {
    vendor: "OpenAI",
    what: "a context that is too long",
    status: 400,
    body: openai(
      "This model's maximum context length is 8192 tokens, however your messages resulted in 9001 tokens.",
      "invalid_request_error",
      "context_length_exceeded",
      "messages",
    ),
    expected: { reason: "ContextTooLong", says: "maximum context length" },
  },
  {
    vendor: "OpenAI",
    what: "a refused content",
    status: 400,
    body: openai(
      "Invalid prompt: your prompt was flagged as potentially violating our usage policy.",
      "invalid_request_error",
      "invalid_prompt",
    ),
    expected: { reason: "ContentRefused", says: "was flagged" },
  },
  {
    vendor: "OpenAI",
    what: "a parameter the model does not take",
    status: 400,
    body: openai(
      "Unsupported value: 'temperature' does not support 0.2 with this model.",
      "invalid_request_error",
      "unsupported_value",
      "temperature",
    ),
    expected: { reason: "TargetUnsupported", says: "temperature" },
  },
  {
    vendor: "OpenAI",
    what: "an unknown model",
    status: 404,
    body: openai("The model `gpt-0` does not exist.", "invalid_request_error", "model_not_found"),
    expected: { reason: "TargetUnsupported", says: "gpt-0" },
  },
  {
    vendor: "OpenAI",
    what: "a region",
    status: 403,
    body: openai(
      "Country, region, or territory not supported",
      "request_forbidden",
      "unsupported_country_region_territory",
    ),
    expected: { reason: "TargetUnsupported", says: "not supported" },
  },
  {
    vendor: "OpenAI",
    what: "a wrong request",
    status: 400,
    body: openai("'messages' is a required property", "invalid_request_error", null, "messages"),
    expected: { reason: "InvalidRequest", says: "required property" },
  },
  {
    vendor: "OpenAI",
    what: "a fault of its own",
    status: 500,
    body: openai("The server had an error while processing your request.", "server_error", null),
    expected: { reason: "ServerError", says: "had an error" },
  },
  {
    vendor: "OpenAI",
    what: "overload",
    status: 503,
    body: openai("The engine is currently overloaded, please try again later.", "server_error", null),
    expected: { reason: "Overloaded", says: "overloaded" },
  },
  {
    vendor: "OpenAI",
    what: "a fault inside the stream",
    body: openai("The server had an error while processing your request.", "server_error", null),
    expected: { reason: "ServerError", says: "had an error" },
  },
  {
    vendor: "Azure",
    what: "its content filter",
    status: 400,
    headers: { "x-request-id": "az-1" },
    body: {
      error: {
        message:
          "The response was filtered due to the prompt triggering Azure OpenAI's content management policy.",
        type: null,
        param: "prompt",
        code: "content_filter",
        status: 400,
        innererror: { code: "ResponsibleAIPolicyViolation" },
      },
    },
    expected: { reason: "ContentRefused", says: "filtered", requestId: "az-1" },
  },
  {
    vendor: "Anthropic",
    what: "a wrong key",
    status: 401,
    headers: { "request-id": "req_h" },
    body: anthropic("authentication_error", "invalid x-api-key"),
    expected: { reason: "InvalidKey", says: "invalid x-api-key", requestId: "req_h" },
  },
  {
    vendor: "Anthropic",
    what: "a rate limit told by its buckets",
    status: 429,
    headers: {
      "anthropic-ratelimit-requests-remaining": "0",
      "anthropic-ratelimit-requests-reset": "2026-11-22T12:00:09Z",
    },
    body: anthropic("rate_limit_error", "This request would exceed your account's rate limit."),
    expected: { reason: "RateLimited", says: "rate limit", retryAfter: 9000, requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "an empty wallet, which it calls an invalid request",
    status: 400,
    body: anthropic("invalid_request_error", "Your credit balance is too low to access the Anthropic API."),
    expected: { reason: "QuotaExhausted", says: "credit balance", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a prompt that is too long",
    status: 400,
    body: anthropic("invalid_request_error", "prompt is too long: 202128 tokens > 200000 maximum"),
    expected: { reason: "ContextTooLong", says: "prompt is too long", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a prompt that leaves no room for the answer (docker/docker-agent#569)",
    status: 400,
    body: anthropic(
      "invalid_request_error",
      "input length and `max_tokens` exceed context limit: 178959 + 64000 > 200000, decrease input length or `max_tokens` and try again",
    ),
    expected: { reason: "ContextTooLong", says: "exceed context limit", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a request that is too large",
    status: 413,
    body: anthropic("request_too_large", "Request exceeds the maximum size"),
    expected: { reason: "ContextTooLong", says: "maximum size", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a blocked answer (anthropics/claude-code#58367)",
    status: 400,
    body: anthropic("invalid_request_error", "Output blocked by content filtering policy"),
    expected: { reason: "ContentRefused", says: "blocked", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a blocked answer inside the stream (anthropics/claude-code#58367)",
    body: anthropic("invalid_request_error", "Output blocked by content filtering policy"),
    expected: { reason: "ContentRefused", says: "blocked", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a prefill it does not take",
    status: 400,
    body: anthropic("invalid_request_error", "This model does not support assistant message prefill."),
    expected: { reason: "TargetUnsupported", says: "prefill", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a parameter the model does not take",
    status: 400,
    body: anthropic("invalid_request_error", "`temperature` is deprecated for this model."),
    expected: { reason: "TargetUnsupported", says: "deprecated", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "an unknown model",
    status: 404,
    body: anthropic("not_found_error", "model: claude-0"),
    expected: { reason: "TargetUnsupported", says: "claude-0", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "overload",
    status: 529,
    body: anthropic("overloaded_error", "Overloaded"),
    expected: { reason: "Overloaded", says: "Overloaded", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "overload inside the stream",
    body: anthropic("overloaded_error", "Overloaded"),
    expected: { reason: "Overloaded", says: "Overloaded", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a rate limit inside the stream",
    body: anthropic("rate_limit_error", "Too fast"),
    expected: { reason: "RateLimited", says: "Too fast", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a wrong request inside the stream",
    body: anthropic("invalid_request_error", "messages: at least one message is required"),
    expected: { reason: "InvalidRequest", says: "at least one", requestId: "req_011" },
  },
  {
    vendor: "Anthropic",
    what: "a fault inside the stream",
    body: anthropic("api_error", "Internal server error"),
    expected: { reason: "ServerError", says: "Internal", requestId: "req_011" },
  },
  {
    vendor: "Ollama",
    what: "a model that was not pulled",
    status: 404,
    body: {
      error: {
        message: 'model "qwen0" not found, try pulling it first',
        type: "api_error",
        param: null,
        code: null,
      },
    },
    expected: { reason: "TargetUnsupported", says: "try pulling" },
  },
  {
    vendor: "Ollama",
    what: "a model without tools",
    status: 400,
    body: {
      error: {
        message: "registry.ollama.ai/library/gemma3:1b does not support tools",
        type: "api_error",
        param: null,
        code: null,
      },
    },
    expected: { reason: "TargetUnsupported", says: "does not support tools" },
  },
  {
    vendor: "Ollama",
    what: "a full queue",
    status: 503,
    body: { error: "server busy, please try again.  maximum pending requests exceeded" },
    expected: { reason: "Overloaded", says: "server busy" },
  },
  {
    vendor: "Ollama",
    what: "a broken runner, with an error that is only text",
    status: 500,
    body: { error: "llama runner process has terminated: exit status 2" },
    expected: { reason: "ServerError", says: "llama runner" },
  },
  {
    vendor: "Google",
    what: "a wrong key, in a list",
    status: 400,
    body: google(400, "INVALID_ARGUMENT", "API key not valid. Please pass a valid API key."),
    expected: { reason: "InvalidKey", says: "API key not valid" },
  },
  {
    vendor: "Google",
    what: "overload, in a list",
    status: 503,
    body: google(503, "UNAVAILABLE", "The model is overloaded. Please try again later."),
    expected: { reason: "Overloaded", says: "overloaded" },
  },
  {
    vendor: "Google",
    what: "a rate limit, in a list",
    status: 429,
    body: google(429, "RESOURCE_EXHAUSTED", "Resource has been exhausted (e.g. check quota)."),
    expected: { reason: "RateLimited", says: "exhausted" },
  },
  {
    vendor: "Google",
    what: "a prompt that is too long, in a list (google-gemini/gemini-cli#6678)",
    status: 400,
    body: google(
      400,
      "INVALID_ARGUMENT",
      "The input token count (1200293) exceeds the maximum number of tokens allowed (1048576).",
    ),
    expected: { reason: "ContextTooLong", says: "input token count" },
  },
  {
    vendor: "Google",
    what: "an unknown model, in a list",
    status: 404,
    body: google(404, "NOT_FOUND", "models/gemini-0 is not found for API version v1main."),
    expected: { reason: "TargetUnsupported", says: "gemini-0" },
  },
  {
    vendor: "OpenRouter",
    what: "no credits, with a numeric code",
    status: 402,
    body: { error: { code: 402, message: "Insufficient credits. Add more using the settings page." } },
    expected: { reason: "QuotaExhausted", says: "Insufficient credits" },
  },
  {
    vendor: "OpenRouter",
    what: "its moderation",
    status: 403,
    body: {
      error: {
        code: 403,
        message: 'm requires moderation on OpenAI. Your input was flagged for "violence".',
        metadata: { reasons: ["violence"], flagged_input: "…" },
      },
      user_id: "u",
    },
    expected: { reason: "ContentRefused", says: "flagged" },
  },
  {
    vendor: "OpenRouter",
    what: "a provider that failed, inside the stream, with the status as code",
    body: {
      id: "gen-1",
      object: "chat.completion.chunk",
      error: { code: 502, message: "Provider disconnected" },
      choices: [{ index: 0, delta: { content: "" }, finish_reason: "error" }],
    },
    expected: { reason: "ServerError", says: "Provider disconnected", status: 502 },
  },
  {
    vendor: "OpenRouter",
    what: "a rate limit inside the stream, with the status as code",
    body: { error: { code: 429, message: "Provider returned error" } },
    expected: { reason: "RateLimited", says: "Provider returned error", status: 429 },
  },
  {
    vendor: "Groq",
    what: "a rate limit",
    status: 429,
    headers: { "retry-after": "8", "x-ratelimit-remaining-tokens": "0", "x-ratelimit-reset-tokens": "7.66s" },
    body: {
      error: {
        message: "Rate limit reached for model `m` on tokens per minute (TPM). Please try again in 7.66s.",
        type: "tokens",
        code: "rate_limit_exceeded",
      },
    },
    expected: { reason: "RateLimited", says: "Rate limit reached", retryAfter: 8000 },
  },
  {
    vendor: "Groq",
    what: "a tool call that the model got wrong",
    status: 400,
    body: {
      error: {
        message: "Failed to call a function. Please adjust your prompt.",
        type: "invalid_request_error",
        code: "tool_use_failed",
        failed_generation: "<function=…>",
      },
    },
    expected: { reason: "InvalidRequest", says: "Failed to call a function" },
  },
  {
    vendor: "vLLM",
    what: "a context that is too long, without an envelope",
    status: 400,
    body: {
      object: "error",
      message: "This model's maximum context length is 4096 tokens. However, you requested 5000 tokens.",
      type: "BadRequestError",
      param: null,
      code: 400,
    },
    expected: { reason: "ContextTooLong", says: "maximum context length" },
  },
  {
    vendor: "vLLM",
    what: "an unknown model, without an envelope",
    status: 404,
    body: {
      object: "error",
      message: "The model `m-0` does not exist.",
      type: "NotFoundError",
      param: null,
      code: 404,
    },
    expected: { reason: "TargetUnsupported", says: "m-0" },
  },
  {
    vendor: "FastAPI",
    what: "a detail that is text",
    status: 404,
    body: { detail: "Not Found" },
    expected: { reason: "TargetUnsupported", says: "Not Found" },
  },
  {
    vendor: "FastAPI",
    what: "a detail that is a list",
    status: 422,
    body: { detail: [{ loc: ["body", "messages"], msg: "field required", type: "value_error.missing" }] },
    expected: { reason: "InvalidRequest", says: "field required" },
  },
  {
    vendor: "llama.cpp",
    what: "a context that is too long",
    status: 400,
    body: {
      error: {
        code: 400,
        message: "the request exceeds the available context size, try increasing it",
        type: "exceed_context_size_error",
        n_prompt_tokens: 5000,
        n_ctx: 4096,
      },
    },
    expected: { reason: "ContextTooLong", says: "context size" },
  },
  {
    vendor: "llama.cpp",
    what: "a model that is still loading",
    status: 503,
    body: { error: { code: 503, message: "Loading model", type: "unavailable_error" } },
    expected: { reason: "Overloaded", says: "Loading model" },
  },
  {
    vendor: "xAI",
    what: "a wrong key, with an error that is only text",
    status: 400,
    body: { code: "Client specified an invalid argument", error: "Incorrect API key provided: xa***12." },
    expected: { reason: "InvalidKey", says: "Incorrect API key" },
  },
  {
    vendor: "xAI",
    what: "a prompt that is too long (cline/cline#3120)",
    status: 400,
    body: {
      code: "Client specified an invalid argument",
      error: "This model's maximum prompt length is 131072 but the request contains 136973 tokens.",
    },
    expected: { reason: "ContextTooLong", says: "maximum prompt length" },
  },
  {
    vendor: "a proxy",
    what: "a page",
    status: 502,
    body: "<html><body><h1>502 Bad Gateway</h1></body></html>",
    expected: { reason: "ServerError", says: "502 Bad Gateway" },
  },
  {
    vendor: "a proxy",
    what: "plain text",
    status: 504,
    body: "upstream request timeout",
    expected: { reason: "ServerError", says: "upstream request timeout" },
  },
]
