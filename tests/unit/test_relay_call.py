"""Who receives whom in a call: exactly those who were arranged, at every moment."""

from actors.ids import LegId, RecordingId
from actors.media import Section, Source
from actors.relay import feedback
from actors.relay.messages import RecordOrder
from tests.unit.relay_ward import (
    ANN,
    BEN,
    CAT,
    LAYERS,
    RECORD,
    Ward,
    numbers,
    rtp,
    video,
)

CAMERA, MICROPHONE = Source.CAMERA, Source.MICROPHONE


def three() -> Ward:
    """Return a call of three, in which everybody receives everybody."""
    ward = Ward()
    ward.arrange(ANN, BEN, CAT)
    for leg in (ANN, BEN, CAT):
        ward.connect(leg, of=tuple({ANN, BEN, CAT} - {leg}))
    return ward


def say(ward: Ward, number: int) -> None:
    """Let everybody say something."""
    for leg, ssrc in ((ANN, 1000), (BEN, 2000), (CAT, 3000)):
        if not ward.lines[leg].over:
            ward.send(leg, rtp(ssrc, number))


def heard(ward: Ward) -> dict[LegId, int]:
    """Return how many packets each was sent since it was asked last."""
    counts = {leg: len(line.rtp) for leg, line in ward.lines.items()}
    for line in ward.lines.values():
        line.rtp.clear()
    return counts


def test_everybody_hears_everybody_else() -> None:
    ward = three()
    say(ward, 1)

    assert heard(ward) == {ANN: 2, BEN: 2, CAT: 2}


def test_each_publisher_has_a_stream_of_its_own() -> None:
    ward = three()
    say(ward, 1)

    assert len({numbers(packet)[0] for packet in ward.lines[ANN].rtp}) == 2


def test_M07_who_is_removed_neither_sends_nor_receives_from_that_moment() -> None:
    ward = three()
    ward.arrange(ANN, CAT)
    ben = ward.lines[BEN]
    ben.taker.take_rtp(rtp(2000, 1), ward.now)
    ben.taker.opened()
    say(ward, 1)

    assert heard(ward) == {ANN: 1, BEN: 0, CAT: 1}
    assert ben.over


def test_who_is_held_neither_sends_nor_receives_until_taken_back() -> None:
    ward = three()
    ward.arrange(ANN, BEN, CAT, held=(BEN,))
    say(ward, 1)
    assert heard(ward) == {ANN: 1, BEN: 0, CAT: 1}

    ward.arrange(ANN, BEN, CAT)
    say(ward, 2)
    assert heard(ward) == {ANN: 2, BEN: 2, CAT: 2}


def test_nobody_is_sent_anything_before_the_line_is_open() -> None:
    ward = three()
    ward.lines[BEN].hang_up()
    say(ward, 1)
    assert heard(ward) == {ANN: 1, BEN: 0, CAT: 1}

    ward.lines[BEN].start()
    say(ward, 2)
    assert heard(ward) == {ANN: 2, BEN: 2, CAT: 2}


def test_what_nobody_wants_goes_nowhere() -> None:
    ward = Ward()
    ward.arrange(ANN, BEN)
    ward.connect(ANN)
    ward.connect(BEN)
    ward.send(ANN, rtp(1000, 1))

    assert heard(ward) == {ANN: 0, BEN: 0}


def test_an_echo_is_sent_to_its_own_leg_and_nobody_elses_call_is() -> None:
    ward = Ward()
    ward.arrange(ANN, echo=True)
    ward.connect(ANN, of=(ANN,))
    ward.send(ANN, rtp(1000, 1))
    assert heard(ward) == {ANN: 1}

    ward.arrange(ANN, epoch=2)
    ward.connect(ANN, of=(ANN,), epoch=2)
    ward.send(ANN, rtp(1000, 2))
    assert heard(ward) == {ANN: 0}


def test_a_new_offer_that_drops_a_track_ends_it_and_leaves_the_others() -> None:
    ward = three()
    ward.send(ANN, video(1001, 1, key=True))
    assert heard(ward) == {ANN: 0, BEN: 1, CAT: 1}

    ward.connect(ANN, (MICROPHONE,), of=(BEN,))
    ward.send(ANN, video(1001, 2))
    say(ward, 1)
    assert heard(ward) == {ANN: 1, BEN: 2, CAT: 2}


def test_a_new_offer_does_not_disturb_what_goes_on() -> None:
    ward = three()
    ward.send(ANN, video(1001, 1, key=True))
    ward.connect(ANN, (MICROPHONE, CAMERA, Source.SCREEN), of=(BEN, CAT))
    ward.connect(BEN, of=(ANN,))
    ward.send(ANN, video(1001, 2))

    assert [numbers(packet)[1] for packet in ward.lines[BEN].of(ANN, CAMERA)] == [1, 2]


