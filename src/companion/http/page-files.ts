// The built page as a list of files, made once at the start: what is not on it does not exist, whatever a path says.

import { existsSync, readdirSync } from 'node:fs'
import { readFile } from 'node:fs/promises'
import { extname, join, relative, sep } from 'node:path'
import type { MiddlewareHandler } from 'hono'

const CONTENT_TYPES: { readonly [extension: string]: string } = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
  '.wasm': 'application/wasm',
}

/** Paths as a browser asks for them (`/assets/index-B1x.js`) → files. Hidden files and folders are left out. */
export function listPageFiles(folder: string): ReadonlyMap<string, string> {
  const files = new Map<string, string>()
  if (!existsSync(folder)) return files
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue
    const file = join(entry.parentPath, entry.name)
    const parts = relative(folder, file).split(sep)
    if (!parts.some(part => part.startsWith('.'))) files.set(`/${parts.join('/')}`, file)
  }
  const index = files.get('/index.html')
  if (index !== undefined) files.set('/', index)
  return files
}

/** Serves those files to GET and HEAD; everything else goes on to the next handler. */
export function servePage(files: ReadonlyMap<string, string>): MiddlewareHandler {
  return async (context, next) => {
    const file = files.get(context.req.path)
    if (file === undefined || !['GET', 'HEAD'].includes(context.req.method)) return next()
    // Vite puts a hash of the content into the names under assets/.
    const isHashed = context.req.path.startsWith('/assets/')
    context.header('Cache-Control', isHashed ? 'public, max-age=31536000, immutable' : 'no-cache')
    context.header('Content-Type', CONTENT_TYPES[extname(file)] ?? 'application/octet-stream')
    return context.body(new Uint8Array(await readFile(file)))
  }
}
