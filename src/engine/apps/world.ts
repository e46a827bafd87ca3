// What is really so on the machines, whatever the API server believes: which nodes have power, whose kubelet runs, which
// Pods have live processes and on what address they listen. Kubelets change it, probes and traffic ask it, faults break
// it. The gap between this and the API's objects is what the whole playground is about.

import { compareText } from '../kernel/json.ts'
import { ContainerOutput, type SavedContainerOutput } from './container-output.ts'

/** The processes of one Pod on one machine, from sandbox to exit. */
export interface PodProcess {
  readonly uid: string
  readonly namespace: string
  readonly name: string
  readonly nodeName: string
  readonly ip: string
  /** Addresses of other families, where the same answers; none when absent. */
  readonly otherIPs?: readonly string[]
  /** TCP ports that answer; 'any' where the Pod declares none and it is assumed to listen wherever it is asked. */
  readonly tcpPorts: readonly number[] | 'any'
  readonly udpPorts: readonly number[] | 'any'
  readonly startedAtMs: number
  /** Listening: from container start until exit. A process that got SIGTERM still listens while it drains. */
  readonly listening: boolean
  /** Set by a fault: the application says "not ready" to its probes (and to `/readyz`) while it goes on answering. */
  readonly readinessFails: boolean
  /** Connections are taken by the kernel, and nothing is ever answered. */
  readonly hangs?: boolean
}

export interface Machine {
  readonly name: string
  /** No power: nothing on it runs or answers; packets to it vanish. */
  readonly power: boolean
  /** A stopped kubelet posts nothing and starts nothing, while running containers go on. */
  readonly kubelet: boolean
  /** Told to shut down while it still has power; absent otherwise. */
  readonly shuttingDown?: true | undefined
  /** Its network plugin does not answer: the kubelet reports the Node not ready, while what runs goes on. Absent otherwise. */
  readonly networkDown?: true | undefined
  /**
   * Its kubelet and the API server do not reach each other: it posts and hears nothing, while it goes on to look after what
   * runs. Packets between Pods, and what kube-proxy hears, are as before. Absent otherwise.
   */
  readonly cutOff?: true | undefined
  /** When the last change of power or kubelet came about; virtual ms. */
  readonly sinceMs: number
}

export type SavedWorld = {
  readonly machines: readonly Machine[]
  readonly processes: readonly PodProcess[]
  readonly failing: readonly string[]
  readonly crashing: readonly string[]
  readonly files: readonly (readonly [string, readonly (readonly [string, string])[]])[]
  readonly output: SavedContainerOutput
}

/** Ground truth. Answers are immutable values; every change replaces one. */
export class World {
  readonly output = new ContainerOutput()
  readonly #machines = new Map<string, Machine>()
  readonly #byUid = new Map<string, PodProcess>()
  /** Pods on the network of their host share its address. */
  readonly #byIP = new Map<string, readonly PodProcess[]>()
  /** Pods (`namespace/name`) told to fail their readiness; kept for a container that restarts. */
  readonly #failing = new Set<string>()
  /** Pods (`namespace/name`) whose first processes end as soon as they have started. */
  readonly #crashing = new Set<string>()
  /** What was written in containers (`uid/container`) since they started, by path. */
  readonly #files = new Map<string, Map<string, string>>()
  readonly #listeners: ((change: WorldChange) => void)[] = []
  readonly #crashListeners: ((uid: string) => void)[] = []

  machine(name: string): Machine | undefined {
    return this.#machines.get(name)
  }

