"""One release of skew: what a newer node says with more in it, an older one reads, and back."""

import json
from collections.abc import Iterator
from types import ModuleType
from typing import get_args

import msgspec
import pytest

from actors.accounts import messages as accounts
from actors.address import Address
from actors.admin_router import messages as admin_router
from actors.call_session import messages as call_session
from actors.caller import Caller, Role
from actors.conversation import messages as conversation
from actors.directory import messages as directory
from actors.doctor import messages as doctor
from actors.files import messages as files
from actors.ids import LegId, MessageId
from actors.notify import messages as notify
from actors.patient import messages as patient
from actors.phone import messages as phone
from actors.refusal import Ground
from actors.runtime.codec import decode_as, encode
from actors.runtime.envelope import Done, Envelope, Failed, Refused, Seen, Told
from actors.runtime.errors import DeliveryFailed, Fault
from actors.runtime.journal import Alarm, Entry, Parcel
from actors.runtime.leases import Fence, Lease, Member
from actors.runtime.operations import GetStatus, Operation, Question
from actors.runtime.peering import Inherit, LookAround, Moved
from actors.visit_note import messages as visit_note
from http_edge.sockets import call_frames, frames
from http_edge.sockets.frame import Frame
from http_edge.table import ROUTES
from tests.unit.runtime_support import Message

ROOMS = (
    accounts,
    admin_router,
    call_session,
    conversation,
    directory,
    doctor,
    files,
    notify,
    patient,
    phone,
    visit_note,
)
AT = Address("patient", "pat")
PAT = Caller("pat", Role.PATIENT, "session")
NOTHING = msgspec.Raw(encode([]))
ON_THE_WIRE = (
    Envelope(MessageId("m"), AT, PAT, 1, msgspec.Raw(encode(LookAround()))),
    Done(3, NOTHING),
    Seen(3, NOTHING),
    Refused("no", Ground.CONFLICT, "No."),
    Failed(Fault.BUSY),
    Told(AT, 3, 1, NOTHING),
    PAT,
    AT,
    Fence(1, 2),
    Lease(1, "run", 2),
    Member("run", "main", "1.2.3"),
    Inherit((Fence(1, 2),)),
    Moved((1, 2)),
    Entry(AT, 1, 1, MessageId("m"), 1, b"", b""),
    Parcel(MessageId("m"), AT, AT, b"", b"", 1),
    Alarm(AT, "wake", 1, b""),
)
ACTS: tuple[type[msgspec.Struct], ...] = get_args(call_frames.Act)
"""A room's own words, as they are taken from browsers."""


class OldSaid(Message, frozen=True, tag="Said"):
    """A command of this release."""

    text: str


class NewSaid(Message, frozen=True, tag="Said"):
    """The same of the next one."""

    text: str
    aloud: bool = False


def below(kind: type[msgspec.Struct]) -> Iterator[type[msgspec.Struct]]:
    """Yield every kind of message of a room."""
    for each in kind.__subclasses__():
        yield each
        yield from below(each)


def is_strict(kind: type[msgspec.Struct]) -> bool:
    """Return whether fields that *kind* does not have are refused."""
    return kind.__struct_config__.forbid_unknown_fields


@pytest.mark.parametrize("said", ON_THE_WIRE, ids=lambda said: type(said).__name__)
def test_what_a_newer_node_adds_at_the_end_is_passed_over(said: msgspec.Struct) -> None:
    longer = msgspec.msgpack.encode([*msgspec.msgpack.decode(encode(said)), "new", {"more": 1}])
    assert encode(decode_as(type(said), longer)) == encode(said)


def test_a_field_of_the_next_release_is_passed_over_and_a_missing_one_has_its_default() -> None:
    assert decode_as(OldSaid, encode(NewSaid("hello", aloud=True))) == OldSaid("hello")
    assert decode_as(NewSaid, encode(OldSaid("hello"))) == NewSaid("hello")


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: room.__name__.split(".")[1])
def test_no_message_of_a_room_refuses_what_it_does_not_know(room: ModuleType) -> None:
    kinds = [kind for kind in below(room.Message) if kind not in ACTS]
    assert kinds
    assert [kind for kind in kinds if is_strict(kind)] == []


def test_what_an_operator_asks_and_is_told_may_hold_more() -> None:
    asked = msgspec.msgpack.encode({"type": "GetStatus", "since": 3})
    assert decode_as(Question, asked) == GetStatus()
    assert [kind for kind in below(Operation) if is_strict(kind)] == []


def test_a_fault_of_the_next_release_leaves_open_whether_it_happened() -> None:
    fault = DeliveryFailed(decode_as(Fault, encode("some_new_fault")))
    assert not fault.certain


def test_what_a_browser_sends_holds_nothing_unknown() -> None:
    frame = {"type": "do", "id": "1", "call": "c", "act": {"type": "LeaveCall", "leg": "l"}}
    assert isinstance(frames.read(json.dumps(frame)), call_frames.Do)
    frame["act"] = {"type": "LeaveCall", "leg": "l", "loudly": True}
    with pytest.raises(msgspec.ValidationError, match="unknown field `loudly`"):
        frames.read(json.dumps(frame))
    assert all(map(is_strict, below(Frame)))
    assert all(map(is_strict, ACTS))


def test_an_act_of_a_browser_travels_as_the_rooms_own_word() -> None:
    frame = {"type": "do", "id": "1", "call": "c", "act": {"type": "LeaveCall", "leg": "l"}}
    done = frames.read(json.dumps(frame))
    assert isinstance(done, call_frames.Do)
    assert isinstance(done.act, call_session.LeaveCall)
    assert encode(done.act) == encode(call_session.LeaveCall(LegId("l")))


def test_every_body_of_the_api_refuses_what_it_does_not_know() -> None:
    kinds = {kind for route in ROUTES if route.request for kind in structs_of(route.request)}
    lax = {kind.__name__ for kind in kinds if not is_strict(kind)}
    assert lax == {"DeviceCheck", "Echo", "DoctorRef"}, "parts of acts, which hold nothing to do"


def structs_of(kind: object) -> Iterator[type[msgspec.Struct]]:
    """Yield every struct that a body of *kind* holds."""
    waiting, seen = [msgspec.inspect.type_info(kind)], set[type]()
    while waiting:
        info = waiting.pop()
        if isinstance(info, msgspec.inspect.StructType):
            if info.cls not in seen:
                seen.add(info.cls)
                yield info.cls
                waiting += [field.type for field in info.fields]
        else:
            inner = (getattr(info, name, None) for name in ("item_type", "key_type", "value_type"))
            waiting += [each for each in inner if each is not None]
            waiting += [*getattr(info, "item_types", ()), *getattr(info, "types", ())]
