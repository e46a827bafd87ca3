// The version of the words on the wire. A client and a host that do not share it must not talk.

export const PROTOCOL_VERSION = 1
