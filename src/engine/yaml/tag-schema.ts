// Which plain words are not texts: YAML 1.1 as kubectl's parser (goyaml) reads it. `yes`, `on` and `010` are what 1.1 makes
// of them; sexagesimal numbers, timestamps, binary and merge keys are taken out, since goyaml leaves the first three to be
// texts, and merging is done where values are made.

import type { ScalarTag, Tags } from 'yaml'

const LEFT_OUT = new Set([
  'tag:yaml.org,2002:timestamp',
  'tag:yaml.org,2002:binary',
  'tag:yaml.org,2002:merge',
  'tag:yaml.org,2002:omap',
  'tag:yaml.org,2002:pairs',
  'tag:yaml.org,2002:set',
])

export function withoutSpecialTags(tags: Tags): Tags {
  return tags.filter(tag => {
    if (typeof tag === 'string') return tag !== 'merge' && tag !== 'timestamp' && tag !== 'binary'
    return !LEFT_OUT.has(tag.tag) && (tag as ScalarTag).format !== 'TIME'
  })
}
