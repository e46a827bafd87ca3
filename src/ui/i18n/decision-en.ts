// What controllers decided, and by which rule, in English. `decided.` says what, `because.` says why.

export const decisionEn = {
  'decided.title': 'Decisions',
  'decided.none': 'Nothing has been decided about it yet.',
  'decided.unworded': '{{literal}}',
  'decided.earlier': 'Earlier decisions',

  'decided.endpoint-in': 'Put into `{{EndpointSlice}}`',
  'decided.endpoint-out': 'Taken out of `{{EndpointSlice}}`',
  'decided.endpoint-changed': 'Changed in `{{EndpointSlice}}`',
  'decided.endpoint-held-back': 'No endpoint of `{{Service}}` yet',
  'decided.slice-created': 'Slice made for `{{Service}}`',
  'decided.slice-rewritten': 'Slice written again',
  'decided.slice-deleted': 'Slice deleted',
  'decided.sync-retried': 'Tried again later',
  'decided.node-unknown': 'Called Unknown',
  'decided.node-tainted': 'Tainted NoExecute',
  'decided.node-untainted': 'NoExecute taint taken away',
  'decided.pod-unready': 'Called not ready',
  'decided.eviction-planned': 'Eviction planned',
  'decided.eviction-cancelled': 'Eviction cancelled',
  'decided.pod-evicted': 'Evicted',

  'because.label-differs': 'Label `{{label}}` is `{{is}}`; the selector wants `{{wants}}`.',
  'because.label-missing': 'Label `{{label}}` is missing; the selector wants `{{wants}}`.',
  'because.selector-missing': '`{{service}}` has no selector any more.',
  'because.pod-finished': 'Its phase is {{phase}}: a finished Pod is no endpoint.',
  'because.pod-gone': 'The Pod `{{pod}}` is gone.',
  'because.no-ip': '`{{pod}}` has no address yet.',
  'because.no-ip-of-family': 'It has no {{family}} address.',
  'because.node-unknown': 'There is no Node `{{node}}`.',
  'because.ports-differ': 'Its ports resolve to {{is}} instead of {{was}}, and one slice holds one set of ports.',
  'because.pod-ready': '`{{pod}}` is ready: new requests may come.',
  'because.pod-not-ready': '`{{pod}}` is not ready: it gets nothing new.',
  'because.pod-terminating': 'It is being deleted: ready is false from now on, whatever its probes say.',
  'because.field-differs': '`{{field}}` is `{{is}}` and was `{{was}}`.',
  'because.fills-touched-slice':
    'That slice had to be written anyway, and the fullest of those is filled first: {{endpoints}} of {{max}} places taken.',
  'because.fits-untouched-slice':
    'No slice had to be written anyway; in this one the new endpoints leave the least room: {{endpoints}} of {{max}} places taken.',
  'because.needs-new-slice':
    'No slice had room for all that was left: a new one, {{endpoints}} of {{max}} places taken.',
  'because.takes-recycled-slice':
    '`{{slice}}` would have been deleted; it is written again instead: {{endpoints}} of {{max}} places taken.',
  'because.placeholder': '`{{service}}` has no endpoint, and keeps one empty slice.',
  'because.endpoints-differ': 'Its endpoints are others: {{added}} added, {{removed}} removed, {{changed}} changed.',
  'because.labels-differ': 'Label `{{label}}` shall be `{{is}}` and was `{{was}}`.',
  'because.hints-differ': 'Its endpoints are meant for other zones than before.',
  'because.no-endpoint-left': 'None of its endpoints is left.',
  'because.ports-unwanted': 'No Pod of the Service has the ports {{ports}} any more.',
  'because.family-unwanted': 'The Service has no addresses of family {{family}}.',
  'because.earlier-service': 'It belongs to an earlier Service named `{{service}}`.',
  'because.write-refused': '{{message}}',
  'because.no-heartbeat': 'No heartbeat for {{silentMs}}; the grace period is {{graceMs}}.',
  'because.ready-is': 'Its Ready condition is {{status}}.',
  'because.node-lost': 'Nothing is heard of `{{node}}`: what runs there may be dead.',
  'because.taint-not-tolerated': '`{{node}}` has the NoExecute taint `{{taint}}`, and the Pod does not tolerate it.',
  'because.toleration-runs':
    '`{{node}}` has the NoExecute taint `{{taint}}`; the Pod tolerates it for {{seconds}} s, until {{dueMs}}.',
  'because.toleration-ran-out':
    '`{{node}}` has had the NoExecute taint `{{taint}}` for as long as the Pod tolerates it: {{seconds}} s.',
  'because.taint-gone': '`{{node}}` has no NoExecute taint any more.',
} as const
