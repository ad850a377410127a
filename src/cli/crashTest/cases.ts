/** Every case of the crash test, in the order in which they are told. Adding one is adding a row. */
import { afterText } from "./cases/afterText"
import { beforeText } from "./cases/beforeText"
import { formats } from "./cases/formats"
import { together } from "./cases/together"
import type { CrashCase } from "./CrashCase"

export const cases: ReadonlyArray<CrashCase> = [...beforeText, ...afterText, ...formats, ...together]
