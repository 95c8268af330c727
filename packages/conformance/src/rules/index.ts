import type { Rule } from '../rule.ts'
import { accessRules } from './access.ts'
import { cookieRules } from './cookies.ts'
import { eventRules } from './events.ts'
import { forgedRequestRules } from './forged-requests.ts'
import { graceRules } from './grace.ts'
import { headerRules } from './headers.ts'
import { limitRules } from './limits.ts'
import { otherOriginRules } from './other-origins.ts'
import { refreshRules } from './refresh.ts'
import { registrationRules } from './registration.ts'
import { rotationRules } from './rotation.ts'
import { sessionListRules } from './session-list.ts'
import { signInRules } from './sign-in.ts'
import { signOutEverywhereRules, signOutRules } from './sign-out.ts'
import { stepUpRules } from './step-up.ts'

/** Everything that a backend is held to, in the order in which it is asked. */
export const rules: readonly Rule[] = [
  ...signInRules,
  ...accessRules,
  ...refreshRules,
  ...registrationRules,
  ...sessionListRules,
  ...signOutRules,
  ...eventRules,
  ...cookieRules,
  ...forgedRequestRules,
  ...otherOriginRules,
  ...headerRules,
  ...graceRules,
  ...rotationRules,
  ...stepUpRules,
  ...signOutEverywhereRules,
  ...limitRules,
]
