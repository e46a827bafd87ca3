export * from './cards.ts'
export { dotGrid, isStrip, type Metrics } from './card-size.ts'
export type { Frame } from './columns.ts'
export type { Sampled } from './polyline.ts'
export { routeOf, type Route, type RouteEnds } from './routes.ts'
export { serviceForm, serviceLines, type ServiceLine } from './service-lines.ts'
export {
  focusTracks,
  selectsTracks,
  makeScene,
  type Heading,
  type HeadingKey,
  type PlacedCard,
  type Scene,
  type Track,
} from './scene.ts'
export type { Rect } from './standing.ts'
export type { TrackLook } from './tracks.ts'
export { COVER, fitCamera, isInSight, ZOOM_MAX, ZOOM_MIN, type Camera } from './camera.ts'
export { neighbour, type Direction } from './neighbours.ts'
export { same, samePlaced } from './same-card.ts'
export { podState as podStateOf } from './fold-pods.ts'
