// `npm run simulate`: packages, a build when it is missing or older than its sources, then the simulation in this process.

import { pathToFileURL } from 'node:url'
import { ensureBuild } from './ensure-build.mjs'
import { ensureDeps } from './ensure-deps.mjs'

ensureDeps()
const entry = ensureBuild('simulate.js')
// npm moves to the project's folder and tells where it came from.
if (process.env.npm_lifecycle_event === 'simulate' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
await import(pathToFileURL(entry).href)
