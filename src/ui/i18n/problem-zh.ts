// What is wrong with a manifest, in plain Chinese.

export const problemZh = {
  'problem.other': 'Kubernetes 不接受这个。',
  'fix.other': '改正',
} as const
