// The kubectl of the terminal: words in, requests at the API's door, text with the real columns out. It keeps nothing
// between two commands and knows no page.

export { complete, type Completion, type Known } from './complete.ts'
export { runKubectl } from './run-kubectl.ts'
export { splitShell, type ShellText } from './shell-words.ts'
export { Interrupt, type StreamListener, type Terminal } from './terminal.ts'
