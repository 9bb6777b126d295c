"""A call session, as the runtime runs it: pure rules, and the shell that knows of media workers."""

from functools import partial

from actors.call_session import messages
from actors.call_session.preparing import PREPARED, Preparing, Relays
from actors.call_session.reactions import react
from actors.call_session.recordings import Recordings
from actors.call_session.state import (
    Policy,
    Session,
    answer,
    born,
    decide,
    evolve,
    may_watch,
)
from actors.call_session.state.log import is_shown
from actors.call_session.switchboard import Switchboard
from actors.call_session.turn import NO_TURN, Turn, ice_servers
from actors.runtime.journal import History
from actors.runtime.room import Room
from config.media import MediaSettings

PERSONAL = frozenset({"name", "by_name", "as_what", "text", "device", "reason", "code_hash"})


def room(
    desk: Relays,
    switchboard: Switchboard,
    recordings: Recordings,
    *,
    history: History,
    turn: Turn = NO_TURN,
    settings: MediaSettings | None = None,
) -> Room[Session]:
    """Return the room of the call sessions, whose past is read in *history* for the call log.

    *desk* and *switchboard* are those of the node; browsers are told of *turn*; *settings* say what
    the clinic allows.
    """
    settings = settings or MediaSettings()
    policy = Policy(hide_addresses=settings.hide_addresses, recording=settings.recording)
    ice = partial(ice_servers, turn)
    preparing = Preparing(desk, switchboard, recordings, history, ice, policy=policy)
    return Room(
        kind=messages.KIND,
        command=messages.Command,
        query=messages.Query,
        event=messages.Event,
        state=Session,
        schema=1,
        born=born,
        decide=partial(decide, policy=policy),
        evolve=evolve,
        answer=partial(answer, policy=policy),
        react=react,
        may_watch=may_watch,
        prepare=preparing.prepare,
        prepared=PREPARED,
        about_key=is_shown,
        passing=messages.Passing,
        pass_on=preparing.pass_on,
        personal=PERSONAL,
    )
