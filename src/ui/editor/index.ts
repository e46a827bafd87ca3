export { EditorPane } from './EditorPane.tsx'
