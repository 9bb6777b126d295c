"""The files of a conversation: who may add and read some, and how far each has come. Pure.

`kept` is the state and what each event makes of it; `rules` decide (`uploads` and `endings` with
them), `names` cleans what files are called, `permissions` says who may, `views` answer.
"""

from actors.files.state.kept import Files, born, evolve
from actors.files.state.rules import decide
from actors.files.state.views import answer, may_see

__all__ = ["Files", "answer", "born", "decide", "evolve", "may_see"]
