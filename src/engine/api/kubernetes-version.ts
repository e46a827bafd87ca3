// The version of Kubernetes that is spoken here: the one whose answers were recorded. `/version` says it, and the kubelets of
// simulated Nodes are of it.

export const KUBERNETES_VERSION = 'v1.34.4'
