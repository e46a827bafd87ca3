// The recorded kubectl stories that do not hold in the page yet, by what is missing. What this kubectl lacks is played, and
// taken off the list when it holds; what waits for the cluster is skipped by name, and played once it is taken off.

interface Missing {
  readonly why: string
  readonly stories: readonly string[]
}

export const KUBECTL_LACKS: readonly Missing[] = [
  { why: 'there is no kustomize', stories: ['apply/kustomize', 'delete/files'] },
  { why: 'there is no apply --prune', stories: ['apply/prune'] },
  { why: 'there is no editor to open: the page has one', stories: ['change/edit'] },
  { why: 'there are no Go templates', stories: ['get/outputs'] },
  { why: 'errors of the YAML parser have other words', stories: ['refused/yaml'] },
  { why: 'there is no autoscale', stories: ['misc/not-served'] },
  {
    why: 'descriptions of the API are read by the companion and not carried into the page',
    stories: ['meta/explain-service', 'meta/explain-endpointslice', 'meta/explain-recursive'],
  },
]

export const CLUSTER_LACKS: readonly Missing[] = [
  { why: 'an address was taken by another story of the recording', stories: ['get/field-selectors'] },
]
