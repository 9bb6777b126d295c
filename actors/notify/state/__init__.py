"""A letter box: what a person should know, what waits for them, and which letters leave. Pure.

`kept` is the state, `evolving` what each event makes of it, `views` answer. `rules` decide: of
`notices` on the bell, `threads` with unread messages, `letters` and when they leave (outside of
`quiet` hours), and of the person's `choices`; all in one `turn`.
"""

from actors.notify.state.evolving import evolve
from actors.notify.state.kept import Box, born
from actors.notify.state.rules import decide
from actors.notify.state.views import answer, may_watch

__all__ = ["Box", "answer", "born", "decide", "evolve", "may_watch"]
