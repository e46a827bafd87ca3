// The questions a client asks about itself: who am I, may I do this, what may I do at all (authentication.k8s.io/v1 and
// authorization.k8s.io/v1). This server knows no users and refuses nobody, so the answers are the same for every body; what
// was asked is not repeated in them. Reviews about others are not served.

import { jsonAnswer, statusAnswer } from './answer.ts'
import type { ApiBody, ApiRequest } from './api-request.ts'
import { methodNotAllowed } from './refusals.ts'

const REVIEWS: {
  readonly [path: string]: { readonly apiVersion: string; readonly kind: string; readonly status: object }
} = {
  '/apis/authentication.k8s.io/v1/selfsubjectreviews': {
    apiVersion: 'authentication.k8s.io/v1',
    kind: 'SelfSubjectReview',
    status: { userInfo: { username: 'system:anonymous', groups: ['system:unauthenticated'] } },
  },
  '/apis/authorization.k8s.io/v1/selfsubjectaccessreviews': {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectAccessReview',
    status: { allowed: true },
  },
  '/apis/authorization.k8s.io/v1/selfsubjectrulesreviews': {
    apiVersion: 'authorization.k8s.io/v1',
    kind: 'SelfSubjectRulesReview',
    status: {
      resourceRules: [{ verbs: ['*'], apiGroups: ['*'], resources: ['*'] }],
      nonResourceRules: [{ verbs: ['*'], nonResourceURLs: ['*'] }],
      incomplete: false,
    },
  },
}

/** The answer to a request at a review's path, or undefined when the path is none. */
export function selfReview({ method, path }: Pick<ApiRequest, 'method' | 'path'>): ApiBody | undefined {
  const review = Object.hasOwn(REVIEWS, path) ? REVIEWS[path] : undefined
  if (!review) return undefined
  if (method !== 'POST') return statusAnswer(methodNotAllowed())
  const { kind, apiVersion, status } = review
  // The wire has a spec for every kind but the one that asks nothing.
  return jsonAnswer(201, { kind, apiVersion, metadata: {}, ...(kind !== 'SelfSubjectReview' && { spec: {} }), status })
}
