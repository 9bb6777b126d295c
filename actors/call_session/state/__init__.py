"""A call session: who may take part, who waits, who is in the call, how the media go. Pure.

`kept` is the state. `rules` decide: `opening` by the actors of the visit or the thread, `waiting`,
`ringing`, `joining`, `leaving`, `guests`, what the `hosting` doctor does, `recording`, `media` (the
one rule of how media travel) and `tending` them. Each adds to a `draft`; what follows from who is
there then is added after it. `changes` evolve (`evolving_legs`, `evolving_media`), `views` answer
with `log` and `offers`, `passing` says who may tell whom.
"""

from actors.call_session.state.changes import evolve
from actors.call_session.state.kept import Policy, Session, born, consented
from actors.call_session.state.media import plan_of
from actors.call_session.state.passing import check_passing, is_for_recorder
from actors.call_session.state.permissions import may_watch
from actors.call_session.state.rules import decide
from actors.call_session.state.views import answer

__all__ = [
    "Policy",
    "Session",
    "answer",
    "born",
    "check_passing",
    "consented",
    "decide",
    "evolve",
    "is_for_recorder",
    "may_watch",
    "plan_of",
]
