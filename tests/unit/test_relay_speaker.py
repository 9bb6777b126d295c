"""Who speaks is who is clearly the loudest for a while."""

from actors.media import Source
from actors.relay.speaker import LONG_ENOUGH, Speaker
from tests.unit.relay_ward import ANN, BEN, CAT, Ward, rtp

LOUD, LOUDER, QUIET = 80.0, 95.0, 20.0


def test_in_silence_nobody_speaks() -> None:
    assert Speaker().hear({ANN: QUIET, BEN: QUIET}, 0.0) is None
    assert Speaker().hear({}, 0.0) is None


def test_the_first_who_speaks_is_the_speaker_at_once() -> None:
    assert Speaker().hear({ANN: QUIET, BEN: LOUD}, 0.0) == BEN


def test_the_speaker_stays_through_a_pause() -> None:
    speaker = Speaker()
    speaker.hear({ANN: LOUD, BEN: QUIET}, 0.0)

    assert speaker.hear({ANN: QUIET, BEN: QUIET}, 9.0) == ANN


def test_a_cough_does_not_make_a_speaker() -> None:
    speaker = Speaker()
    speaker.hear({ANN: LOUD, BEN: QUIET}, 0.0)
    speaker.hear({ANN: LOUD, BEN: LOUDER}, 1.0)
    speaker.hear({ANN: LOUD, BEN: LOUDER}, 1.5)
    speaker.hear({ANN: LOUD, BEN: QUIET}, 1.8)

    assert speaker.hear({ANN: LOUD, BEN: LOUDER}, 2.5) == ANN


def test_who_is_louder_for_long_enough_is_the_next_speaker() -> None:
    speaker = Speaker()
    speaker.hear({ANN: LOUD, BEN: QUIET}, 0.0)
    speaker.hear({ANN: LOUD, BEN: LOUDER}, 1.0)

    assert speaker.hear({ANN: LOUD, BEN: LOUDER}, 1.0 + LONG_ENOUGH) == BEN


def test_a_little_louder_is_not_enough() -> None:
    speaker = Speaker()
    speaker.hear({ANN: LOUD, BEN: LOUD}, 0.0)
    first = speaker.leg
    for second in range(5):
        speaker.hear({ANN: LOUD + 3, BEN: LOUD + 3, CAT: LOUD + 5}, float(second))

    assert speaker.leg == first


def test_who_left_speaks_no_more() -> None:
    speaker = Speaker()
    speaker.hear({ANN: LOUD, BEN: QUIET}, 0.0)

    assert speaker.hear({BEN: QUIET}, 1.0) is None


def test_levels_come_from_the_packets_header() -> None:
    call = Ward()
    call.arrange(ANN, BEN)
    for leg in (ANN, BEN):
        call.connect(leg, (Source.MICROPHONE,))
    for n in range(60):
        call.send(ANN, rtp(1000, n, extensions=((1, bytes([0x80 | 90])),)))
        call.send(BEN, rtp(2000, n, extensions=((1, bytes([0x80 | 20])),)))
        call.pass_time(0.02, step=0.02)

    assert call.speaker == BEN
