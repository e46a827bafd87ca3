export { Inspector } from './Inspector.tsx'
export { SelectionBar } from './SelectionBar.tsx'
