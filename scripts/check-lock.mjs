// Refuses a package-lock.json that would not install for everybody: one that names a host, lacks the binary of a
// platform, or brings a package with an install script.

import { readFileSync } from 'node:fs'

const lock = JSON.parse(readFileSync(new URL('../package-lock.json', import.meta.url), 'utf8'))
const complaints = []
for (const [path, entry] of Object.entries(lock.packages)) {
  if (entry.resolved && !entry.link) complaints.push(`${path}: names a host`)
  if (entry.hasInstallScript) complaints.push(`${path}: has an install script`)
  for (const name of Object.keys(entry.optionalDependencies ?? {})) {
    if (!isLocked(path, name)) complaints.push(`${path}: ${name} is missing`)
  }
}
for (const complaint of complaints) console.error(`package-lock.json: ${complaint}`)
process.exit(complaints.length === 0 ? 0 : 1)

// Node looks in the package's own node_modules first, then in those of the folders above it.
function isLocked(path, name) {
  for (let folder = path; ;) {
    if (lock.packages[folder === '' ? `node_modules/${name}` : `${folder}/node_modules/${name}`]) return true
    if (folder === '') return false
    const up = folder.lastIndexOf('/node_modules/')
    folder = up < 0 ? '' : folder.slice(0, up)
  }
}
