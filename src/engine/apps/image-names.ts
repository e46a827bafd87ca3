// Image references as a container runtime reads them, and which of them cannot be pulled. No registry is asked, so every
// well-formed image exists but those that say by their name that they do not: a host under the top-level domain `.invalid`,
// which never resolves, and a repository or tag that is called `does-not-exist`, `nonexistent`, `no-such-…`, `not-found` or
// `missing`. That is what people write when they want to see ErrImagePull. Pure.

export type ImageVerdict =
  | { readonly kind: 'fine' }
  /** No reference at all: nothing is pulled, and no retry is slowed down. */
  | { readonly kind: 'malformed'; readonly message: string }
  | { readonly kind: 'missing'; readonly message: string }

const PATH_PART = '[a-z0-9]+(?:(?:\\.|_|__|-+)[a-z0-9]+)*'
const HOST = '(?:[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)(?:\\.[a-zA-Z0-9](?:[a-zA-Z0-9-]*[a-zA-Z0-9])?)*(?::[0-9]+)?'
const REFERENCE = new RegExp(
  `^(?:(${HOST})/)?(${PATH_PART}(?:/${PATH_PART})*)(?::([\\w][\\w.-]{0,127}))?(?:@(sha256:[0-9a-f]{64}))?$`,
)
const SAYS_MISSING =
  /^(?:does-?not-?exist|non-?existent|not-?found|missing|no-such(?:-.*)?|.*[-_](?:does-not-exist|nonexistent|not-found))$/

/** The last part of the path, without tag and digest: `nginx` of `docker.io/library/nginx:1.27`. */
export function baseNameOf(image: string): string {
  return (image.split('/').at(-1) ?? '').replace(/[@:].*$/, '')
}

/** The tag, or '' where none is named. */
function tagOf(image: string): string {
  return REFERENCE.exec(image)?.[3] ?? ''
}

/** What comes of asking for an image. The messages are those of containerd 2. */
export function judgeImage(image: string): ImageVerdict {
  const match = REFERENCE.exec(image)
  if (!match) {
    const message = `Failed to apply default image tag "${image}": couldn't parse image name "${image}": invalid reference format`
    return { kind: 'malformed', message }
  }
  const [host, path] = splitHost(match[1], match[2] ?? '')
  const tag = tagOf(image)
  const digest = match[4]
  const full = `${host}/${path}${digest ? `@${digest}` : `:${tag || 'latest'}`}`
  const missing = (code: string, why: string): ImageVerdict => ({
    kind: 'missing',
    message: `rpc error: code = ${code} desc = failed to pull and unpack image "${full}": failed to resolve reference "${full}": ${why}`,
  })
  const hostName = host.replace(/:\d+$/, '')
  if (hostName.endsWith('.invalid')) {
    const url = `https://${host}/v2/${path}/manifests/${digest ?? (tag || 'latest')}`
    return missing('Unknown', `failed to do request: Head "${url}": dial tcp: lookup ${hostName}: no such host`)
  }
  if (path.split('/').some(part => SAYS_MISSING.test(part))) {
    const why =
      'pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed'
    return missing('Unknown', why)
  }
  return SAYS_MISSING.test(tag) ? missing('NotFound', `${full}: not found`) : { kind: 'fine' }
}

/** The registry and the path in it: Docker Hub and its `library` where nothing is named. */
function splitHost(host: string | undefined, path: string): readonly [string, string] {
  const isHost = host !== undefined && (/[.:]/.test(host) || host === 'localhost')
  if (isHost) return [host, path]
  const whole = host === undefined ? path : `${host}/${path}`
  return ['docker.io', whole.includes('/') ? whole : `library/${whole}`]
}
