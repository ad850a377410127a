/** Makes a text field as high as its text; its style sets the most. */
export const fitHeight = (field: HTMLTextAreaElement | null): void => {
  if (field === null) return
  field.style.height = "auto"
  field.style.height = `${field.scrollHeight}px`
}
