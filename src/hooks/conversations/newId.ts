/** Names that the page gives to what it makes: whoever asks twice under one name has asked once. */
const kinds = { conversation: "chat", message: "msg", run: "run" } as const

/** 128 random bits; `crypto.randomUUID` is missing where a page comes over plain HTTP from another machine. */
export const newId = (kind: keyof typeof kinds): string => {
  const bytes = crypto.getRandomValues(new Uint8Array(16))
  return `${kinds[kind]}_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`
}
