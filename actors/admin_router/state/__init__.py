"""A department's router: who is asked to answer a request, by when, and who won it.

`kept` is the state, `rules` decide (`setup` the department, `triage` what administrators choose,
`answers` what doctors say, `routing` where a request goes next), `changes` evolve, `views` answer.
All pure.
"""

from actors.admin_router.state.changes import evolve
from actors.admin_router.state.kept import Router
from actors.admin_router.state.rules import decide
from actors.admin_router.state.views import answer, may_see

__all__ = ["Router", "answer", "decide", "evolve", "may_see"]
