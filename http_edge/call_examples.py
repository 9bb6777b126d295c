"""One of each frame that calls speak, for the live socket's description (see `asyncapi`)."""

from datetime import UTC, datetime, timedelta

from actors.call_session.messages import (
    CallView,
    Hosting,
    JoinCall,
    Leg,
    LegState,
    Part,
    Person,
    PersonView,
    Signal,
)
from actors.ids import AppointmentId, CallId, ConversationId, LegId, UserId
from actors.media import Mode, Sealing, Section, Source
from actors.visit_type import Medium
from http_edge.sockets.call_frames import (
    Acted,
    Answer,
    Attend,
    CallNow,
    Do,
    HeardUpTo,
    Held,
    Layer,
    Offer,
    Signalled,
    SignalTo,
    Unattend,
)
from http_edge.sockets.frame import Frame

_CALL = CallId("r6xk2wqn7cgyv4mh3rsd6jb2ae")
_RUN = "b5xw3kq2n7cgyv4mh3rsd6jb2a"
_MINE, _THEIRS = LegId("p-8fGz2m"), LegId("d-Q31xLw")
_PAT, _MIA = UserId("yqrkh5mgfnqrv3wmd2x7c6ab4e"), UserId("zt5xk2wqn7cgyv4mh3rsd6jb2a")
_THREAD = ConversationId(f"{_PAT}-{_MIA}")
_START = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
_KEY = "B" + "A" * 86
_CANDIDATE = '{"candidate":"candidate:1 1 udp 2122260223 192.0.2.7 53012 typ host","sdpMid":"0"}'
_SDP = "v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n"
_SECTION = Section("0", _MINE, Source.MICROPHONE)

_VIEW = CallView(
    id=_CALL,
    appointment=AppointmentId(_CALL),
    conversation=_THREAD,
    hosting=Hosting(
        AppointmentId(_CALL), _THREAD, _START, _START + timedelta(minutes=20), Medium.VIDEO
    ),
    me=_PAT,
    part=Part.PATIENT,
    people=(
        PersonView(
            Person(_PAT, "Pat Ient", Part.PATIENT),
            (Leg(_MINE, _PAT, LegState.WAITING, _START - timedelta(minutes=4)),),
        ),
        PersonView(Person(_MIA, "Dr Mia", Part.HOST)),
    ),
    open=True,
    opens_at=_START - timedelta(minutes=30),
    number=0,
    started_at=None,
    rings=(),
    epoch=0,
    mode=Mode.DIRECT,
    why=None,
    sealing=Sealing.ON,
    ice=(),
    may_direct=True,
    relay=True,
    word="Five minutes late, sorry.",
    guests=(),
    recording=None,
    outcome=None,
    ask_outcome=False,
)

EXAMPLES: tuple[Frame, ...] = (
    Attend(_CALL, _MINE, _RUN, 7),
    Unattend(_CALL),
    Do("Zk4-1", _CALL, JoinCall(_MINE, Medium.VIDEO, (Source.MICROPHONE, Source.CAMERA), _KEY)),
    SignalTo(_CALL, _MINE, _THEIRS, 3, Signal.CANDIDATE, _CANDIDATE),
    HeardUpTo(_CALL, _MINE, 8),
    Offer("Zk4-2", _CALL, _MINE, 4, 1, _SDP, sends=(_SECTION,), receives=()),
    Layer(_CALL, _MINE, 4, Section("2", _THEIRS, Source.CAMERA), 1),
    CallNow(_CALL, 12, _VIEW),
    Acted("Zk4-1", _CALL, 15),
    Held(_CALL, _MINE, _THEIRS, 3),
    Signalled(_CALL, 8, _RUN, _THEIRS, Signal.CANDIDATE, _CANDIDATE),
    Answer("Zk4-2", _CALL, 4, 1, _SDP),
)
"""One of each."""
