// @vitest-environment jsdom
import { SessionError } from '@tabkeeper/core'
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import { afterEach, expect, it } from 'vitest'
import { SignIn } from '../react/sign-in.tsx'

afterEach(cleanup)

/** A door at which the answers are given by hand. */
function open(reason: 'none' | 'reuse-detected' = 'none') {
  const knocks: PromiseWithResolvers<unknown>[] = []
  const session = {
    login() {
      const knock = Promise.withResolvers<unknown>()
      knocks.push(knock)
      return knock.promise
    },
  }
  render(<SignIn session={session} reason={reason} name="The office" purpose="" />)
  const fill = (label: string, value: string) =>
    fireEvent.change(screen.getByLabelText(label), { target: { value } })
  return {
    knocks,
    fill,
    submit: () => fireEvent.submit(screen.getByRole('button').closest('form') as HTMLFormElement),
    refuse: (error: unknown) => act(async () => knocks.at(-1)?.reject(error)),
  }
}

it('asks the server once, however often the form is sent', () => {
  const door = open()
  door.fill('E-mail', 'ada@example.com')
  door.fill('Password', 'correct horse')
  door.submit()
  door.submit()
  expect(door.knocks).toHaveLength(1)
  expect(screen.getByRole('button')).toHaveProperty('disabled', true)
})

it('asks for what is missing before it asks the server', () => {
  const door = open()
  door.submit()
  expect(door.knocks).toHaveLength(0)
  const email = screen.getByLabelText('E-mail')
  expect(describedBy(email)).toContain('Enter your e-mail address')
  expect(document.activeElement).toBe(email)
})

it('ties a wrong password to its field and goes there', async () => {
  const door = open()
  door.fill('E-mail', 'ada@example.com')
  door.fill('Password', 'wrong')
  door.submit()
  await door.refuse(new SessionError('invalid-credentials', ''))
  const password = screen.getByLabelText('Password')
  expect(describedBy(password)).toBe('The e-mail address or the password is wrong.')
  expect(document.activeElement).toBe(password)
  expect(screen.getByRole('button')).toHaveProperty('disabled', false)
})

it('says above the form what is not about a field', async () => {
  const door = open()
  door.fill('E-mail', 'ada@example.com')
  door.fill('Password', 'correct horse')
  door.submit()
  await door.refuse(new SessionError('unreachable', ''))
  expect(screen.getByRole('alert').textContent).toContain('server does not answer')
})

it('explains why somebody has to sign in again', () => {
  open('reuse-detected')
  expect(screen.getByRole('status').textContent).toContain('used from two places')
})

function describedBy(element: HTMLElement): string | null | undefined {
  return document.getElementById(element.getAttribute('aria-describedby') ?? '')?.textContent
}
