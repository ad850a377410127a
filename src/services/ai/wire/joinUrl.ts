/** Joins a base URL, with or without a slash at its end, and a path. Pure. */
export const joinUrl = (base: string, path: `/${string}`): string => `${base.replace(/\/+$/, "")}${path}`
