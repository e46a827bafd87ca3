import { renderToStaticMarkup } from 'react-dom/server'
import { describe, expect, test } from 'vitest'
import { createStore } from 'zustand/vanilla'
import { createTranslation, LanguageProvider } from '../../i18n/index.ts'
import { INITIAL_SESSION, type SessionState } from '../../state/session.ts'
import { INITIAL_WORKSPACE, type WorkspaceState } from '../../state/workspace.ts'
import { makeScene, type PlacedCard } from '../../view-model/graph/index.ts'
import { sampleViews, type SampleName } from '../../view-model/graph/sample-views.ts'
import { GraphContext } from '../graph-context.ts'
import { createGraphStore } from '../graph-store.ts'
import { SlowClockProvider } from '../slow-clock.tsx'
import { CardOf } from './CardOf.tsx'

const translation = await createTranslation('en')
const chinese = await createTranslation('zh')

function placedOf(name: SampleName): readonly PlacedCard[] {
  return makeScene(new Map(sampleViews(name).map(view => [view.id, view])), {
    orientation: 'across',
    frame: { main: 1090, cross: 504 },
    openGroups: new Set(),
    nowMs: 0,
    previous: null,
  }).placed
}

function render(placed: PlacedCard, { ghost = false, language = 'en' } = {}): string {
  const store = createGraphStore({
    session: createStore<SessionState>()(() => INITIAL_SESSION),
    workspace: createStore<WorkspaceState>()(() => INITIAL_WORKSPACE),
    onRestart: () => () => {},
    nowMs: () => 0,
  })
  return renderToStaticMarkup(
    <LanguageProvider translation={language === 'en' ? translation : chinese} language={language}>
      <GraphContext value={{ store, orientation: 'across', still: false }}>
        <SlowClockProvider>
          <CardOf placed={placed} ghost={ghost} />
        </SlowClockProvider>
      </GraphContext>
    </LanguageProvider>,
  )
}

/** The `data-…` attributes of a card's outermost element, without the ones the keyboard uses. */
function attributes(markup: string): Record<string, string> {
  const tag = markup.slice(0, markup.indexOf('>'))
  const all = [...tag.matchAll(/data-([a-z-]+)="([^"]*)"/g)].map(([, key = '', value = '']) => [key, value] as const)
  return Object.fromEntries(all.filter(([key]) => key !== 'card'))
}

function check(sample: SampleName, id: string, expected: Record<string, string>): void {
  const placed = placedOf(sample).find(({ card }) => card.id === id)
  if (!placed) throw new Error(`${id} does not stand`)
  expect(attributes(render(placed))).toEqual(expected)
}

describe('scripts find', () => {
  test('a Service, a slice, a client by kind, namespace and name', () => {
    check('my-service', 'Service/default/my-service', { kind: 'Service', namespace: 'default', name: 'my-service' })
    check('my-service', 'EndpointSlice/default/my-service-l5v7d', {
      kind: 'EndpointSlice',
      namespace: 'default',
      name: 'my-service-l5v7d',
    })
    check('my-service', 'Client//frontend-1', { kind: 'Client', namespace: '', name: 'frontend-1' })
  })

  test('a Pod with phase, readiness, Node and address', () => {
    check('my-service', 'Pod/default/my-app-5d4f8b7c9-x8k2p', {
      kind: 'Pod',
      namespace: 'default',
      name: 'my-app-5d4f8b7c9-x8k2p',
      phase: 'Running',
      ready: 'true',
      node: 'n1',
      ip: '10.244.1.5',
    })
  })

  test('a Pod being deleted as terminating', () => {
    check('pod-states', 'Pod/default/my-app-5d4f8b7c9-q9w6z', {
      kind: 'Pod',
      namespace: 'default',
      name: 'my-app-5d4f8b7c9-q9w6z',
      phase: 'Running',
      ready: 'false',
      node: 'n2',
      ip: '10.244.2.5',
      terminating: 'true',
    })
  })

  test('a Node with what the API says of it, a zone, an address outside, Endpoints by hand', () => {
    check('node-dead', 'Node//n2', { kind: 'Node', namespace: '', name: 'n2', ready: 'true' })
    check('node-not-ready', 'Node//n2', { kind: 'Node', namespace: '', name: 'n2', ready: 'false' })
    check('my-service', 'Zone//zone-a', { kind: 'Zone', namespace: '', name: 'zone-a' })
    check('no-selector', 'Outside//192.0.2.42', { kind: 'Outside', namespace: '', name: '192.0.2.42' })
    check('no-selector', 'Endpoints/default/my-service', {
      kind: 'Endpoints',
      namespace: 'default',
      name: 'my-service',
    })
  })

  test('a group with its owner, Node and counts', () => {
    check('three-slices', 'PodGroup/n2/default/my-app/ready', {
      kind: 'PodGroup',
      namespace: 'default',
      name: 'my-app',
      node: 'n2',
      count: '82',
      'ready-count': '82',
    })
  })
})

