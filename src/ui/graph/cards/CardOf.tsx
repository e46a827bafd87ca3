// The card of each kind.

import type { PlacedCard } from '../../view-model/graph/index.ts'
import { ClientCard } from './ClientCard.tsx'
import { EndpointsCard } from './EndpointsCard.tsx'
import { NameSign } from './NameSign.tsx'
import { NodeRoom } from './NodeRoom.tsx'
import { OutsideCard } from './OutsideCard.tsx'
import { PodGroup } from './PodGroup.tsx'
import { PodStation } from './PodStation.tsx'
import { ServicePlate } from './ServicePlate.tsx'
import { SliceBoard } from './SliceBoard.tsx'
import { ZoneGround } from './ZoneGround.tsx'

interface CardOfProps {
  readonly placed: PlacedCard
  /** It has left, and fades where it stood. */
  readonly ghost: boolean
}

export function CardOf({ placed, ghost }: CardOfProps) {
  const { card, rect, doors } = placed
  switch (card.kind) {
    case 'Client':
      return <ClientCard card={card} ghost={ghost} />
    case 'Name':
      return <NameSign card={card} ghost={ghost} width={rect.width} height={rect.height} />
    case 'Service':
      return <ServicePlate card={card} ghost={ghost} />
    case 'EndpointSlice':
      return <SliceBoard card={card} ghost={ghost} width={rect.width} />
    case 'Endpoints':
      return <EndpointsCard card={card} ghost={ghost} />
    case 'Pod':
      return <PodStation card={card} ghost={ghost} />
    case 'PodGroup':
      return <PodGroup card={card} ghost={ghost} width={rect.width} />
    case 'Node':
      return <NodeRoom card={card} ghost={ghost} width={rect.width} height={rect.height} doors={doors} />
    case 'Zone':
      return <ZoneGround card={card} ghost={ghost} />
    case 'Outside':
      return <OutsideCard card={card} ghost={ghost} />
  }
}
