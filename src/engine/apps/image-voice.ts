// What an image does when it is asked over HTTP and what it writes to its log, in the style of images that many people know.
// Any other image is an HTTP server that answers with the name of its Pod and writes a line for each request. Left out:
// configuration files, other protocols than HTTP, and log lines about anything but start, requests and end.

import { AGNHOST } from './agnhost.ts'
import { baseNameOf } from './image-names.ts'
import type { ImageVoice, Speaker } from './image-speech.ts'
import { optionOf } from './known-server.ts'

export function voiceOf(image: string): ImageVoice {
  const name = baseNameOf(image)
  if (name === 'nginx') return NGINX
  if (name === 'http-echo') return HTTP_ECHO
  if (name === 'whoami') return WHOAMI
  return name === 'agnhost' ? AGNHOST : PLAIN
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

const WHOAMI: ImageVoice = {
  ...PLAIN,
  answer: ({ podName }, { path, agent, from }) => {
    const lines = [
      `Hostname: ${podName}`,
      `RemoteAddr: ${from ?? ''}`,
      `GET ${path} HTTP/1.1`,
      `User-Agent: ${agent}`,
      '',
    ]
    return path === '/health' ? { status: 200, body: '' } : { status: 200, body: `${lines.join('\n')}\n` }
  },
}

function portList(ports: readonly number[]): string {
  return ports.map(port => `:${port}`).join(', ')
}

function echoAddress({ args, ports }: Speaker): string {
  return optionOf(args, 'listen') ?? `:${ports[0] ?? 5678}`
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
