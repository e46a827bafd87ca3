// agnhost, the image of Kubernetes' own tests of networks: `netexec` and `serve-hostname`, over HTTP and UDP. Its paths that
// need the network (`/dial`) or a shell (`/shell`) are answered where these are. Left out: uploads, redirections, `/exit`,
// and its other servers, which answer with the name of their Pod.

import type { HttpAnswer, HttpRequest, ImageVoice, Speaker } from './image-speech.ts'

export const AGNHOST: ImageVoice = {
  answer: (speaker, request) =>
    isNetexec(speaker) ? netexec(speaker, request) : { status: 200, body: speaker.podName },
  datagram: ({ podName, args }, { text, from }) => {
    if (args[0] === 'serve-hostname') return podName
    const [word = '', ...rest] = text.trim().split(' ')
    if (/^host[nN]ame$/.test(word)) return podName
    if (word === 'echo') return rest.join(' ')
    return word === 'clientip' ? from : undefined
  },
  started: ({ args, ports }, at) => {
    const port = ports[0] ?? (args[0] === 'netexec' ? 8080 : 9376)
    const line = args[0] === 'netexec' ? `Started HTTP server on port ${port}` : `Serving on port ${port}.`
    return [`${klogHead(at)} ${line}`]
  },
  served: (_, { at, path }) => `${klogHead(at)} GET ${path}`,
  ended: (_, at) => [`${klogHead(at)} Received SIGTERM, shutting down`],
}

export function isNetexec({ args }: Speaker): boolean {
  return args[0] === 'netexec'
}

/** The value of a parameter of a path; '' where there is none. */
export function queryValue(path: string, name: string): string {
  const pair = /\?(.*)$/s
    .exec(path)?.[1]
    ?.split('&')
    .find(one => one.startsWith(`${name}=`))
  const text = (pair ?? '').slice(name.length + 1).replaceAll('+', ' ')
  return /%(?![0-9a-fA-F]{2})|%[89a-fA-F]/.test(text) ? text : decodeURIComponent(text)
}

function netexec({ podName }: Speaker, { path, from = '', at = '' }: HttpRequest): HttpAnswer {
  const body = (text: string): HttpAnswer => ({ status: 200, body: text })
  switch (path.replace(/\?.*$/s, '')) {
    case '/clientip':
      return body(from)
    case '/echo': {
      const status = Number(queryValue(path, 'code') || 200)
      return { status: status >= 200 && status < 600 ? status : 400, body: queryValue(path, 'msg') }
    }
    case '/healthz':
    case '/readyz':
      return body('')
    case '/hostname':
    case '/hostName':
      return body(podName)
    default:
      // Whatever else it is asked, it says what time it is.
      return body(`NOW: ${at.replace('T', ' ').replace('Z', ' +0000 UTC')}`)
  }
}

/** `I0101 00:00:12.345678       1 log.go:245]`. */
function klogHead(at: string): string {
  return `I${at.slice(5, 7)}${at.slice(8, 10)} ${at.slice(11, 26)}       1 log.go:245]`
}
