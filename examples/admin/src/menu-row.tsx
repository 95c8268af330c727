import type { MenuItem } from '@tabkeeper-examples/house/bar'
import { price } from '@tabkeeper-examples/house/format'
import { Picture, useKeptFocus } from '@tabkeeper-examples/house/react'
import { type ChangeEvent, useId, useRef } from 'react'
import { pictureKinds } from './menu-items.ts'
import { usePicture } from './use-picture.ts'

/** One drink with its picture, and the way to another one. */
export function MenuRow(props: {
  readonly item: MenuItem
  readonly onChange: () => Promise<unknown>
}) {
  const { item } = props
  const { work, put, cancel, remove } = usePicture(item.id, props.onChange)
  const input = useId()
  const busy = work.is === 'uploading' || work.is === 'removing'
  const controls = useRef<HTMLDivElement>(null)
  useKeptFocus(busy, controls)

  function choose({ currentTarget }: ChangeEvent<HTMLInputElement>) {
    const [file] = currentTarget.files ?? []
    currentTarget.value = '' // the same file may be chosen again
    if (file) void put(file)
  }

  return (
    <li className="card sheet" aria-label={item.name} aria-busy={busy}>
      <Picture item={item} />
      <div className="card-words">
        <h2>{item.name}</h2>
        <p className="quiet">
          {item.category} · {price(item.price_cents)}
        </p>
      </div>
      <div ref={controls} className="card-work">
        {work.is === 'uploading' ? (
          <>
            <label className="progress">
              <span>
                Uploading … <span className="quantity">{Math.round(100 * work.part)} %</span>
              </span>
              <progress value={work.part} max={1} />
            </label>
            <button
              type="button"
              aria-label={`Cancel the upload for ${item.name}`}
              onClick={cancel}
            >
              Cancel
            </button>
          </>
        ) : (
          <>
            <input
              id={input}
              className="for-screen-readers"
              type="file"
              accept={pictureKinds.join()}
              aria-label={`Choose a picture of ${item.name}`}
              disabled={busy}
              onChange={choose}
            />
            <label className="button" htmlFor={input} aria-hidden="true">
              {item.image_url ? 'Change picture' : 'Choose picture'}
            </label>
            {item.image_url && (
              <button
                type="button"
                className="plain"
                disabled={busy}
                aria-label={`Remove the picture of ${item.name}`}
                onClick={remove}
              >
                Remove
              </button>
            )}
          </>
        )}
      </div>
      {work.is === 'failed' && (
        <p className="notice trouble" role="alert">
          {work.why}
        </p>
      )}
    </li>
  )
}
