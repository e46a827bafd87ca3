// Rules that Deployments and ReplicaSets share (apps validation): replicas, selector, and a template that the selector
// matches.

import { addAll, invalidValue, notSupported, required, type FieldError } from './field-error.ts'
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

export function validateWorkload({ replicas, selector, template }: WorkloadSpec): FieldError[] {
  const errors = nonNegative('spec.replicas', replicas)
  if (!selector) errors.push(required('spec.selector'))
  else {
    const wrong = validateSelector(selector, 'spec.selector')
    addAll(errors, wrong)
    // A ReplicaSet is told of a deployment here too; so does the real server.
    if (isEmptySelector(selector))
      errors.push(invalidValue('spec.selector', selector, 'empty selector is invalid for deployment'))
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
    errors.push({
      type: 'FieldValueForbidden',
      field: 'spec.template.spec.activeDeadlineSeconds',
      detail: 'Forbidden: activeDeadlineSeconds in ReplicaSet is not Supported',
    })
  }
  return errors
}
