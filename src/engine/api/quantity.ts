// Quantities of resources (`500m`, `8Gi`, `1e3`), after apimachinery's resource.Quantity. Only their size is read; anything
// that is no quantity counts as nothing. Precise to a double, which is more than a Node's CPUs need.

const QUANTITY = /^([+-]?\d*\.?\d*)(?:e([+-]?\d+)|E([+-]?\d+)|([numkMGTPE]|[KMGTPE]i)?)$/

const SCALES: { readonly [suffix: string]: number } = {
  n: 1e-9,
  u: 1e-6,
  m: 1e-3,
  k: 1e3,
  M: 1e6,
  G: 1e9,
  T: 1e12,
  P: 1e15,
  E: 1e18,
  Ki: 2 ** 10,
  Mi: 2 ** 20,
  Gi: 2 ** 30,
  Ti: 2 ** 40,
  Pi: 2 ** 50,
  Ei: 2 ** 60,
}

/** Thousandths of the quantity, rounded up as Quantity.MilliValue does: `500m` is 500, `4` is 4000. */
export function milliValue(text: string): number {
  const [, digits = '', e, bigE, suffix] = QUANTITY.exec(text) ?? []
  if (!/\d/.test(digits)) return 0
  const exponent = e ?? bigE
  const scale = exponent === undefined ? (suffix === undefined ? 1 : (SCALES[suffix] ?? 0)) : 10 ** Number(exponent)
  // Decimal texts times powers of ten are not exact: what lies within a billionth of a whole number is that number.
  const value = Number(digits) * scale * 1000
  const nearest = Math.round(value)
  return Math.abs(value - nearest) < 1e-9 * Math.max(1, Math.abs(nearest)) ? nearest : Math.ceil(value)
}
