"""Whatever comes over a socket about calls is read, or answered with an error (SECURITY M05)."""

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from actors.call_session.messages import JoinCall
from actors.media import Source
from http_edge.call_examples import EXAMPLES
from http_edge.sockets.call_frames import MOST_BODY, MOST_SECTIONS, CallIncoming, Do
from http_edge.sockets.frame import Frame
from http_edge.sockets.frames import Incoming, read

SAID = tuple(each for each in EXAMPLES if isinstance(each, CallIncoming))
TYPES = [str(each.__struct_config__.tag) for each in SAID]
FIELDS = sorted({field for each in SAID for field in each.__struct_fields__})

values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=80),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from([*FIELDS, "type", "mid", "source"]) | st.text(max_size=8),
            inner,
            max_size=6,
        )
    ),
    max_leaves=12,
)


def taken(text: str | bytes) -> Incoming | None:
    """Return the frame that *text* is; None: it is answered with an error."""
    try:
        return read(text)
    except (msgspec.DecodeError, UnicodeError, RecursionError):
        return None


@given(st.binary(max_size=400) | st.text(max_size=400))
def test_any_bytes_are_a_frame_or_an_error(text: str | bytes) -> None:
    assert taken(text) is None or isinstance(taken(text), Frame)


@given(st.sampled_from(TYPES), st.dictionaries(st.sampled_from(FIELDS), values))
def test_any_fields_are_a_frame_or_an_error(kind: str, fields: dict[str, object]) -> None:
    text = msgspec.json.encode({**fields, "type": kind})
    assert taken(text) is None or isinstance(taken(text), CallIncoming)


@given(st.sampled_from(SAID), st.data())
def test_a_frame_that_lost_or_changed_a_piece_is_a_frame_or_an_error(
    frame: Frame, data: st.DataObject
) -> None:
    text = msgspec.json.encode(frame)
    start, stop = sorted(data.draw(st.tuples(*[st.integers(0, len(text))] * 2)))
    mangled = text[:start] + data.draw(st.binary(max_size=8)) + text[stop:]
    assert taken(mangled) is None or isinstance(taken(mangled), Frame)


@given(st.sampled_from(SAID))
def test_what_is_said_is_read_as_it_was_meant(frame: Frame) -> None:
    assert taken(msgspec.json.encode(frame)) == frame


SECTION = {"mid": "0", "leg": "a", "source": "camera"}
OFFER = {"type": "offer", "id": "a", "call": "c", "leg": "l", "epoch": 1, "neg": 1, "sdp": "v=0"}


@pytest.mark.parametrize(
    "wrong",
    [
        {**OFFER, "sends": [], "receives": [], "sdp": "x" * (MOST_BODY + 1)},
        {**OFFER, "sends": [SECTION] * (MOST_SECTIONS + 1), "receives": []},
        {**OFFER, "sends": [], "receives": [{**SECTION, "source": "phone"}]},
        {**OFFER, "sends": [], "receives": [], "neg": -1},
        {**OFFER, "sends": [], "receives": [], "worker": "media-1"},
        {"type": "signal", "call": "c", "leg": "l", "to": "t", "number": 1, "signal": "mail"},
        {"type": "signal", "call": "c", "leg": "l", "to": "../t", "number": 1},
        {"type": "attend", "call": "c.>", "leg": "l"},
        {"type": "attend", "call": "c", "leg": "l", "run": "r" * 65},
        {"type": "attend", "call": "c", "leg": "x" * 65},
        {"type": "layer", "call": "c", "leg": "l", "epoch": 1, "of": SECTION, "layer": 3},
        {"type": "do", "id": "a", "call": "c", "act": {"type": "SetVisit"}},
        {"type": "do", "id": "a", "call": "c", "act": {"type": "LoseWorker"}},
        {"type": "do", "id": "a", "call": "c", "act": {"type": "EnterAsGuest"}},
        {"type": "do", "id": "a", "call": "c", "act": {"type": "TakeSeat", "leg": "l", "user": 1}},
        {"type": "call", "call": "c", "seq": 1},
        {"type": "acted", "id": "a", "call": "c", "seq": 1},
    ],
)
def test_what_no_page_may_say_is_an_error(wrong: dict[str, object]) -> None:
    assert taken(msgspec.json.encode(wrong)) is None


def test_acts_are_told_apart_by_their_type() -> None:
    text = (
        b'{"type":"do","id":"1","call":"c","act":{"type":"JoinCall","leg":"l","medium":"audio",'
        b'"sends":["microphone"],"key":"","ring":true}}'
    )
    frame = taken(text)
    assert isinstance(frame, Do)
    assert isinstance(frame.act, JoinCall)
    assert (frame.act.sends, frame.act.ring) == ((Source.MICROPHONE,), True)
