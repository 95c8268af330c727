import { useSyncExternalStore } from 'react'

/** The rooms of the office, by the end of their address. */
export type Place = 'tonight' | 'sessions' | 'menu'
const places: readonly Place[] = ['tonight', 'sessions', 'menu']

/** Returns the room that the address names, the first one where it names none. */
export const usePlace = (): Place =>
  useSyncExternalStore(
    changed => {
      window.addEventListener('hashchange', changed)
      return () => window.removeEventListener('hashchange', changed)
    },
    () => places.find(place => location.hash === `#/${place}`) ?? 'tonight',
  )
