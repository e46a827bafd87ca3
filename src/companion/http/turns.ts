// Requests that change the clock or the whole cluster wait for each other, so that each finds things as the one before
// left them.

/** Runs one piece of work after the other, whatever became of the one before. */
export type InTurn = <T>(work: () => Promise<T>) => Promise<T>

export function createTurns(): InTurn {
  let last: Promise<unknown> = Promise.resolve()
  return work => {
    const mine = last.then(work, work)
    last = mine.catch(() => {})
    return mine
  }
}
