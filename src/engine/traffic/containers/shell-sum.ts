// `$((…))` of a shell: whole numbers with + - * / %, comparisons, `&&`, `||`, `!` and brackets; a name is its variable's number.
// Left out: bits, assignments and conditions with `?`.

type Left = { rest: string }

const LEVELS: readonly RegExp[] = [/^\|\|/, /^&&/, /^(==|!=)/, /^(<=|>=|<|>)/, /^[+-]/, /^[*/%]/]

/** The value, or undefined where the text is none, or divides by nothing. */
export function shellSum(text: string, valueOf: (variable: string) => string): number | undefined {
  const left: Left = { rest: text.replaceAll(/\s+/g, '') }
  const value = level(left, 0, valueOf)
  return left.rest === '' && Number.isFinite(value) ? value : undefined
}

function level(left: Left, depth: number, valueOf: (variable: string) => string): number {
  const signs = LEVELS[depth]
  if (!signs) return atom(left, valueOf)
  let value = level(left, depth + 1, valueOf)
  for (let sign = signs.exec(left.rest)?.[0]; sign !== undefined; sign = signs.exec(left.rest)?.[0]) {
    left.rest = left.rest.slice(sign.length)
    value = combined(value, sign, level(left, depth + 1, valueOf))
  }
  return value
}

function atom(left: Left, valueOf: (variable: string) => string): number {
  const [token = ''] = /^(\d+|\$?\w+|\$\{\w+\}|[-+!(])/.exec(left.rest) ?? []
  left.rest = left.rest.slice(token.length)
  if (token === '-') return -atom(left, valueOf)
  if (token === '+') return atom(left, valueOf)
  if (token === '!') return Number(atom(left, valueOf) === 0)
  if (token === '(') {
    const value = level(left, 0, valueOf)
    if (left.rest[0] !== ')') return Number.NaN
    left.rest = left.rest.slice(1)
    return value
  }
  if (/^\d/.test(token)) return Number(token)
  return token === '' ? Number.NaN : Number(valueOf(token.replaceAll(/[${}]/g, '')) || 0)
}

function combined(left: number, sign: string, right: number): number {
  switch (sign) {
    case '+':
      return left + right
    case '-':
      return left - right
    case '*':
      return left * right
    case '/':
      return Math.trunc(left / right)
    case '%':
      return left % right
    case '||':
      return Number(left !== 0 || right !== 0)
    case '&&':
      return Number(left !== 0 && right !== 0)
    case '==':
      return Number(left === right)
    case '!=':
      return Number(left !== right)
    case '<':
      return Number(left < right)
    case '<=':
      return Number(left <= right)
    case '>':
      return Number(left > right)
    default:
      return Number(left >= right)
  }
}
