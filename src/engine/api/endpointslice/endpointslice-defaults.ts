// What the API server fills into an EndpointSlice (discovery/v1 SetDefaults_EndpointPort); the deprecated topology map is
// cleared on every write through v1, as upstream does.

import { fill, mapSame, withMember } from '../fill.ts'
import type { Endpoint, EndpointPort, EndpointSlice } from './endpointslice.ts'

export function defaultEndpointSlice(slice: EndpointSlice, old?: EndpointSlice): EndpointSlice {
  return {
    ...slice,
    endpoints: mapSame(slice.endpoints ?? [], defaultEndpoint, old?.endpoints),
    ports: slice.ports && slice.ports.length > 0 ? mapSame(slice.ports, defaultEndpointPort) : null,
  }
}

function defaultEndpointPort(port: EndpointPort): EndpointPort {
  return withMember(fill(port, { protocol: 'TCP' }), 'name', port.name ?? '')
}

function defaultEndpoint(endpoint: Endpoint): Endpoint {
  const filled = endpoint.conditions ? endpoint : { ...endpoint, conditions: {} }
  return filled.deprecatedTopology ? { ...filled, deprecatedTopology: undefined } : filled
}
