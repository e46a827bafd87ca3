// The natural logarithm from additions and multiplications alone. ECMAScript lets every engine choose its own Math.log,
// so two browsers may differ in the last bit, and one bit is enough to send a replay another way. IEEE 754 arithmetic
// leaves no such freedom: this function gives the same bits everywhere, within a few units in the last place of the truth.

const TWO_32 = 0x1_0000_0000
// ln 2 in two parts: the first has its low bits zero, so that a whole number below 2¹¹ times it is exact.
const LN2_HIGH = 0.6931471803691238
const LN2_LOW = 1.9082149292705877e-10

/** ln x; −∞ for 0, NaN below it. */
export function naturalLog(x: number): number {
  if (!(x > 0)) return x === 0 ? -Infinity : Number.NaN
  if (x === Infinity) return x
  // x = m · 2ᵏ with m in [√½, √2). Halving and doubling are exact.
  let m = x
  let k = 0
  while (m >= TWO_32) {
    m /= TWO_32
    k += 32
  }
  while (m * TWO_32 < 1) {
    m *= TWO_32
    k -= 32
  }
  while (m < Math.SQRT1_2) {
    m *= 2
    k--
  }
  while (m >= Math.SQRT2) {
    m /= 2
    k++
  }
  return k * LN2_HIGH + (logNearOne(m) + k * LN2_LOW)
}

// ln m = 2 artanh s with s = (m − 1) / (m + 1), and |s| ≤ 0.1716: eleven terms of the series reach 2⁻⁵³.
function logNearOne(m: number): number {
  const s = (m - 1) / (m + 1)
  const z = s * s
  let sum = 1 / 23
  for (let odd = 21; odd >= 3; odd -= 2) sum = sum * z + 1 / odd
  return 2 * (s + s * z * sum)
}
