/** Takes whoever has to correct something to the first field that is wrong, its text selected. */
export function goToFirstError(form: HTMLElement | null): void {
  const field = form?.querySelector<HTMLInputElement>('[aria-invalid]')
  field?.focus()
  field?.select()
}
