"""A conversation: who takes part, what may be written, how far each has read. Pure.

`kept` is the state. `rules` decide: `visits` open and close the thread, `calls` are those between
its people, `writing` is what members do, with `offers` for files and `answering` for automatic
replies; `marks` is how far each has read. `changes` evolve, `items` are what is shown of events,
`views` answer, `passing` passes on.
"""

from actors.conversation.state.changes import evolve
from actors.conversation.state.kept import Thread
from actors.conversation.state.passing import pass_on
from actors.conversation.state.permissions import may_watch
from actors.conversation.state.rules import decide
from actors.conversation.state.views import answer

__all__ = ["Thread", "answer", "decide", "evolve", "may_watch", "pass_on"]
