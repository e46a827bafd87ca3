// Rules that workloads share (apps validation): replicas, selector, and a template that the selector matches.

import { addAll, forbiddenField, invalidValue, notSupported, required, type FieldError } from './field-error.ts'
import { isEmptySelector, nonNegative, validateSelector } from './meta-validation.ts'
import type { LabelSelector } from './meta.ts'
import { validatePodTemplate } from './pod/pod-validation.ts'
import type { PodTemplateSpec } from './pod/pod.ts'
import { matchesSelector } from './selector.ts'

export interface WorkloadSpec {
  readonly replicas: number
  readonly selector?: LabelSelector | undefined
  readonly template: PodTemplateSpec
}

/** What a kind is called in the messages of its rules. */
interface WorkloadWords {
  /** In a sentence: `deployment`. */
  readonly word: string
  readonly kind: string
}

// A ReplicaSet is told of a deployment, and a Deployment of a ReplicaSet; so does the real server.
const REPLICATED: WorkloadWords = { word: 'deployment', kind: 'ReplicaSet' }

/** Deployments and ReplicaSets: how many, of what, and which are theirs. */
export function validateWorkload(spec: WorkloadSpec): FieldError[] {
  const errors = nonNegative('spec.replicas', spec.replicas)
  if (!spec.selector) errors.push(required('spec.selector'))
  return [...errors, ...validateSelectorAndTemplate(spec, REPLICATED)]
}

/** A selector, where there is one, and a template that it matches. */
export function validateSelectorAndTemplate(
  { selector, template }: Pick<WorkloadSpec, 'selector' | 'template'>,
  { word, kind }: WorkloadWords,
): FieldError[] {
  const errors: FieldError[] = []
  if (selector) {
    const wrong = validateSelector(selector, 'spec.selector')
    addAll(errors, wrong)
    if (isEmptySelector(selector))
      errors.push(invalidValue('spec.selector', selector, `empty selector is invalid for ${word}`))
    // The template is not looked at when nothing can be said to match.
    if (wrong.length > 0) return [...errors, invalidValue('spec.selector', selector, 'invalid label selector')]
  }
  const labels = template.metadata?.labels
  if (!(selector && isEmptySelector(selector)) && !matchesSelector(selector, labels)) {
    errors.push(invalidValue('spec.template.metadata.labels', labels, '`selector` does not match template `labels`'))
  }
  addAll(errors, validatePodTemplate(template, 'spec.template'))
  const { restartPolicy, activeDeadlineSeconds } = template.spec
  if (restartPolicy !== 'Always')
    errors.push(notSupported('spec.template.spec.restartPolicy', restartPolicy, ['Always']))
  if (activeDeadlineSeconds !== undefined) {
    errors.push(
      forbiddenField('spec.template.spec.activeDeadlineSeconds', `activeDeadlineSeconds in ${kind} is not Supported`),
    )
  }
  return errors
}
