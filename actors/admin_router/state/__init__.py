"""A department's router: who is asked to answer a request, by when, and who won it.

`kept` is the state, `rules` decide, `changes` evolve, `views` answer. All pure.

Of the department: `setup`, `categories`, `visit_types`. Of those who look for a doctor: `triage`
(what administrators choose), `answers` (what doctors say), `patients` (what patients say); `places`
says where they go, by `matching` rules and a fair `balance`, and `routing` how they get there.
`timeline` is what the staff read of it. Of visits that stand: `moves` and what it names.
"""

from actors.admin_router.state.changes import evolve
from actors.admin_router.state.kept import Router
from actors.admin_router.state.rules import decide
from actors.admin_router.state.views import answer, may_see

__all__ = ["Router", "answer", "decide", "evolve", "may_see"]
