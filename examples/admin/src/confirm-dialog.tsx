import { Dialog } from '@tabkeeper-examples/house/react'

/** Asks before something that cannot be taken back. The way back has the focus. */
export function ConfirmDialog(props: {
  readonly title: string
  readonly consequence: string
  readonly confirm: string
  readonly onConfirm: () => void
  readonly onCancel: () => void
}) {
  return (
    <Dialog title={props.title} onCancel={props.onCancel}>
      <p>{props.consequence}</p>
      <div className="actions">
        <button type="button" onClick={props.onCancel}>
          Cancel
        </button>
        <button type="button" className="danger" onClick={props.onConfirm}>
          {props.confirm}
        </button>
      </div>
    </Dialog>
  )
}
