"""A letter box: whom it is for, which letters wait, and when they are tried again. Pure.

`kept` is the state and what each event makes of it, `rules` decide, `views` answer.
"""

from actors.notify.state.kept import Box, born, evolve
from actors.notify.state.rules import decide
from actors.notify.state.views import answer, may_see

__all__ = ["Box", "answer", "born", "decide", "evolve", "may_see"]
