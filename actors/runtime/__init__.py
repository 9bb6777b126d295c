"""The ground floor: actors, and nothing about medicine.

An actor is a shell around pure functions (`room`), and its journal is the truth (`journal`).

* the wire: `envelope` carries a message to an address, `codec` turns it into bytes, `transport`
  brings the bytes over (`nats_transport`, `memory_transport`), `client` asks until the deadline
* one actor: `mailbox`, `actor` (the loop), `watchers`
* one node: `node`, `shards`, `outbox`, `timers`, `supervision`
* the only reader of time and the only source of chance: `clock`, `mint`
"""
