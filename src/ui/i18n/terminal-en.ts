// English words of the terminal. What kubectl prints is Kubernetes' own and in no catalogue.

export const terminalEn = {
  'terminal.label': 'Terminal',
  'terminal.log': 'What was typed, and what came of it',
  'terminal.input': 'Command',
  'terminal.keys': 'Enter runs, Tab completes, arrow keys bring back what was typed, Escape leaves.',
  'terminal.empty': 'A shell beside the cluster, with kubectl. What it changes, you see in the graph at once. Try:',
  'terminal.stop': 'Stop',
  'terminal.clear': 'Clear',
  'terminal.running': 'runs on, until you stop it',
  'terminal.standsStill': 'The clock stands still, and this command waits for it.',
  'terminal.more': 'goes on until the quote or the document is closed',
  'terminal.noCommand': '{{word}}: command not found. Here there is kubectl, besides help and clear.',
  'terminal.outside':
    '{{word}}: this shell stands outside of the cluster’s network. Run it in a Pod: kubectl exec POD -- {{line}}',
  'terminal.help':
    'kubectl --help lists all commands. Several lines, and documents between <<EOF and EOF, may be pasted. -f manifests.yaml reads the editor’s text. clear empties this window.',
  'terminal.broken': 'This command met a bug of the playground: {{message}}',
} as const
