// What an image does when it is asked over HTTP and what it writes to its log, in the style of images that many people know.
// Any other image is an HTTP server that answers with the name of its Pod and writes a line for each request. Left out:
// configuration files, other protocols than HTTP, and log lines about anything but start, requests and end.

import { baseNameOf } from './image-names.ts'

/** The container that speaks. */
export interface Speaker {
  readonly image: string
  readonly args: readonly string[]
  readonly podName: string
  readonly ports: readonly number[]
}

export interface HttpRequest {
  readonly path: string
  /** `-` where a client does not say what it is. */
  readonly agent: string
}

export interface HttpAnswer {
  readonly status: number
  readonly body: string
  /** In the order in which they are sent, without the length. */
  readonly headers?: readonly (readonly [string, string])[]
}

/** A request as the server's log has it. */
export interface ServedRequest extends HttpRequest {
  /** `2026-01-01T00:00:12.345678Z`. */
  readonly at: string
  readonly client: string
  readonly port: number
  readonly status: number
  readonly bytes: number
}

export interface ImageVoice {
  answer(speaker: Speaker, request: HttpRequest): HttpAnswer
  /** Lines at its start, at a request, and at its end when it is told to go. */
  started(speaker: Speaker, at: string): readonly string[]
  served(speaker: Speaker, request: ServedRequest): string
  ended(speaker: Speaker, at: string): readonly string[]
}

export function voiceOf(image: string): ImageVoice {
  const name = baseNameOf(image)
  if (name === 'nginx') return NGINX
  if (name === 'http-echo') return HTTP_ECHO
  return name === 'agnhost' ? AGNHOST : PLAIN
}

/** Where an image is known to listen when nobody declares a port; undefined when it is not known. */
export function imagePorts(image: string, args: readonly string[]): readonly number[] | undefined {
  switch (baseNameOf(image)) {
    case 'nginx':
      return [80]
    case 'http-echo':
      return [Number((optionOf(args, 'listen') ?? ':5678').split(':').at(-1))]
    case 'agnhost':
      return args[0] === 'netexec' ? [Number(optionOf(args, 'http-port') ?? 8080)] : undefined
    default:
      return undefined
  }
}

/** Whether a server answers gRPC health checks. Of an image that is not known it is assumed. */
export function speaksGrpc(image: string, args: readonly string[]): boolean {
  const name = baseNameOf(image)
  if (name === 'agnhost') return args[0] === 'grpc-health-checking'
  return name !== 'nginx' && name !== 'http-echo'
}

const PLAIN: ImageVoice = {
  answer: ({ podName }) => ({ status: 200, body: `${podName}\n` }),
  started: ({ ports }, at) => [`${at} listening${ports.length === 0 ? '' : ` on ${portList(ports)}`}`],
  served: (_, { at, client, path, status, bytes }) => `${at} ${client} "GET ${path} HTTP/1.1" ${status} ${bytes}`,
  ended: (_, at) => [`${at} received SIGTERM, shutting down`],
}

const NGINX_PAGE = `<!DOCTYPE html>
<html>
<head>
<title>Welcome to nginx!</title>
</head>
<body>
<h1>Welcome to nginx!</h1>
</body>
</html>
`
const NGINX_MISSING = `<html>
<head><title>404 Not Found</title></head>
<body>
<center><h1>404 Not Found</h1></center>
<hr><center>nginx</center>
</body>
</html>
`

const NGINX: ImageVoice = {
  answer: (_, { path }) =>
    /^\/(index\.html)?(\?.*)?$/.test(path) ? { status: 200, body: NGINX_PAGE } : { status: 404, body: NGINX_MISSING },
  started: (_, at) => [
    '/docker-entrypoint.sh: Configuration complete; ready for start up',
    `${slashed(at)} [notice] 1#1: start worker processes`,
  ],
  served: (_, { at, client, path, status, bytes, agent }) =>
    `${client} - - [${clfTime(at)}] "GET ${path} HTTP/1.1" ${status} ${bytes} "-" "${agent}" "-"`,
  ended: (_, at) => [
    `${slashed(at)} [notice] 1#1: signal 3 (SIGQUIT) received, shutting down`,
    `${slashed(at)} [notice] 1#1: exit`,
  ],
}

const HTTP_ECHO: ImageVoice = {
  answer: ({ args }) => ({ status: 200, body: `${optionOf(args, 'text') ?? 'hello-world'}\n` }),
  started: (speaker, at) => [`${slashed(at)} [INFO] server is listening on ${echoAddress(speaker)}`],
  served: (speaker, { at, client, path, status, bytes, agent }) =>
    `${slashed(at)} ${echoAddress(speaker)} ${client} "GET ${path} HTTP/1.1" ${status} ${bytes} "${agent}"`,
  ended: (_, at) => [`${slashed(at)} [INFO] received interrupt, shutting down...`],
}

const AGNHOST: ImageVoice = {
  // Of netexec's many paths, those that tell the Pod's name.
  answer: ({ args, podName }, { path }) =>
    args[0] !== 'netexec' || /^\/(host[nN]ame|healthz)?$/.test(path)
      ? { status: 200, body: podName }
      : { status: 404, body: '404 page not found\n' },
  started: ({ args, ports }, at) => {
    const port = ports[0] ?? (args[0] === 'netexec' ? 8080 : 9376)
    const line = args[0] === 'netexec' ? `Started HTTP server on port ${port}` : `Serving on port ${port}.`
    return [`${klogHead(at)} ${line}`]
  },
  served: (_, { at, path }) => `${klogHead(at)} GET ${path}`,
  ended: (_, at) => [`${klogHead(at)} Received SIGTERM, shutting down`],
}

function portList(ports: readonly number[]): string {
  return ports.map(port => `:${port}`).join(', ')
}

function echoAddress({ args, ports }: Speaker): string {
  return optionOf(args, 'listen') ?? `:${ports[0] ?? 5678}`
}

/** The value of `-name=value` or `--name value` among arguments. */
function optionOf(args: readonly string[], name: string): string | undefined {
  for (const [index, arg] of args.entries()) {
    if (arg === `-${name}` || arg === `--${name}`) return args[index + 1]
    const match = /^--?([a-z-]+)=(.*)$/s.exec(arg)
    if (match?.[1] === name) return match[2]
  }
  return undefined
}

/** `2026/01/01 00:00:12`. */
function slashed(at: string): string {
  return at.slice(0, 19).replaceAll('-', '/').replace('T', ' ')
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

/** `01/Jan/2026:00:00:12 +0000`. */
function clfTime(at: string): string {
  return `${at.slice(8, 10)}/${MONTHS[Number(at.slice(5, 7)) - 1] ?? ''}/${at.slice(0, 4)}:${at.slice(11, 19)} +0000`
}

/** `I0101 00:00:12.345678       1 log.go:245]`. */
function klogHead(at: string): string {
  return `I${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 26)}       1 log.go:245]`
}
