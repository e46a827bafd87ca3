// The plain sentences behind the problems of a manifest text: one key for each kind of mistake, with its English wording.
// Whoever words problems for people mirrors these keys; values stand in double braces. The exact cause, in Kubernetes' own
// words, is the problem's message.

export const PROBLEM_ENGLISH = {
  'problem.yamlSyntax': 'This cannot be read as YAML.',
  'problem.tab': 'YAML is indented with spaces; a tab is not allowed here.',
  'problem.duplicateKey': '"{{key}}" stands twice in the same place.',
  'problem.tooLarge': 'The text is too large: {{limit}} at most.',
  'problem.tooDeep': 'This is nested too deeply to be an object.',
  'problem.aliases': 'These aliases repeat so much that the text cannot be unfolded.',
  'problem.notObject': 'Each document must be an object with apiVersion, kind and metadata.',
  'problem.required': '{{field}} is missing.',
  'problem.unknownKind': 'Kubernetes has no kind "{{kind}}" in {{apiVersion}}.',
  'problem.kindNotServed': 'This playground has no {{kind}} objects.',
  'problem.wrongApiVersion': '{{kind}} belongs to {{expected}}, not to {{apiVersion}}.',
  'problem.unknownField': '{{kind}} has no field {{field}}.',
  'problem.wrongType': '{{field}} must be {{expected}}, but this is {{actual}}.',
  'problem.labelNotText': 'The value of {{field}} must be text: put it in quotes.',
  'problem.duplicateName': '{{kind}} {{name}} stands twice in this text.',
  'problem.duplicateValue': '{{field}} has the same value as another one before it.',
  'problem.portRange': 'A port is a number from 1 to 65535.',
  'problem.portName': '{{value}} cannot be a port name: at most 15 lower-case letters, digits and hyphens.',
  'problem.nodePortRange': 'Node ports lie between {{first}} and {{last}}.',
  'problem.nodePortTaken': 'Node port {{value}} belongs to another Service already.',
  'problem.addressTaken': '{{value}} belongs to another Service already.',
  'problem.addressOutside': '{{value}} is not in the range of cluster IPs, {{range}}.',
  'problem.notAnAddress': '{{value}} is not an IP address.',
  'problem.addressNotAllowed': 'Traffic cannot be sent to {{value}}.',
  'problem.nameForm': '{{value}} is not allowed here: the form of the name is wrong.',
  'problem.notSupported': '{{value}} is not one of {{supported}}.',
  'problem.immutable': '{{field}} cannot be changed once the object exists.',
  'problem.notAllowedHere': '{{field}} may not be set here.',
  'problem.selectorMismatch': 'The selector does not match the labels of the Pod template.',
  'problem.noNamespace': 'There is no namespace {{namespace}}.',
  'problem.deprecated': '{{kind}} is deprecated; {{instead}} takes its place.',
  'problem.ignored': '{{field}} has no effect here.',
  'problem.other': 'Kubernetes does not take this.',
} as const

/** What a button that mends a problem says. */
export const FIX_ENGLISH = {
  'fix.replaceWith': 'Replace with {{value}}',
  'fix.useField': 'Use {{field}}',
  'fix.quote': 'Put it in quotes',
  'fix.indentWithSpaces': 'Indent with spaces',
} as const

export type ProblemKey = keyof typeof PROBLEM_ENGLISH
export type FixKey = keyof typeof FIX_ENGLISH

export const PROBLEM_KEYS = Object.keys(PROBLEM_ENGLISH) as readonly ProblemKey[]
