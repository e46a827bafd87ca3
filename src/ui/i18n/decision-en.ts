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

  'decided.pods-made': 'Pods made',
  'decided.pod-deleted': 'Deleted by `{{ReplicaSet}}`',
  'decided.pod-scheduled': 'Bound to `{{Node}}`',
  'decided.pod-unscheduled': 'Bound to no Node',

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

  'because.too-few-pods': '{{wanted}} are wanted, {{active}} are there: {{made}} more.',
  'because.all-pods-go': '{{wanted}} are wanted, and none of these may stay.',
  'because.unassigned-first': 'It is on no Node yet, and such Pods go before `{{spared}}`.',
  'because.pending-first': 'Its phase is {{phase}}, and such Pods go before `{{spared}}`, which runs.',
  'because.unready-first': 'It is not ready, and such Pods go before `{{spared}}`, which is.',
  'because.cheaper-first': 'Its deletion cost is {{cost}}, less than the {{sparedCost}} of `{{spared}}`.',
  'because.crowded-first':
    '`{{node}}` has {{pods}} Pods of this workload, more than the {{sparedPods}} beside `{{spared}}`.',
  'because.ready-later-first': 'It has been ready for a shorter time than `{{spared}}`.',
  'because.restarted-first': 'It was restarted {{restarts}} times, more often than `{{spared}}` ({{sparedRestarts}}).',
  'because.younger-first': 'It is younger than `{{spared}}`.',
  'because.uid-first': 'Nothing tells it from `{{spared}}` but its uid, which comes first.',

  'because.only-node': '`{{node}}` is the only one of {{nodes}} Nodes that it can go to.',
  'because.best-score': '`{{node}}` has the highest score, {{score}}: {{scores}}.',
  'because.drawn-by-lot':
    '{{among}} Nodes share the highest score, {{score}}; `{{node}}` was drawn by lot: {{scores}}.',
  'because.no-node-fits': 'None of {{nodes}} Nodes can take it: {{reasons}}.',
  'because.gated': '`{{pod}}` has scheduling gates.',
} as const
