// The forms a name may have (apimachinery util/validation): labels and subdomains of DNS, qualified names, label values,
// port names. Each rule gives the list of what is wrong in the server's own words; an empty list means the text is good.

export type NameRule = (text: string) => readonly string[]

const LABEL_MAX = 63
const SUBDOMAIN_MAX = 253
const PORT_NAME_MAX = 15

const LABEL = '[a-z0-9]([-a-z0-9]*[a-z0-9])?'
const LABEL_1035 = '[a-z]([-a-z0-9]*[a-z0-9])?'
const SUBDOMAIN = String.raw`[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*`
const QUALIFIED = '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]'
const VALUE = '(([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9])?'

const LABEL_FORM = whole(LABEL)
const LABEL_1035_FORM = whole(LABEL_1035)
const QUALIFIED_FORM = whole(QUALIFIED)
const VALUE_FORM = whole(VALUE)
const PERCENT_FORM = /^[0-9]+%$/

const LABEL_TEXT = regexText(
  "a lowercase RFC 1123 label must consist of lower case alphanumeric characters or '-', and must start and end with an alphanumeric character",
  LABEL,
  ['my-name', '123-abc'],
)
const LABEL_1035_TEXT = regexText(
  "a DNS-1035 label must consist of lower case alphanumeric characters or '-', start with an alphabetic character, and end with an alphanumeric character",
  LABEL_1035,
  ['my-name', 'abc-123'],
)
const SUBDOMAIN_TEXT = regexText(
  "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or '.', and must start and end with an alphanumeric character",
  SUBDOMAIN,
  ['example.com'],
)
const QUALIFIED_TEXT = regexText(
  "must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  QUALIFIED,
  ['MyName', 'my.name', '123-abc'],
)
const VALUE_TEXT = regexText(
  "a valid label must be an empty string or consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character",
  VALUE,
  ['MyValue', 'my_value', '12345'],
)
const PERCENT_TEXT = regexText("a valid percent string must be a numeric string followed by an ending '%'", '[0-9]+%', [
  '1%',
  '93%',
])

/** A DNS-1123 label: names of namespaces, containers and ports. */
export function dnsLabel(text: string): readonly string[] {
  const long = tooLongFor(text, LABEL_MAX)
  if (LABEL_FORM.test(text)) return long
  // A value that would do as a subdomain has only its dots against it.
  return [...long, isSubdomain(text) ? 'must not contain dots' : LABEL_TEXT]
}

/** A DNS-1035 label: names of Services. */
export function dns1035Label(text: string): readonly string[] {
  const long = tooLongFor(text, LABEL_MAX)
  return LABEL_1035_FORM.test(text) ? long : [...long, LABEL_1035_TEXT]
}

/** A DNS-1123 subdomain: names of most objects. */
export function dnsSubdomain(text: string): readonly string[] {
  const long = tooLongFor(text, SUBDOMAIN_MAX)
  return isSubdomain(text) ? long : [...long, SUBDOMAIN_TEXT]
}

/** `[prefix/]name`: keys of labels and annotations, application protocols. */
export function qualifiedName(text: string): readonly string[] {
  const parts = text.split('/')
  if (parts.length > 2) {
    return [
      `a qualified name ${QUALIFIED_TEXT} with an optional DNS subdomain prefix and '/' (e.g. 'example.com/MyName')`,
    ]
  }
  const errors: string[] = []
  const name = parts[parts.length - 1] as string
  const prefix = parts.length === 2 ? (parts[0] as string) : undefined
  if (prefix === '') errors.push('prefix part must be non-empty')
  else if (prefix !== undefined) errors.push(...dnsSubdomain(prefix).map(error => `prefix part ${error}`))
  if (name === '') errors.push('name part must be non-empty')
  else if (name.length > LABEL_MAX) errors.push(`name part must be no more than ${LABEL_MAX} characters`)
  if (!QUALIFIED_FORM.test(name)) errors.push(`name part ${QUALIFIED_TEXT}`)
  return errors
}

export function labelValue(text: string): readonly string[] {
  const long = tooLongFor(text, LABEL_MAX)
  return VALUE_FORM.test(text) ? long : [...long, VALUE_TEXT]
}

/** An IANA service name: the name of a container port, and a target port that is a text. */
export function portName(text: string): readonly string[] {
  const errors: string[] = []
  if (text.length > PORT_NAME_MAX) errors.push(`must be no more than ${PORT_NAME_MAX} characters`)
  if (!/^[-a-z0-9]+$/.test(text)) errors.push('must contain only alpha-numeric characters (a-z, 0-9), and hyphens (-)')
  if (!/[a-z]/.test(text)) errors.push('must contain at least one letter (a-z)')
  if (text.includes('--')) errors.push('must not contain consecutive hyphens')
  if (text.startsWith('-') || text.endsWith('-')) errors.push('must not begin or end with a hyphen')
  return errors
}

export function percent(text: string): readonly string[] {
  return PERCENT_FORM.test(text) ? [] : [PERCENT_TEXT]
}

/** A rule for the base of a generated name: a trailing hyphen is no mistake, since letters follow. */
export function asPrefix(rule: NameRule): NameRule {
  return text => rule(text.length > 1 && text.endsWith('-') ? `${text.slice(0, -2)}a` : text)
}

// Letter by letter: names of Nodes are looked at by the thousand, and no text can make it slow.
function isSubdomain(text: string): boolean {
  let before = DOT
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (code === DOT || code === HYPHEN) {
      // A label neither begins nor ends with a hyphen, and none is empty.
      if (before === DOT || (code === DOT && before === HYPHEN)) return false
    } else if (!(code >= LETTER_A && code <= LETTER_Z) && !(code >= ZERO && code <= NINE)) return false
    before = code
  }
  return before !== DOT && before !== HYPHEN
}

const [DOT, HYPHEN, ZERO, NINE, LETTER_A, LETTER_Z] = [46, 45, 48, 57, 97, 122]

function tooLongFor(text: string, max: number): readonly string[] {
  return text.length > max ? [`must be no more than ${max} characters`] : []
}

function regexText(message: string, form: string, examples: readonly string[]): string {
  const list = examples.map(example => `'${example}', `).join(' or ')
  return `${message} (e.g. ${list}regex used for validation is '${form}')`
}

function whole(form: string): RegExp {
  return new RegExp(`^${form}$`)
}
