// The shape of a mark on the ruler. Shape says what happened; a word is always below it.

import type { MarkView } from '../../protocol/index.ts'
import { hueVariable } from '../kit/index.ts'

interface MarkShapeProps {
  readonly type: MarkView['type']
  readonly x: number
  readonly y: number
  readonly hue: number | null
}

export function MarkShape({ type, x, y, hue }: MarkShapeProps) {
  const common = { fill: 'var(--pane)', strokeWidth: 2.2 }
  switch (type) {
    case 'applied':
      return <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} stroke="var(--ink)" {...common} />
    case 'refused':
      return <path d={`M${x} ${y - 7}l7 7-7 7-7-7z`} stroke="var(--fail)" strokeDasharray="2.5 2.5" {...common} />
    case 'node-died':
    case 'pod-killed':
      return (
        <g stroke="var(--fail)" strokeWidth="3" strokeLinecap="round">
          <circle cx={x} cy={y} r="7.5" fill="var(--pane)" stroke="none" />
          <path d={`M${x - 4} ${y - 4}l8 8M${x + 4} ${y - 4}l-8 8`} />
        </g>
      )
    case 'fault-begun':
      return <path d={`M${x + 2} ${y - 8}l-7 9h4l-1 7 7-9h-4z`} stroke="var(--fail)" {...common} strokeWidth={1.8} />
    case 'fault-missed':
      return <path d={`M${x + 2} ${y - 8}l-7 9h4l-1 7 7-9h-4z`} stroke="var(--ink)" {...common} strokeWidth={1.2} />
    case 'fault-over':
      return <rect x={x - 5} y={y - 5} width="10" height="10" rx="1.5" stroke="var(--ink)" {...common} />
    case 'pod-evicted':
    case 'pod-unready':
    case 'endpoint-unready':
    case 'readiness-failed':
    case 'node-not-ready':
      return (
        <g stroke="var(--ink)" {...common}>
          <circle cx={x} cy={y} r="5.5" />
          <path d={`M${x - 2.5} ${y}h5`} />
        </g>
      )
    case 'pod-ready':
      return <circle cx={x} cy={y} r="5" stroke={hueVariable(hue)} {...common} strokeWidth={2.6} />
    case 'scaled':
      return <path d={`M${x - 5} ${y + 5}l5-10 5 10z`} stroke="var(--ink)" strokeLinejoin="round" {...common} />
    case 'node-revived':
    case 'node-ready':
    case 'readiness-restored':
      return (
        <g stroke="var(--ink)" {...common}>
          <circle cx={x} cy={y} r="5.5" />
          <circle cx={x} cy={y} r="2" fill="var(--ink)" stroke="none" />
        </g>
      )
    case 'slice-created':
    case 'slice-deleted':
    case 'pod-deleted':
    case 'proxies-synced':
      return <circle cx={x} cy={y} r="5" stroke="var(--ink)" {...common} />
  }
}
