"""What one browser publishes is bounded, and what it said once does not count for ever."""

from actors.media import Source
from actors.relay import feedback
from actors.relay.intake import MOST_STREAMS, Intake
from actors.relay.sections import Sent
from tests.unit.relay_ward import (
    ANN,
    BEN,
    CALL,
    EXTENSIONS,
    LAYERS,
    VP8,
    Ward,
    numbers,
    rtp,
    sections,
    video,
)

(CAMERA,) = sections(ANN, (Source.CAMERA,))


def test_M04_so_many_streams_are_known_and_no_more() -> None:
    intake = Intake()
    intake.settle((Sent(CAMERA, VP8, EXTENSIONS, (), LAYERS),))
    known = ((4, b"1"), (11, b"q"))
    routes = [
        intake.route(rtp(ssrc, 1, kind=VP8.rtx, extensions=known), ssrc) for ssrc in range(1, 200)
    ]

    assert sum(route is not None for route in routes) == MOST_STREAMS


def test_a_section_that_was_not_agreed_is_not_taken() -> None:
    intake = Intake()
    intake.settle((Sent(CAMERA, VP8, EXTENSIONS, (), LAYERS),))

    assert intake.route(rtp(7, 1, kind=96, extensions=((4, b"9"), (10, b"q"))), 7) is None
    assert intake.route(rtp(7, 1, kind=111), 7) is None
    assert intake.route(rtp(7, 1, kind=96), 7) is None


def test_a_loss_that_was_reported_once_passes() -> None:
    ward = Ward()
    ward.arrange(ANN, BEN)
    ward.connect(ANN, (Source.CAMERA,), rids=("q", "h"))
    ben = ward.connect(BEN, of=(ANN,))

    (watched,) = (
        one
        for one in ward.calls._calls[CALL]._legs[BEN].subscriptions.values()
        if one.section.source is Source.CAMERA
    )

    def film(seconds: int) -> int:
        """Let Ann send both layers; return which one Ben is sent then."""
        for _ in range(seconds * 10):
            ward.pass_time(0.1, step=0.1)
            for layer, rid in enumerate(("q", "h")):
                ward.send(ANN, video(51 + layer, round(ward.now * 10), rid=rid, key=True))
        return watched.aimed

    assert film(5) == 1
    block = feedback.report_block(
        numbers(ben.rtp[0])[0], fraction=90, lost=9, highest=9, jitter=0, last=0, delay=0
    )
    ben.taker.take_rtcp(feedback.receiver_report([block]), ward.now)
    assert film(1) == 0
    assert film(30) == 1
