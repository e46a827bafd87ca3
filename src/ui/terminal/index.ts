// The terminal, a lazy chunk: it brings the page's kubectl with it.

export { Terminal } from './Terminal.tsx'
