/** Failures to try without a provider: a simulated model, and a question that fits it. */
export const simulatedFailures = [
  {
    model: "rate-limited-2s",
    title: "Asked to wait",
    says: "Rate limited, with a wait of 2 s",
    question: "Show me a rate limit.",
  },
  {
    model: "cuts-after-20",
    title: "Cut in mid-answer",
    says: "After 20 words; another model goes on",
    question: "Show me a cut stream.",
  },
  {
    model: "overloaded",
    title: "Overloaded",
    says: "Asked again, then the next one answers",
    question: "Show me an overloaded provider.",
  },
  {
    model: "slow-start-3s",
    title: "Slow to start",
    says: "3 s before the first word",
    question: "Show me a slow start.",
  },
] as const
