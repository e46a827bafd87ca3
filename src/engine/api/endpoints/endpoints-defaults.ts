// What the API server fills into Endpoints (core/v1 SetDefaults_Endpoints): the protocol of ports.

import { fill, mapSame, omitEmpty, withMember } from '../fill.ts'
import type { Endpoints, EndpointSubset, EndpointSubsetPort } from './endpoints.ts'

export function defaultEndpoints(endpoints: Endpoints): Endpoints {
  const given = omitEmpty(endpoints, ['subsets'])
  return given.subsets ? withMember(given, 'subsets', mapSame(given.subsets, defaultSubset)) : given
}

function defaultSubset(subset: EndpointSubset): EndpointSubset {
  const given = omitEmpty(subset, ['addresses', 'notReadyAddresses', 'ports'])
  return given.ports ? withMember(given, 'ports', mapSame(given.ports, defaultPort)) : given
}

function defaultPort(port: EndpointSubsetPort): EndpointSubsetPort {
  return fill(omitEmpty(port, ['name']), { protocol: 'TCP' })
}
