// What a client does: no API object, but part of a scenario and of the playground's own endpoints. The same shape is
// used in scenario files, in `--traffic` and in POST /playground/v1/traffic.

export interface TrafficSpec {
  /** Unique; the client's name when absent. */
  readonly id?: string | undefined
  /** `Client/NAME`. */
  readonly from: string
  /** The Node on which the client runs. */
  readonly node: string
  /** A name or an address as one would type it: `my-service`, `my-service.default.svc.cluster.local`, `10.244.1.2`. */
  readonly to: string
  readonly port: number
  readonly protocol?: 'TCP' | 'UDP' | undefined
  /** Requests a second; a Poisson stream. */
  readonly rate: number
  /** A new connection for each request; the only one until keep-alive arrives with the data plane's issue. */
  readonly connection?: 'new' | undefined
  /** How long the client waits for an answer before it gives up; 1,000 when absent. */
  readonly timeoutMs?: number | undefined
}
