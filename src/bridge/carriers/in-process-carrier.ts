// Client and host in one thread, for tests and for a process that runs both. It behaves as the other pipes do: messages
// are copied by structured clone, keep their order and arrive later.

import type { ClientCarrier, HostCarrier, ToClient, ToHost } from './carrier.ts'
import { Mailbox } from './mailbox.ts'

/** The two ends of one pipe. After `client.close()` neither end hears anything. */
export function createInProcessPair(): { readonly client: ClientCarrier; readonly host: HostCarrier } {
  const toHost = new Mailbox<ToHost>()
  const toClient = new Mailbox<ToClient>()
  return {
    client: {
      send: message => toHost.put(structuredClone(message)),
      onMessage: receive => toClient.onMessage(receive),
      // One thread cannot lose itself.
      onLost: () => {},
      close: () => {
        toHost.close()
        toClient.close()
      },
    },
    host: {
      send: message => toClient.put(structuredClone(message)),
      onMessage: receive => toHost.onMessage(receive),
    },
  }
}
