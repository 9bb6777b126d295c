"""The node's desk for media workers: it knows which of them live, and tells them how calls are.

All of it is volatile. Workers beat; one that falls silent, or begins anew, has lost its calls, and
their sessions are told. What a session has arranged is said again to its worker, so that it keeps
the call; a node that has just started knows of none until their sessions arrange them.
"""

from actors.call_session.desk.asking import NoRelay
from actors.call_session.desk.desk import Desk
from actors.call_session.desk.telling import Tell, telling

__all__ = ["Desk", "NoRelay", "Tell", "telling"]
