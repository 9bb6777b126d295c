"""The rules of the directory: who is listed, who is invited, and who may know. Pure.

* `listing`: who and what is listed, and what each event makes of that
* `rules`: what may be noted, by whom, and what an invitation is worth
* `views`: what it answers when asked
"""

from actors.directory.state.listing import DirectoryState, born, evolve
from actors.directory.state.rules import decide
from actors.directory.state.views import answer, may_watch

__all__ = ["DirectoryState", "answer", "born", "decide", "evolve", "may_watch"]
