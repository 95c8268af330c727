import { transition } from '@tabkeeper/core/world'
import {
  blindBetween,
  both,
  leavingWithWriteTo,
  type Removal,
  withDecide,
  withLock,
  withStorage,
} from './take-away.ts'

const RECORD = 'tabkeeper:admin'
const ENDING = 'tabkeeper-ending:admin'

/** Another tab's word that it has stored something is no more than a reason to look. */
const untold: Removal = ({ world, ...rest }) => ({
  ...rest,
  world: {
    ...world,
    watch: (keys, channel, signals) =>
      world.watch(keys, channel, { ...signals, told: signals.changed }),
  },
})

/**
 * Each takes one protection away from a session, under the name of what is missing then. A simulation
 * that finds nothing wrong without one of them looks at the wrong things.
 */
export const unprotected = {
  'the lock': withLock(() => ({
    hold: task => task({ lost: new AbortController().signal, wasTaken: false }),
  })),

  'an end to the patience with a holder of the lock': ({ world, ...rest }) => ({
    ...rest,
    world: { ...world, lock: name => world.lock(name, Number.MAX_SAFE_INTEGER) },
  }),

  'the hold on the lock until the others see what was stored': leavingWithWriteTo(RECORD, ENDING),

  'the wait for what another tab did last': both(
    withLock(lock => ({
      hold: (task, options) => lock.hold(held => task({ ...held, wasTaken: false }), options),
    })),
    untold,
  ),

  'the second look at storage, under the lock': blindBetween('lock wanted', 'token spent'),

  'the look at storage before the commit': blindBetween('token spent', 'lock given back'),

  'the look at storage before bad news is believed': blindBetween('bad news', 'lock given back'),

  'the comparison before the commit': withDecide((state, event, now, policy) =>
    event.type === 'refresh-granted'
      ? transition(
          { is: 'refreshing', grant: event.spent, backOff: null, because: 'need' },
          event,
          now,
          policy,
        )
      : transition(state, event, now, policy),
  ),

  'the pause after a failure': withDecide((...asked) => {
    const { state, effects } = transition(...asked)
    const isPausing = state.is === 'authenticated' && state.backOff !== null
    return isPausing ? { state: { ...state, backOff: null }, effects: [] } : { state, effects }
  }),

  'the identity of sessions': withDecide((...asked) => {
    const step = transition(...asked)
    const { state } = step
    const isOne = state.is === 'authenticated' || state.is === 'refreshing'
    if (!isOne || state.grant.identity === 'anybody') return step
    return { ...step, state: { ...state, grant: { ...state.grant, identity: 'anybody' } } }
  }),

  'the word of an ending': withStorage(storage => ({
    ...storage,
    write(key, value) {
      if (key !== ENDING) storage.write(key, value)
    },
  })),

  'news of the other tabs': ({ world, ...rest }) => ({
    ...rest,
    world: { ...world, watch: () => ({ publish() {}, stop() {} }) },
  }),
} satisfies Record<string, Removal>
