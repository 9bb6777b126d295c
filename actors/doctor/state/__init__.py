"""A doctor: what waits for their answer, what they may accept, what stands in their diary.

`kept` is the state, `rules` decide and `changes` evolve: each asks the file that knows, for the
practice (`practice`, `away`, `busy`, `facts`), for offers and for visits. `views` answer. All pure.
"""

from actors.doctor.state.changes import evolve
from actors.doctor.state.kept import Doctor
from actors.doctor.state.rules import decide
from actors.doctor.state.views import answer, may_see

__all__ = ["Doctor", "answer", "decide", "evolve", "may_see"]
