import { version } from 'react'
import { version as domVersion } from 'react-dom'
import { expect, it } from 'vitest'

it('runs with the release of React that its project is named for', () => {
  const release = process.env.REACT ?? '19'
  expect(version).toMatch(new RegExp(`^${release}\\.`))
  expect(domVersion).toBe(version)
})
