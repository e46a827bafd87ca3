import fc from 'fast-check'
import { expect, it } from 'vitest'
import { dnsSubdomain } from './name-rules.ts'

const SUBDOMAIN = /^[a-z0-9]([-a-z0-9]*[a-z0-9])?(\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*$/

it('takes for a subdomain what the form in its message takes', () => {
  const unit = fc.constantFrom('a', 'z', '0', '9', '-', '.', 'A', '\n', 'é', '`', '{', '/', ':')
  fc.assert(
    fc.property(fc.string({ unit, maxLength: 7 }), text => {
      expect(dnsSubdomain(text).length === 0).toBe(SUBDOMAIN.test(text))
    }),
    { seed: 20_261_125, numRuns: 5_000 },
  )
})
