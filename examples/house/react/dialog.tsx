import { type ReactNode, useId, useLayoutEffect, useRef } from 'react'

/** A modal dialog: open as long as it is rendered. Escape cancels, and focus goes back where it was. */
export function Dialog(props: {
  readonly title: string
  readonly onCancel: () => void
  readonly children: ReactNode
}) {
  const title = useId()
  const ref = useRef<HTMLDialogElement>(null)
  useLayoutEffect(() => {
    const dialog = ref.current
    dialog?.showModal()
    return () => dialog?.close()
  }, [])
  return (
    <dialog
      ref={ref}
      className="sheet"
      aria-labelledby={title}
      onClose={event => {
        if (!event.currentTarget.open) props.onCancel()
      }}
    >
      <h2 id={title}>{props.title}</h2>
      {props.children}
    </dialog>
  )
}
