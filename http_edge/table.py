"""Every route of the edge, once."""

from http_edge import api
from http_edge.routes import Route

ROUTES: tuple[Route, ...] = (*api.ROUTES,)
