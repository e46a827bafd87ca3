// What controllers decided, as lines that a test likes to read: `endpoint-out Pod/p1: label-differs label=app is=x wants=web`.
// Values that stand for moments and lengths are printed as they are.

import type { Controllers, Decision } from '../controllers/index.ts'

export class HeardDecisions {
  readonly decisions: Decision[] = []

  constructor(controllers: Pick<Controllers, 'onDecision'>) {
    controllers.onDecision(decision => this.decisions.push(decision))
  }

  /** The lines since the last call; those of one controller, or about one object by its name, where asked. */
  take({ by, about }: { readonly by?: string; readonly about?: string } = {}): readonly string[] {
    return this.decisions
      .splice(0)
      .filter(decision => by === undefined || decision.controller === by)
      .filter(decision => about === undefined || decision.about.name === about)
      .map(decisionText)
  }
}

export function decisionText({ code, about, because }: Decision): string {
  const { rule, ...facts } = because
  const values = Object.entries(facts).map(([name, value]) => ` ${name}=${String(value)}`)
  return `${code} ${about.kind}/${about.name}: ${rule}${values.join('')}`
}
