"""The calls of a worker: orders of another time are declined, and all of it is bounded."""

import pytest

from actors.ids import CallId, LegId
from actors.media import Section, Source
from actors.relay.calls import MOST_CALLS, MOST_CLOSED, MOST_LEGS
from actors.relay.messages import (
    ECHO_SECONDS,
    LEASE_SECONDS,
    Answer,
    Arrange,
    Arranged,
    Change,
    Close,
    Connect,
    Declined,
    Prefer,
    Reply,
    Taken,
    TellRecorder,
)
from tests.unit.relay_ward import ANN, BEN, CALL, CAT, RECORD, Ward, rtp, sections

CAMERA = Section("1", BEN, Source.CAMERA)


def offer(leg: LegId, neg: int = 1, *, epoch: int = 3, sdp: str = "offer") -> Connect:
    return Connect(CALL, epoch, leg, neg, sdp, sections(leg, (Source.MICROPHONE,)), ())


def code(reply: Reply) -> str:
    assert isinstance(reply, Declined)
    return reply.code


@pytest.fixture
def ward() -> Ward:
    """Return a worker with a call of two at its third epoch."""
    made = Ward()
    made.arrange(ANN, BEN, epoch=3)
    return made


def test_the_same_offer_again_gets_the_same_answer(ward: Ward) -> None:
    first = ward.calls.connect(offer(ANN))
    again = ward.calls.connect(offer(ANN, sdp="another"))

    assert again == first == Answer(1, "answer to offer")
    assert len(ward.opened) == 1


def test_a_newer_offer_is_answered_on_the_same_line(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))

    assert ward.calls.connect(offer(ANN, 2, sdp="more")) == Answer(2, "answer to more")
    assert code(ward.calls.connect(offer(ANN))) == "bad_offer"
    assert len(ward.opened) == 1


def test_an_order_of_an_older_epoch_is_stale(ward: Ward) -> None:
    stale = [
        ward.calls.arrange(Arrange(CALL, 2, (ANN,))),
        ward.calls.connect(offer(ANN, epoch=2)),
        ward.calls.prefer(Prefer(CALL, 2, ANN, CAMERA, 1)),
        ward.calls.tell_recorder(TellRecorder(CALL, 2, ANN, "key")),
        ward.calls.close(Close(CALL, 2)),
    ]

    assert [code(reply) for reply in stale] == ["stale"] * 5
    assert ward.calls.count == 1


def test_a_call_that_was_not_arranged_is_unknown(ward: Ward) -> None:
    assert code(ward.calls.connect(offer(ANN, epoch=4))) == "no_such_call"
    assert code(ward.calls.prefer(Prefer(CallId("c-2"), 3, ANN, CAMERA, 1))) == "no_such_call"


def test_who_was_not_arranged_is_not_answered(ward: Ward) -> None:
    assert code(ward.calls.connect(offer(CAT))) == "no_such_leg"
    assert ward.opened == []


def test_nobody_sends_in_anothers_name(ward: Ward) -> None:
    order = Connect(CALL, 3, ANN, 1, "offer", sections(BEN, (Source.CAMERA,)), ())

    assert code(ward.calls.connect(order)) == "bad_offer"


def test_a_bad_offer_is_declined_in_words_and_changes_nothing(ward: Ward) -> None:
    assert ward.calls.connect(offer(ANN, sdp="bad")) == Declined("bad_offer", "That is no offer.")
    assert ward.calls.connect(offer(ANN)) == Answer(1, "answer to offer")


def test_a_call_that_is_closed_stays_closed_for_older_orders(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))
    assert ward.calls.close(Close(CALL, 5)) == Taken()

    assert ward.lines[ANN].over
    assert ward.calls.count == 0
    assert code(ward.calls.arrange(Arrange(CALL, 4, (ANN,)))) == "stale"
    assert isinstance(ward.calls.arrange(Arrange(CALL, 6, (ANN,))), Arranged)


def test_closing_what_is_not_there_is_done(ward: Ward) -> None:
    for number in range(MOST_CLOSED + 10):
        assert ward.calls.close(Close(CallId(f"gone-{number}"), 1)) == Taken()

    assert ward.calls.count == 1


def test_a_call_that_nobody_arranges_again_ends(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))
    ward.now += LEASE_SECONDS - 1
    ward.arrange(ANN, BEN, epoch=3)
    ward.now += LEASE_SECONDS - 1
    ward.calls.sweep(ward.now)
    assert ward.calls.count == 1

    ward.now += 1
    ward.calls.sweep(ward.now)
    assert ward.calls.count == 0
    assert ward.lines[ANN].over


def test_an_echo_ends_however_often_it_is_arranged() -> None:
    ward = Ward()
    for _ in range(3):
        ward.arrange(ANN, echo=True)
        ward.now += ECHO_SECONDS / 3
    ward.calls.sweep(ward.now)

    assert ward.calls.count == 0


def test_a_worker_has_its_limits(ward: Ward) -> None:
    legs = tuple(LegId(f"leg-{n}") for n in range(MOST_LEGS + 1))
    assert code(ward.calls.arrange(Arrange(CALL, 3, legs))) == "full"

    for number in range(MOST_CALLS - 1):
        order = Arrange(CallId(f"more-{number}"), 1, (ANN,))
        assert isinstance(ward.calls.arrange(order), Arranged)
    assert code(ward.calls.arrange(Arrange(CallId("last"), 1, (ANN,)))) == "full"
    assert isinstance(ward.calls.arrange(Arrange(CALL, 3, (ANN,))), Arranged)


def test_who_connected_or_went_is_told_until_it_was_heard(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))
    ward.lines[ANN].start()
    heard = ward.calls.changes()
    assert heard == (Change(CALL, 3, ANN, connected=True),)

    ward.lines[ANN].hang_up()
    ward.calls.acknowledge(heard)
    assert ward.calls.changes() == (Change(CALL, 3, ANN, connected=False),)
    ward.calls.acknowledge(ward.calls.changes())
    assert ward.calls.changes() == ()


def test_who_was_removed_is_not_told_of(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))
    ward.lines[ANN].start()
    ward.arrange(BEN, epoch=3)

    assert ward.calls.changes() == ()


def test_a_wish_about_what_is_not_there_is_taken(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))

    assert ward.calls.prefer(Prefer(CALL, 3, ANN, CAMERA, 99)) == Taken()
    assert ward.calls.prefer(Prefer(CALL, 3, CAT, CAMERA, 1)) == Taken()


def test_keys_for_the_recorder_come_from_those_in_the_call(ward: Ward) -> None:
    assert ward.calls.tell_recorder(TellRecorder(CALL, 3, ANN, "early")) == Taken()
    ward.arrange(ANN, BEN, epoch=3, record=RECORD)
    ward.calls.tell_recorder(TellRecorder(CALL, 3, ANN, "key"))
    ward.calls.tell_recorder(TellRecorder(CALL, 3, CAT, "strange"))

    assert ward.taps[0].learned == [(ANN, "key")]


def test_at_the_end_all_lines_are_closed(ward: Ward) -> None:
    ward.calls.connect(offer(ANN))
    ward.arrange(ANN, BEN, epoch=3, record=RECORD)
    ward.calls.end()

    assert ward.lines[ANN].over
    assert not ward.taps[0].running
    ward.lines[ANN].taker.take_rtp(rtp(1000, 1), ward.now)
    assert ward.calls.count == ward.calls.streams == 0
