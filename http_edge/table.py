"""Every route of the edge, once."""

from http_edge import api, health, pages, sockets
from http_edge.routes import Route

ROUTES: tuple[Route, ...] = (*api.ROUTES, *pages.ROUTES, *sockets.ROUTES, *health.ROUTES)
