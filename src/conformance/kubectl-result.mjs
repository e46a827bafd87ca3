// What of a kubectl command's outcome is compared with the recorded one: placeholders for all that a server is free to
// choose, and the lines that a step keeps. The same rules that the recordings were made with.

const RANDOM = 'bcdfghjklmnpqrstvwxz2456789'
/** Placeholders for all that a server is free to choose; `sent` is the text of the story itself. */
export function normalize(text, { ns, server, sent, loose = [], structured }) {
  const known = s => sent.includes(s)
  let t = text
    .replaceAll('\r', '')
    .replaceAll(new RegExp(`${String.fromCharCode(27)}\\[[0-9;]*m`, 'g'), '')
    .replace(/^[IWEF]\d{4} [\d:.]+ +\d+ \S+\] /gm, 'klog] ')
    .replace(/^klog\] .*(watch ended with error|very short watch).*\n/gm, '')
  for (const s of server) t = t.replaceAll(s, '{server}').replaceAll(s.replace(/^https?:\/\//, ''), '{server}')
  t = t
    .replaceAll(ns, '{ns}')
    .replace(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, u => (known(u) ? u : '<uid>'))
    .replace(/\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?(Z| [+-]\d{4}( [A-Z]{3,4})?)/g, x => (known(x) ? x : '<time>'))
    .replace(/(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d [+-]\d{4}/g, '<time>')
    .replace(/(resourceVersion"?: ?)"\d+"/g, '$1"<rv>"')
    .replace(/(resourceVersion=)\d+/g, '$1<rv>')
    .replace(/(Resource Version: *)\d+/g, '$1<rv>')
    .replace(/"(creationTimestamp|lastTransitionTime)": ?null/g, '"$1": null')
    .replace(/\b10\.96\.\d+\.\d+\b/g, x => (known(x) ? x : '<clusterIP>'))
    .replace(/\b10\.244\.\d+\.\d+\b(?!\/)/g, x => (known(x) ? x : '<podIP>'))
    .replace(/\b3[012]\d{3}\b/g, x => (known(x) || +x >= 32767 || x === '30000' ? x : '<nodePort>'))
    .replace(/\/tmp\/[^ ]*?(LIVE|MERGED)-\d+\//g, '<$1>/')
    .replace(/\/tmp\/kubectl-edit-\w+\.yaml/g, '<edited>')
    // A real API server sometimes reports a Service's address as not allocated just after it was made.
    .replace(/^Events:\n +Type.*\n +-.*\n( +Warning +ClusterIPNotAllocated.*\n)+(?! )/gm, 'Events:  <none>\n')
    .replace(/^ +Warning +ClusterIPNotAllocated.*\n/gm, '')
    .replace(/\.[0-9a-f]{16}\b/g, '.<event>')
    .replace(
      /(pod-template-hash(=|"?: "?)|controller-revision-hash(=|"?: "?[a-z0-9-]*?-?))[a-z0-9]+(?=["\s,]|$)/gm,
      '$1<hash>',
    )
    .replace(new RegExp(`-([${RANDOM}]{6,10})-([${RANDOM}]{5})(?![a-z0-9-])`, 'g'), (x, a, b) =>
      known(a) && known(b) ? x : '-<hash>-<suffix>',
    )
    .replace(new RegExp(`-([${RANDOM}]{6,10})(?![a-z0-9-])`, 'g'), (x, a) => (known(a) ? x : '-<hash>'))
    .replace(new RegExp(`-([${RANDOM}]{5})(?![a-z0-9-])`, 'g'), (x, a) => (known(a) ? x : '-<suffix>'))
  if (loose.includes('node'))
    t = t
      .replace(/\bn[123]\b/g, '<node>')
      .replace(/172\.18\.0\.1[123]\b/g, '<nodeIP>')
      .replace(/\bzone-[abc]\b/g, '<zone>')
  if (loose.includes('version')) t = t.replace(/\bv1\.34\.\d+[-+\w.]*/g, 'v1.34.x')
  if (!structured) {
    const age = '(?:\\d+[smhdy]){1,2}'
    t = t
      .split('\n')
      .map(line => {
        const [, indent, rest] = /^(\s*)(.*?)\s*$/.exec(line)
        const whole = rest.split(/ {2,}|\t+/)
        let cells = whole.map((c, i) =>
          new RegExp(`^${age}$`).test(c) && !whole[i - 1]?.endsWith(':')
            ? '<age>'
            : c
                .replace(
                  new RegExp(`^${age} \\(x\\d+ over ${age}\\)$`),
                  loose.includes('count') ? '<age>' : '<age> (xN over <age>)',
                )
                .replace(new RegExp(`\\((lasts )?${age}( ago)?\\)$`), '($1<age>$2)'),
        )
        if (loose.includes('endpoint'))
          cells = cells.map(c => {
            const m = /^([^ ]+(?:,[^ ]+)+)( \+ \d+ more\.\.\.)?$/.exec(c)
            return m ? m[1].split(',').sort().join(',') + (m[2] ?? '') : c
          })
        return rest === '' ? '' : indent + cells.join('  ')
      })
      .join('\n')
  }
  return t
}
/** JSON that came compact (get --raw): sorted keys, no managedFields. */
function readable(text) {
  let v
  try {
    v = JSON.parse(text)
  } catch {
    return text
  }
  if (v === null || typeof v !== 'object') return text
  const walk = x =>
    Array.isArray(x)
      ? x.map(walk)
      : x && typeof x === 'object'
        ? Object.fromEntries(
            Object.keys(x)
              .sort()
              .filter(k => k !== 'managedFields')
              .map(k => [k, k === 'resourceVersion' ? '<rv>' : walk(x[k])]),
          )
        : x
  return JSON.stringify(walk(v), null, 1)
}
function select(step, text) {
  let lines = text.split('\n')
  const end = lines.at(-1) === '' ? lines.pop() : undefined
  if (step.keep) lines = lines.filter(l => new RegExp(step.keep).test(l))
  if (step.drop) lines = lines.filter(l => !new RegExp(step.drop).test(l))
  if (step.unique) lines = [...new Set(lines)]
  if (step.sort === true) lines = lines.toSorted((a, b) => (a < b ? -1 : 1))
  else if (step.sort) {
    const like = l => new RegExp(step.sort).test(l),
      queue = lines.filter(like).sort()
    lines = lines.map(l => (like(l) ? queue.shift() : l))
  }
  if (step.last) lines = lines.slice(-1)
  return [...lines, ...(end === '' && lines.length ? [''] : [])].join('\n')
}
const structuredOutput = args =>
  args.some(
    (a, i) =>
      /^(-o=?|--output=)(yaml|json)$/.test(a) ||
      ((a === '-o' || a === '--output') && /^(yaml|json)$/.test(args[i + 1] ?? '')) ||
      a === 'view-last-applied' ||
      (a === 'diff' && i === 0),
  )
/** What of a command's outcome counts: raw = { exit, stdout, stderr }, context = { ns, server: [url], sent }. */
export function result(step, raw, context) {
  const structured = structuredOutput(step.args)
  const clean = (text, s) => normalize(text, { ...context, loose: step.loose, structured: s })
  const out = step.args.includes('--raw') ? readable(raw.stdout) : raw.stdout
  return {
    exit: raw.exit,
    stdout: step.loose?.includes('stdout')
      ? '<any>'
      : select(step, clean(out, structured || step.args.includes('--raw'))),
    stderr: step.loose?.includes('stderr') ? '<any>' : clean(raw.stderr, false),
  }
}
