/** Under which keys an app's tokens are stored, as raw strings, and its user, as JSON. */
export interface StorageKeys {
  readonly accessToken: string
  readonly refreshToken: string
  /** `null` keeps the user in memory only. */
  readonly user: string | null
}

const presets: Readonly<Record<string, StorageKeys>> = {
  customer: { accessToken: 'access_token', refreshToken: 'refresh_token', user: 'user' },
  bartender: {
    accessToken: 'bartender_token',
    refreshToken: 'bartender_refresh_token',
    user: 'bartender',
  },
}

/**
 * Returns the keys that an app's tokens have always been under, so that an existing deployment adopts
 * Tabkeeper without logging anyone out: those of `customer` and `bartender` are their own, every other
 * app `x` has `x_token`, `x_refresh_token` and `x_user`.
 *
 * @example
 * ```ts
 * storageKeys('admin').accessToken // 'admin_token'
 * ```
 */
export function storageKeys(app: string): StorageKeys {
  const preset = Object.hasOwn(presets, app) ? presets[app] : undefined
  return (
    preset ?? {
      accessToken: `${app}_token`,
      refreshToken: `${app}_refresh_token`,
      user: `${app}_user`,
    }
  )
}

/** Whose key this is by default, where that is another app than the one that wants it. */
export function ownerOfKey(key: string, app: string): string | null {
  const others = [...Object.keys(presets), key.replace(/_refresh_token$/, '')]
  const isKeyOf = (other: string) => Object.values(storageKeys(other)).includes(key)
  return others.find(other => other !== app && isKeyOf(other)) ?? null
}
