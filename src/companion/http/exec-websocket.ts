// An exec over WebSocket: Kubernetes' channel protocols v4 and v5, in which the first byte of each message says what it
// belongs to. v5 adds a message that closes a channel, so that a command can see the end of its input. Left out: channel 4,
// the size of a terminal, which nothing here asks for.

import type { RawData, WebSocket } from 'ws'
import type { ApiStream } from '../../engine/index.ts'

/** The one to be preferred first. */
export const CHANNEL_PROTOCOLS = ['v5.channel.k8s.io', 'v4.channel.k8s.io']

const STDIN = 0
const CLOSE = 255
const CHANNELS = { stdout: 1, stderr: 2, error: 3 } as const
/** What may wait for a slow reader. */
const BACKLOG_BYTES_MAX = 8 * 1_048_576

/** Carries the exec until it ends, the client leaves or falls behind. Returns the way to end it. */
export function carryByWebSocket(exec: ApiStream, socket: WebSocket, onEnd: (end: () => void) => void): () => void {
  const decoder = new TextDecoder()
  const end = (): void => socket.terminate()
  // All that comes later than the end of the command is for nobody.
  const input = exec.open({
    send: (channel, text) => {
      if (socket.readyState !== socket.OPEN) return
      socket.send(Buffer.concat([Buffer.from([CHANNELS[channel]]), Buffer.from(text)]))
      if (socket.bufferedAmount > BACKLOG_BYTES_MAX) socket.terminate()
    },
    end: () => socket.close(1000),
  })
  socket.on('message', data => {
    const bytes = bytesOf(data)
    if (bytes[0] === STDIN) input.write(decoder.decode(bytes.subarray(1), { stream: true }))
    else if (bytes[0] === CLOSE && bytes[1] === STDIN) input.closeInput()
  })
  socket.on('error', () => socket.terminate())
  socket.on('close', () => {
    input.stop()
    onEnd(end)
  })
  return end
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data)
}
