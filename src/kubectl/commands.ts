// Every command by its words.

import { DIFF } from './diff.ts'
import { API_RESOURCES, API_VERSIONS, CAN_I, CLUSTER_INFO, TOP, VERSION, WHO_AM_I } from './about.ts'
import { APPLY, REPLACE, SET_LAST_APPLIED, VIEW_LAST_APPLIED } from './apply.ts'
import type { Command } from './command.ts'
import {
  CREATE,
  CREATE_CONFIG_MAP,
  CREATE_DEPLOYMENT,
  CREATE_NAMESPACE,
  CREATE_SECRET,
  CREATE_SERVICES,
  CREATE_SERVICE_ACCOUNT,
} from './create.ts'
import { DELETE } from './delete.ts'
import { DESCRIBE } from './describe.ts'
import { EVENTS } from './events.ts'
import { EXPLAIN } from './explain.ts'
import { EXPOSE, RUN } from './expose.ts'
import { GET } from './get.ts'
import { ANNOTATE, LABEL } from './label.ts'
import { CORDON, DRAIN, TAINT, UNCORDON } from './nodes.ts'
import { PATCH } from './patch.ts'
import { EXEC, LOGS } from './pod-streams.ts'
import {
  ROLLOUT_HISTORY,
  ROLLOUT_PAUSE,
  ROLLOUT_RESTART,
  ROLLOUT_RESUME,
  ROLLOUT_STATUS,
  ROLLOUT_UNDO,
} from './rollout.ts'
import { SCALE } from './scale.ts'
import { SET_ENV, SET_IMAGE, SET_RESOURCES, SET_SELECTOR } from './set.ts'
import { WAIT } from './wait.ts'

/** A command, or a word that others follow. */
export type CommandTree = { readonly own?: Command; readonly below?: { readonly [word: string]: CommandTree } }

function leaf(own: Command): CommandTree {
  return { own }
}

const CREATE_BELOW: { readonly [word: string]: CommandTree } = {
  configmap: leaf(CREATE_CONFIG_MAP),
  deployment: leaf(CREATE_DEPLOYMENT),
  namespace: leaf(CREATE_NAMESPACE),
  secret: { below: { generic: leaf(CREATE_SECRET) } },
  service: { below: Object.fromEntries(Object.entries(CREATE_SERVICES).map(([word, own]) => [word, leaf(own)])) },
  serviceaccount: leaf(CREATE_SERVICE_ACCOUNT),
}

export const COMMANDS: { readonly [word: string]: CommandTree } = {
  annotate: leaf(ANNOTATE),
  'api-resources': leaf(API_RESOURCES),
  'api-versions': leaf(API_VERSIONS),
  apply: {
    own: APPLY,
    below: { 'set-last-applied': leaf(SET_LAST_APPLIED), 'view-last-applied': leaf(VIEW_LAST_APPLIED) },
  },
  auth: { below: { 'can-i': leaf(CAN_I), whoami: leaf(WHO_AM_I) } },
  'cluster-info': leaf(CLUSTER_INFO),
  cordon: leaf(CORDON),
  create: { own: CREATE, below: CREATE_BELOW },
  delete: leaf(DELETE),
  describe: leaf(DESCRIBE),
  diff: leaf(DIFF),
  drain: leaf(DRAIN),
  events: leaf(EVENTS),
  exec: leaf(EXEC),
  explain: leaf(EXPLAIN),
  expose: leaf(EXPOSE),
  get: leaf(GET),
  label: leaf(LABEL),
  logs: leaf(LOGS),
  patch: leaf(PATCH),
  replace: leaf(REPLACE),
  rollout: {
    below: {
      history: leaf(ROLLOUT_HISTORY),
      pause: leaf(ROLLOUT_PAUSE),
      restart: leaf(ROLLOUT_RESTART),
      resume: leaf(ROLLOUT_RESUME),
      status: leaf(ROLLOUT_STATUS),
      undo: leaf(ROLLOUT_UNDO),
    },
  },
  run: leaf(RUN),
  scale: leaf(SCALE),
  set: {
    below: { env: leaf(SET_ENV), image: leaf(SET_IMAGE), resources: leaf(SET_RESOURCES), selector: leaf(SET_SELECTOR) },
  },
  taint: leaf(TAINT),
  top: leaf(TOP),
  uncordon: leaf(UNCORDON),
  version: leaf(VERSION),
  wait: leaf(WAIT),
}

/** Words that mean another one. */
export const ALIASES: { readonly [word: string]: string } = {
  cm: 'configmap',
  deploy: 'deployment',
  ns: 'namespace',
  sa: 'serviceaccount',
  svc: 'service',
}
