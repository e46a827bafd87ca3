// Carries requests to the API's door of the cluster and its answers back. What a path or a verb means is the door's to say;
// of the server's own rules only the largest body is kept here. Left out: HTTP/2, TLS.

import { Hono, type Context } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { ContentfulStatusCode, StatusCode } from 'hono/utils/http-status'
import type { HostedCluster } from '../../bridge/host/index.ts'
import { apiOf, describeApi, type ApiRequest, type OpenApi } from '../../engine/index.ts'
import { readInstalledModels } from '../api-models.ts'
import type { OpenWatches } from './open-watches.ts'
import { Refusal } from './status.ts'

/** The limit of the real server for a body, which is told in its words. */
const BODY_BYTES_MAX = 3_145_728

const PATHS = ['/api', '/apis', '/version', '/healthz', '/livez', '/readyz', '/openapi']

export interface KubernetesApiOptions {
  readonly home: HostedCluster
  readonly watches: OpenWatches
}

/** Routes of the Kubernetes API. The cluster is asked for at every request: a reset brings another. */
export function createKubernetesApi({ home, watches }: KubernetesApiOptions): Hono {
  const api = new Hono()
  const openApi = describeApi(readInstalledModels)
  const limit = bodyLimit({
    maxSize: BODY_BYTES_MAX,
    onError: () => {
      throw new Refusal(413, `Request entity too large: limit is ${BODY_BYTES_MAX}`)
    },
  })
  for (const path of PATHS.flatMap(path => [path, `${path}/*`])) {
    api.all(path, limit, async context => answer(context, await readRequest(context), { home, watches, openApi }))
  }
  return api
}

async function readRequest(context: Context): Promise<ApiRequest> {
  const { pathname, search } = new URL(context.req.url)
  return {
    method: context.req.method,
    path: pathname,
    query: search.slice(1),
    headers: context.req.header(),
    body: await bodyOf(context),
  }
}

// What is no text is carried as one character for each byte.
async function bodyOf({ req }: Context): Promise<string> {
  const isBinary = req.header('content-type')?.startsWith('application/vnd.kubernetes.protobuf') ?? false
  return isBinary ? Buffer.from(await req.arrayBuffer()).toString('latin1') : req.text()
}

interface Carried extends KubernetesApiOptions {
  readonly openApi: OpenApi
}

function answer(context: Context, request: ApiRequest, { home, watches, openApi }: Carried): Response {
  // Requests may come faster than frames: each finds the cluster as it is at its own millisecond.
  home.catchUp()
  const response = apiOf(home.cluster, openApi).handle(request)
  for (const [name, value] of Object.entries(response.headers)) {
    for (const one of typeof value === 'string' ? [value] : value) context.header(name, one, { append: true })
  }
  if (response.type === 'watch') return context.body(watches.stream(response))
  if (response.type === 'stream') {
    if (response.protocol === 'exec') throw new Refusal(400, 'Upgrade request required')
    return context.body(watches.stream(response))
  }
  // A status like 304 may have no body at all, not even an empty one.
  if (response.body === '') return context.body(null, response.status as StatusCode)
  return context.body(response.body, response.status as ContentfulStatusCode)
}