def test_a_screen_comes_beside_the_camera() -> None:
    ward = Ward()
    ward.arrange(ANN, BEN)
    ward.connect(ANN, (CAMERA, Source.SCREEN))
    ben = ward.connect(BEN, of=(ANN,))
    ward.send(ANN, video(1011, 1, key=True), video(1001, 1, key=True))

    assert len(ben.of(ANN, CAMERA)) == len(ben.of(ANN, Source.SCREEN)) == 1


def test_a_track_that_comes_back_later_is_gone_on_with() -> None:
    ward = three()
    ward.send(ANN, video(1001, 1, key=True))
    ward.connect(ANN, (MICROPHONE,))
    ward.connect(ANN, (MICROPHONE, CAMERA))
    ward.send(ANN, video(1001, 500), video(1001, 501, key=True))

    assert [numbers(packet)[1] for packet in ward.lines[BEN].of(ANN, CAMERA)] == [1, 2]


def test_a_newer_epoch_closes_the_older_lines() -> None:
    ward = three()
    old = dict(ward.lines)
    ward.arrange(ANN, BEN, CAT, epoch=2)

    assert all(line.over for line in old.values())
    old[ANN].taker.take_rtp(rtp(1000, 1), ward.now)
    old[ANN].taker.closed()
    assert heard(ward) == {ANN: 0, BEN: 0, CAT: 0}
    assert ward.calls.changes() == ()


def test_streams_are_counted() -> None:
    ward = three()
    assert ward.calls.streams == 0
    say(ward, 1)
    ward.send(ANN, video(1001, 1, key=True))

    assert ward.calls.streams == 8


# --- the recorder --------------------------------------------------------------------------------


def test_a_recorder_is_handed_all_that_is_published() -> None:
    ward = Ward()
    assert not ward.arrange(ANN, BEN).recording
    ward.connect(ANN)
    ward.connect(BEN, (MICROPHONE,))
    told = ward.arrange(ANN, BEN, record=RECORD)
    ward.send(ANN, rtp(1000, 1, b"ann"), video(1001, 1, key=True))
    ward.send(BEN, rtp(2000, 1, b"ben"))

    (tap,) = ward.taps
    assert (told.recorder_key, told.recording) == ("public key", True)
    assert {(one.leg, one.source) for one in tap.expected} == {
        (ANN, MICROPHONE),
        (ANN, CAMERA),
        (BEN, MICROPHONE),
    }
    assert [(leg, source, at) for leg, source, _, at in tap.taken] == [
        (ANN, MICROPHONE, ward.now),
        (ANN, CAMERA, ward.now),
        (BEN, MICROPHONE, ward.now),
    ]
    assert tap.taken[2][2].endswith(b"ben")


def test_a_recorder_is_told_of_later_tracks_once() -> None:
    ward = Ward()
    ward.arrange(ANN, BEN, record=RECORD)
    ward.connect(ANN, (MICROPHONE,))
    ward.arrange(ANN, BEN, record=RECORD)
    ward.connect(BEN, (MICROPHONE,))

    (tap,) = ward.taps
    assert tap.expected == [Section("", ANN, MICROPHONE), Section("", BEN, MICROPHONE)]


def test_a_recorder_that_lost_something_gets_a_key_frame() -> None:
    ward = Ward()
    ward.arrange(ANN, record=RECORD)
    ann = ward.connect(ANN, (CAMERA,))
    ward.send(ANN, video(1001, 1, key=True))
    ward.pass_time(1)
    ann.rtcp.clear()
    ward.taps[0].wants_key_frame = True
    ward.send(ANN, video(1001, 2))
    ward.pass_time(0.02)

    asked = [kind for sent in ann.rtcp for kind, _, _ in feedback.split(sent)]
    assert feedback.Kind.PAYLOAD_FEEDBACK in asked


def test_a_recorder_gets_one_layer_of_a_camera() -> None:
    ward = Ward()
    ward.arrange(ANN, record=RECORD)
    ward.connect(ANN, (CAMERA,), rids=LAYERS)
    for layer, rid in enumerate(LAYERS):
        ward.send(ANN, video(51 + layer, 1, rid=rid, key=True))

    assert len(ward.taps[0].taken) == 1


def test_M11_a_recording_that_is_not_ordered_any_more_ends_at_once() -> None:
    ward = Ward()
    ward.arrange(ANN, record=RECORD)
    ward.connect(ANN, (MICROPHONE,))
    ward.arrange(ANN)
    ward.send(ANN, rtp(1000, 1))

    (tap,) = ward.taps
    assert not tap.running
    assert tap.taken == []


def test_who_is_held_is_not_recorded() -> None:
    ward = Ward()
    ward.arrange(ANN, BEN, held=(ANN,), record=RECORD)
    ward.connect(ANN, (MICROPHONE,))
    ward.send(ANN, rtp(1000, 1))

    assert ward.taps[0].taken == []


def test_another_recording_is_another_tap() -> None:
    ward = Ward()
    ward.arrange(ANN, record=RECORD)
    ward.arrange(ANN, record=RECORD)
    ward.arrange(ANN, record=RecordOrder(RecordingId("r-2"), bytes(32), sealed=False))

    assert [tap.running for tap in ward.taps] == [False, True]
