"""A visit note: drafted by the visit's doctors, signed, amended; the patient reads its summary.

Several may write at once: who types upon an older version is told so, and nothing is written over.
`kept` is the state, `permissions` know who may, `rules` decide and evolve, `views` answer. Pure.
"""

from actors.visit_note.state.kept import Note, born
from actors.visit_note.state.permissions import may_watch
from actors.visit_note.state.rules import decide, evolve
from actors.visit_note.state.views import answer

__all__ = ["Note", "answer", "born", "decide", "evolve", "may_watch"]
