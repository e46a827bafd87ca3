// Two states of a long list mostly share all items but a few. What was found out about the items of the old one (that they are
// frozen, that they are good) need then be found out again for the others only.

/**
 * Calls back for items that the old list does not hold as the very same values; in order, with their places. It may call
 * for some that the old list does hold, where much has moved, but leaves none out that it does not.
 */
export function eachUnshared<T>(items: readonly T[], old: readonly T[], visit: (item: T, index: number) => void): void {
  let place = 0
  for (let at = 0; at < items.length; at++) {
    const item = items[at] as T
    if (item === old[place]) place++
    else if (place + 1 < old.length && item === old[place + 1]) place += 2
    else {
      visit(item, at)
      // What comes next tells one that was put in from one that was exchanged.
      if (at + 1 >= items.length || items[at + 1] !== old[place]) place++
    }
  }
}
