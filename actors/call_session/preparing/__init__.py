"""What is done before the rules of a session are asked: workers told, recordings fetched, read.

Whoever may not ask causes nothing of it. The rules check again what was done. `relays` is what
sessions need of the node's desk, `tending` tells workers how calls are and fetches recordings,
`offering` passes the offers of pages on; `preparing` does what each message needs.
"""

from actors.call_session.preparing.preparing import PREPARED, Ice, Preparing
from actors.call_session.preparing.relays import Relays

__all__ = ["PREPARED", "Ice", "Preparing", "Relays"]
