"""The ground floor: actors, and nothing about medicine.

An actor is a shell around pure functions (`room`), and its journal is the truth (`journal`).

* the wire: `envelope` carries a message to an address, `codec` turns it into bytes, `transport`
  brings the bytes over (`nats_transport`, `memory_transport`), `client` asks until the deadline
* the bus: `nats_server` of our own, or one of a cluster (`nats_cluster`); `nats_config` says who is
  let in, `nats_keys` how; a `nats_link` is one connection, which `nats_dialer` opens
* one actor: `mailbox`, `actor` (the loop), `watchers`
* one node: `node`, `shards`, `outbox`, `timers`, `supervision`
* the only reader of time and the only source of chance: `clock`, `mint`
"""
