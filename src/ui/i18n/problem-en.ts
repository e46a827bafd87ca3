// What is wrong with a manifest, in plain English. Kubernetes' own words stand below each of these in the bubble.

export const problemEn = {
  'problem.other': 'Kubernetes does not take this.',
  'fix.other': 'Mend it',
} as const
