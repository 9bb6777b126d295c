"""Live sections: one websocket per page, told of the changes of what the page shows.

The browser says which addresses it shows and the event number of each; it is told that there is
something newer, and reads its page again, through the same door as before. `frames` is the whole
language, `hub` what actors tell, `socket` one connection, `live` its handshake.
"""

from http_edge.sockets.hub import set_up
from http_edge.sockets.live import ROUTES

__all__ = ["ROUTES", "set_up"]
