"""A patient: what may happen to their requests, what that makes of them, what they see.

`kept` is the state. `rules` decide: `asking`, `choosing`, `moving`, `cancelling`, `arriving` and
`profile` for the patient, `recording` for the department, `reminders` for the clock. `changes`
evolve, `views` answer. All pure.
"""

from actors.patient.state.changes import evolve
from actors.patient.state.kept import Patient
from actors.patient.state.rules import decide
from actors.patient.state.views import answer, may_see

__all__ = ["Patient", "answer", "decide", "evolve", "may_see"]
