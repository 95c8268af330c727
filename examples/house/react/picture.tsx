import type { MenuItem } from '../src/bar.ts'
import { drawingOf } from '../src/pictures.ts'

/** What a drink looks like: the picture that somebody took, or the house's drawing. The name is beside it. */
export function Picture({
  item,
}: {
  readonly item: Pick<MenuItem, 'id'> & Partial<Pick<MenuItem, 'image_url'>>
}) {
  if (item.image_url) {
    return <img className="picture" src={item.image_url} alt="" width="96" height="96" />
  }
  return (
    <svg className="picture" width="96" height="96" aria-hidden="true" focusable="false">
      <use href={drawingOf(item.id)} />
    </svg>
  )
}
