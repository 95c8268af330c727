import type { VirtualTab } from '../virtual-browser.ts'
import { judgeAgreement } from './agreement.ts'
import type { Ground } from './ground.ts'
import { type Assembly, type Seat, takeSeat } from './seat.ts'
import { watchEndings } from './watch-endings.ts'
import { watchRefreshes } from './watch-refreshes.ts'
import { watchRequests } from './watch-requests.ts'
import { watchWaiting } from './watch-waiting.ts'

/** The seats of one browser, with the watches over what their sessions promise. */
export interface Room extends Ground {
  seats(is: Seat['is']): readonly Seat[]
  /** Opens a seat, in a tab of its own unless one is given, and the seat that it was made from. */
  open(tab?: VirtualTab, from?: Seat): Seat
  close(seat: Seat): void
  freeze(seat: Seat): void
  thaw(seat: Seat): void
  /** Whether it does no harm when this seat, or every seat, gets no answer any more. */
  mayInterrupt(seat?: Seat): boolean
  /** Makes a request to the API. */
  request(seat: Seat): void
  /** Watches that what a seat waits for comes to an end. */
  wait(seat: Seat, what: string, promise: Promise<unknown>): void
  isWaitingFor(what: string): boolean
  /** Lets time go by. */
  pass(ms: number): Promise<void>
  /** Time goes by and nothing happens in it. */
  sleep(ms: number): void
  /** Makes everything work again, gives everybody time, and judges what came of it. */
  settle(): Promise<void>
}

export function createRoom(ground: Ground, change: (assembly: Assembly) => Assembly): Room {
  const { clock, network, browser, weather, history, story } = ground
  const all: Seat[] = []
  const waiting = watchWaiting(ground)
  const refreshes = watchRefreshes(ground)
  const requests = watchRequests(ground)
  const endings = watchEndings(ground)

  const seats = (is: Seat['is']) => all.filter(seat => seat.is === is)

  function open(tab = browser.openTab(), from?: Seat): Seat {
    history.provoked('hint')
    const seat = takeSeat(
      `tab ${all.length + 1}`,
      tab,
      ground,
      { ...refreshes, ...endings },
      change,
    )
    seat.isAlone = from?.isAlone ?? false
    all.push(seat)
    return seat
  }

  function close(seat: Seat): void {
    story.tell(`${seat.name} is closed`)
    seat.is = 'closed'
    seat.tab.close()
    refreshes.interrupt(seat)
    waiting.leave(seat)
  }

  function freeze(seat: Seat): void {
    story.tell(`${seat.name} freezes`)
    seat.is = 'frozen'
    refreshes.interrupt(seat)
    seat.tab.freeze()
  }

  function thaw(seat: Seat): void {
    story.tell(`${seat.name} goes on`)
    seat.is = 'open'
    waiting.startAgain(seat)
    seat.tab.thaw()
  }

  function request(seat: Seat): void {
    waiting.add(seat, 'a request', requests.request(seat))
  }

  async function pass(ms: number): Promise<void> {
    await clock.advance(ms)
    waiting.judge()
  }

  function sleep(ms: number): void {
    clock.jump(ms)
    story.tell('everybody slept')
    for (const seat of all) refreshes.interrupt(seat)
    waiting.startAgain()
    history.slept(ms)
  }

  async function settle(): Promise<void> {
    story.tell('everything works again')
    weather.outage = null
    network.mend()
    for (const seat of seats('frozen')) thaw(seat)
    for (const seat of seats('open')) {
      seat.tab.breakStorage(null)
      seat.isAway = false
      seat.tab.comeBack()
      history.provoked('hint')
      seat.tab.online()
    }
    await pass(180_000)
    for (const seat of seats('open')) request(seat)
    await pass(120_000)
    judgeAgreement(seats('open'), ground)
  }

  return {
    ...ground,
    seats,
    open,
    close,
    freeze,
    thaw,
    mayInterrupt: seat => !weather.isStrict || !refreshes.isFlying(seat),
    request,
    wait: waiting.add,
    isWaitingFor: waiting.isWaitingFor,
    pass,
    sleep,
    settle,
  }
}
