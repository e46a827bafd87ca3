// `npm start`: packages, a build when it is missing or older than its sources, then the companion in this process with
// the flags as they came. Works from any folder: files named by flags are looked for where the user stands.

import { pathToFileURL } from 'node:url'
import { ensureBuild } from './ensure-build.mjs'
import { ensureDeps } from './ensure-deps.mjs'

ensureDeps()
const server = ensureBuild('main.js')
// npm moves to the project's folder and tells where it came from.
if (process.env.npm_lifecycle_event === 'start' && process.env.INIT_CWD) process.chdir(process.env.INIT_CWD)
import(pathToFileURL(server).href).catch(error => {
  console.error(error)
  process.exit(1)
})