test('a ghost is found by nobody and read to nobody', () => {
  for (const placed of placedOf('my-service')) {
    const markup = render(placed, { ghost: true })
    expect(attributes(markup)).toEqual({ ghost: '' })
    expect(markup).toContain('aria-hidden="true"')
  }
})

describe('cards say in words', () => {
  const text = (sample: SampleName, id: string, language = 'en'): string => {
    const placed = placedOf(sample).find(({ card }) => card.id === id)
    if (!placed) throw new Error(`${id} does not stand`)
    return render(placed, { language })
      .replaceAll(/<[^>]+>/g, ' ')
      .replaceAll(/\s+/g, ' ')
      .trim()
  }

  test('that the address never changes, or that nobody answers and why', () => {
    expect(text('my-service', 'Service/default/my-service')).toContain('this address never changes 10.96.0.20')
    expect(text('nobody', 'Service/default/my-service')).toMatch(/nobody answers here 10\.96\.0\.20 .* no Pod matches/)
  })

  test('another name, and no address of any kind', () => {
    const words = text('external-name', 'Service/default/my-service')
    expect(words).toContain('CNAME my.database.example.com')
    expect(words).not.toMatch(/\d+\.\d+\.\d+\.\d+/)
  })

  test('which ports there are, by name', () => {
    expect(text('multi-port', 'Service/default/my-service')).toMatch(/TCP 80 → http-web http .* TCP 443 → 9377 https/)
  })

  test('that a row still counts as ready', () => {
    expect(text('node-dead', 'EndpointSlice/default/my-service-l5v7d')).toContain('10.244.2.5 still ready')
  })

  test('that a Node is down before anybody knows, and NotReady after', () => {
    expect(text('node-dead', 'Node//n2')).toContain('down')
    expect(text('node-not-ready', 'Node//n2')).toMatch(/NotReady .*evicts in/)
    expect(text('node-not-ready', 'Node//n3')).toContain('cordoned')
  })

  test('the same in Chinese', () => {
    expect(text('my-service', 'Service/default/my-service', 'zh')).toContain('这个地址永不改变')
    expect(text('node-dead', 'Node//n2', 'zh')).toContain('已断电')
  })

  test('phase and readiness of a Pod', () => {
    expect(text('my-service', 'Pod/default/my-app-5d4f8b7c9-x8k2p')).toContain('Running · Ready')
    expect(text('pod-states', 'Pod/default/my-app-5d4f8b7c9-h2b9d')).toContain('Failed · Evicted')
    expect(text('pod-states', 'Pod/default/my-app-5d4f8b7c9-t5nv8')).toContain(
      'no address yet Pending · ContainerCreating',
    )
  })
})

test('every card has an accessible name and can be focused', () => {
  for (const sample of ['my-service', 'three-slices', 'no-selector'] as const) {
    for (const placed of placedOf(sample)) {
      const markup = render(placed)
      expect(markup).toMatch(/aria-label="[^"]+"/)
      expect(markup).toMatch(/tabindex="-?\d"/)
    }
  }
})
