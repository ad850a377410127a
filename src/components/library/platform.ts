/** Whether the keyboard is one of Apple's, with ⌘ in place of Ctrl. */
export const isMac = /Mac|iPhone|iPad/.test(navigator.userAgent)
