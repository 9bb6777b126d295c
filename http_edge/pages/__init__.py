"""The pages: forms and views rendered on the server; everything works without a script.

`rendering` makes pages of `templates`, `wording` has every sentence that is made from a state,
`forms` keeps what was typed; each other file is one person's part of the clinic.
"""

from http_edge.pages.rendering import set_up
from http_edge.pages.table import ROUTES

__all__ = ["ROUTES", "set_up"]
