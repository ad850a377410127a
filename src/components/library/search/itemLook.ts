/** How what can be chosen in the palette looks. */
export const itemLook =
  "data-[selected=true]:bg-hover flex cursor-pointer gap-3 rounded-lg px-3 py-2 text-[0.8125rem] pointer-coarse:py-2.5"

export const iconLook = "text-muted mt-0.5 size-4 shrink-0"
