// Every request to the companion: trust first, then the Kubernetes API, the playground's endpoints and the files of the page.

import { Hono } from 'hono'
import { bodyLimit } from 'hono/body-limit'
import type { Logger } from '../logger.ts'
import { createKubernetesApi, type KubernetesApiOptions } from './kubernetes-api.ts'
import { servePage } from './page-files.ts'
import { createPlaygroundApi, type PlaygroundApiOptions } from './playground-api.ts'
import { createSnapshotApi, type SnapshotApiOptions } from './snapshot-api.ts'
import { Refusal, statusOf } from './status.ts'
import { trust } from './trust.ts'

const BODY_BYTES_MAX = 1_048_576

export interface AppOptions extends PlaygroundApiOptions, SnapshotApiOptions, KubernetesApiOptions {
  readonly files: ReadonlyMap<string, string>
  readonly logger: Logger
}

export function createApp(options: AppOptions): Hono {
  const app = new Hono()
  app.use(trust)
  app.route('/', createKubernetesApi(options))
  app.route('/playground/v1', createSnapshotApi(options))
  app.use(
    bodyLimit({
      maxSize: BODY_BYTES_MAX,
      onError: () => {
        throw new Refusal(413, `the body is larger than ${BODY_BYTES_MAX} bytes`)
      },
    }),
  )
  app.route('/playground/v1', createPlaygroundApi(options))
  app.use(servePage(options.files))
  app.notFound(context => {
    const { method, path } = context.req
    if (options.files.has(path)) return context.json(statusOf(405, `${method} is not allowed for ${path}`), 405)
    if (path.startsWith('/playground/')) {
      return context.json(statusOf(404, `the server could not find the requested resource: ${path}`), 404)
    }
    // In the words of the API server, whose port this is.
    return context.text('404 page not found\n', 404)
  })
  app.onError((error, context) => {
    if (error instanceof Refusal) return context.json(statusOf(error.code, error.message), error.code)
    options.logger.complain(`${context.req.method} ${context.req.path}: ${error.stack ?? error.message}`)
    return context.json(statusOf(500, `Internal error occurred: ${error.message}`), 500)
  })
  return app
}