  machines(): readonly Machine[] {
    return [...this.#machines.values()].sort((a, b) => compareText(a.name, b.name))
  }

  setMachine(machine: Machine): void {
    this.#machines.set(machine.name, machine)
    this.#tell({ type: 'machine', name: machine.name })
  }

  removeMachine(name: string): void {
    this.#machines.delete(name)
    for (const process of this.processes()) if (process.nodeName === name) this.removeProcess(process.uid)
    this.#tell({ type: 'machine', name })
  }

  process(uid: string): PodProcess | undefined {
    return this.#byUid.get(uid)
  }

  /**
   * Whose network namespace has this address, alive or on a dead machine; where several share it, the one that listens on the
   * TCP port, if one does.
   */
  processAt(ip: string, port?: number): PodProcess | undefined {
    const all = this.#byIP.get(ip)
    if (!all || all.length === 1 || port === undefined) return all?.[0]
    return all.find(({ listening, tcpPorts }) => listening && (tcpPorts === 'any' || tcpPorts.includes(port))) ?? all[0]
  }

  processes(): readonly PodProcess[] {
    return [...this.#byUid.values()].sort((a, b) => compareText(a.uid, b.uid))
  }

  setProcess(process: PodProcess): void {
    const before = this.#byUid.get(process.uid)
    if (before) this.#leaveAddresses(before)
    const readinessFails = this.#failing.has(`${process.namespace}/${process.name}`)
    const stored = { ...process, readinessFails }
    this.#byUid.set(process.uid, stored)
    this.#takeAddresses(stored)
    this.#tell({ type: 'process', uid: process.uid })
  }

  removeProcess(uid: string): void {
    const before = this.#byUid.get(uid)
    if (!before) return
    this.#byUid.delete(uid)
    for (const key of this.#files.keys()) if (key.startsWith(`${uid}/`)) this.#files.delete(key)
    this.#leaveAddresses(before)
    this.#tell({ type: 'process', uid })
  }

  /** Makes a Pod's application answer "not ready", or stop doing so. */
  setReadinessFails(namespace: string, name: string, fails: boolean): void {
    const key = `${namespace}/${name}`
    if (fails) this.#failing.add(key)
    else this.#failing.delete(key)
    for (const process of this.#byUid.values()) {
      if (process.namespace === namespace && process.name === name) this.setProcess(process)
    }
  }

  readinessFails(namespace: string, name: string): boolean {
    return this.#failing.has(`${namespace}/${name}`)
  }

  /** Ends the first processes of a Pod's containers, as a bug in them would. */
  crash(namespace: string, name: string): void {
    const uids = this.processes().filter(process => process.namespace === namespace && process.name === name)
    for (const { uid } of uids) for (const listener of this.#crashListeners) listener(uid)
  }

  /** Makes the first processes of a Pod end each time that they have started, or stop doing so. */
  setCrashes(namespace: string, name: string, crashes: boolean): void {
    if (crashes) this.#crashing.add(`${namespace}/${name}`)
    else this.#crashing.delete(`${namespace}/${name}`)
  }

  crashes(namespace: string, name: string): boolean {
    return this.#crashing.has(`${namespace}/${name}`)
  }

  /** Tells of processes that are to end now, by the uid of their Pod. Handlers only take note. */
  onCrash(listener: (uid: string) => void): void {
    this.#crashListeners.push(listener)
  }

  /** Paths and texts of the files that a container's commands wrote. */
  filesOf(uid: string, container: string): ReadonlyMap<string, string> {
    return this.#files.get(`${uid}/${container}`) ?? new Map()
  }

  /** Writes a file, or removes it where there is no text. */
  setFile({ uid, container }: { readonly uid: string; readonly container: string }, path: string, text?: string): void {
    const key = `${uid}/${container}`
    const files = this.#files.get(key) ?? new Map<string, string>()
    if (text === undefined) files.delete(path)
    else files.set(path, text)
    if (files.size > 0) this.#files.set(key, files)
    else this.#files.delete(key)
  }

  /** A container that starts again has the files of its image only. */
  clearFiles(uid: string, container: string): void {
    this.#files.delete(`${uid}/${container}`)
  }

  /** Tells of every change, in order. Handlers only take note; wiring, not state. */
  onChange(listener: (change: WorldChange) => void): void {
    this.#listeners.push(listener)
  }

  save(): SavedWorld {
    const files = [...this.#files]
      .map(([key, texts]) => [key, [...texts].sort((a, b) => compareText(a[0], b[0]))] as const)
      .sort((a, b) => compareText(a[0], b[0]))
    const failing = [...this.#failing].sort(compareText)
    const crashing = [...this.#crashing].sort(compareText)
    return {
      machines: this.machines(),
      processes: this.processes(),
      failing,
      crashing,
      files,
      output: this.output.save(),
    }
  }

  load(saved: SavedWorld): void {
    this.#machines.clear()
    this.#byUid.clear()
    this.#byIP.clear()
    this.#failing.clear()
    this.#crashing.clear()
    this.#files.clear()
    this.output.load(saved.output)
    for (const [key, texts] of saved.files) this.#files.set(key, new Map(texts))
    for (const key of saved.failing) this.#failing.add(key)
    for (const key of saved.crashing) this.#crashing.add(key)
    for (const machine of saved.machines) this.#machines.set(machine.name, machine)
    for (const process of saved.processes) {
      this.#byUid.set(process.uid, process)
      this.#takeAddresses(process)
    }
  }

  #takeAddresses(process: PodProcess): void {
    for (const ip of addressesOf(process)) {
      const all = [...(this.#byIP.get(ip) ?? []), process]
      this.#byIP.set(ip, all.length === 1 ? all : all.sort((a, b) => compareText(a.uid, b.uid)))
    }
  }

  #leaveAddresses(process: PodProcess): void {
    for (const ip of addressesOf(process)) {
      const others = this.#byIP.get(ip)?.filter(({ uid }) => uid !== process.uid) ?? []
      if (others.length > 0) this.#byIP.set(ip, others)
      else this.#byIP.delete(ip)
    }
  }

  #tell(change: WorldChange): void {
    for (const listener of this.#listeners) listener(change)
  }
}

function addressesOf({ ip, otherIPs = [] }: PodProcess): readonly string[] {
  return [ip, ...otherIPs]
}

export type WorldChange =
  | { readonly type: 'machine'; readonly name: string }
  | { readonly type: 'process'; readonly uid: string }
