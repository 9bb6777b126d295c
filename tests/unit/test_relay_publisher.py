"""A published track: its layers find their streams, and its browser is told what is missing."""

from hypothesis import given
from hypothesis import strategies as st

from actors.media import Source
from actors.relay import feedback
from actors.relay.feedback import Kind
from actors.relay.leg import MOST_A_SECOND
from actors.relay.packets import payload_span
from tests.unit.relay_ward import (
    ANN,
    BEN,
    LAYERS,
    FakeLine,
    Ward,
    numbers,
    rtp,
    video,
    vp8,
)


def ward(*, rids: tuple[str, ...] = ()) -> Ward:
    """Return a call in which Ben receives Ann."""
    made = Ward()
    made.arrange(ANN, BEN)
    made.connect(ANN, rids=rids)
    made.connect(BEN, of=(ANN,))
    return made


def asked(line: FakeLine, kind: Kind, form: int) -> list[bytes]:
    """Return the bodies of such RTCP packets that *line* was sent."""
    packets = [packet for compound in line.rtcp for packet in feedback.split(compound)]
    return [body for found, count, body in packets if (found, count) == (kind, form)]


def key_frames_asked(line: FakeLine) -> list[int]:
    return [feedback.read_target(body) for body in asked(line, Kind.PAYLOAD_FEEDBACK, feedback.PLI)]


def lost_asked(line: FakeLine) -> list[tuple[int, list[int]]]:
    return [
        (feedback.read_target(body), list(feedback.read_nack(body)))
        for body in asked(line, Kind.TRANSPORT_FEEDBACK, feedback.NACK)
    ]


def payload_of(packet: bytes) -> bytes:
    start, end = payload_span(packet)
    return packet[start:end]


def test_a_lost_packet_is_asked_for_and_forwarded_when_it_comes() -> None:
    call = ward()
    call.send(ANN, rtp(1000, 1), rtp(1000, 3))
    call.pass_time(0.02)

    assert lost_asked(call.lines[ANN]) == [(1000, [2])]
    call.send(ANN, rtp(1000, 2))
    assert [numbers(packet)[1] for packet in call.lines[BEN].rtp] == [1, 3, 2]
    call.pass_time(0.2)
    assert len(lost_asked(call.lines[ANN])) == 1


def test_a_lost_picture_comes_as_a_retransmission() -> None:
    call = ward()
    call.send(ANN, video(1001, 1, key=True), video(1001, 3))
    again = rtp(1101, 77, (2).to_bytes(2, "big") + vp8(picture=9), kind=97, timestamp=5)
    call.send(ANN, again, again)

    sent = call.lines[BEN].of(ANN, Source.CAMERA)
    assert [numbers(packet)[1] for packet in sent] == [1, 3, 2]
    assert payload_of(sent[-1]) == vp8(picture=9)


def test_packets_of_a_picture_leave_in_one_size_and_with_what_came_in_them() -> None:
    call, came = ward(), [rtp(1001, n, vp8(key=n == 1) + bytes(799 + n), kind=96) for n in (1, 2)]
    call.send(ANN, *came)

    first, second = call.lines[BEN].of(ANN, Source.CAMERA)
    assert len(first) == len(second)
    assert [payload_of(packet) for packet in (first, second)] == list(map(payload_of, came))


def test_a_sound_is_forwarded_as_it_is() -> None:
    call = ward()
    call.send(ANN, rtp(1000, 1, b"a sound"))
    assert call.lines[BEN].rtp[0].endswith(b"a sound")


def test_retransmissions_of_nothing_are_dropped() -> None:
    call = ward()
    call.send(ANN, rtp(1101, 1, b"\x00\x05late", kind=97))
    call.send(ANN, video(1001, 1, key=True))
    call.send(ANN, rtp(1101, 2, b"", kind=97), rtp(1101, 3, b"\x00", kind=97))

    assert len(call.lines[BEN].rtp) == 1


def test_what_nobody_receives_is_not_asked_for() -> None:
    call = ward()
    call.arrange(ANN, BEN, held=(BEN,))
    call.send(ANN, rtp(1000, 1), rtp(1000, 9), video(1001, 1), video(1001, 9))
    call.pass_time(1.5)

    assert lost_asked(call.lines[ANN]) == []
    assert key_frames_asked(call.lines[ANN]) == []


def test_a_new_receiver_asks_for_a_key_frame_until_it_comes() -> None:
    call = ward()
    call.send(ANN, video(1001, 1))
    call.pass_time(0.9)
    asked = key_frames_asked(call.lines[ANN])
    assert asked == [1001] * len(asked)
    assert 8 <= len(asked) <= 9
    assert call.lines[BEN].of(ANN, Source.CAMERA) == []

    call.send(ANN, video(1001, 2, key=True))
    call.pass_time(0.9)
    assert key_frames_asked(call.lines[ANN]) == asked
    assert len(call.lines[BEN].of(ANN, Source.CAMERA)) == 1


def test_of_a_picture_that_has_stopped_a_key_frame_is_asked_for_less_often() -> None:
    call = ward()
    call.send(ANN, video(1001, 1))
    call.pass_time(1.1)
    before = len(key_frames_asked(call.lines[ANN]))
    call.pass_time(1.2)
    assert len(key_frames_asked(call.lines[ANN])) - before == 3


def test_a_storm_of_requests_is_passed_on_every_400_ms() -> None:
    call = ward()
    call.send(ANN, video(1001, 1, key=True))
    call.pass_time(0.5)
    before = len(key_frames_asked(call.lines[ANN]))
    ssrc = numbers(call.lines[BEN].rtp[0])[0]
    for _ in range(100):
        call.lines[BEN].taker.take_rtcp(feedback.picture_loss(ssrc), call.now)
        call.pass_time(0.01)

    assert len(key_frames_asked(call.lines[ANN])) - before == 3


def test_pictures_that_are_given_up_need_a_key_frame() -> None:
    call = ward()
    call.send(ANN, video(1001, 1, key=True), video(1001, 3))
    call.pass_time(0.9)
    before = len(key_frames_asked(call.lines[ANN]))
    call.pass_time(0.3)

    assert len(key_frames_asked(call.lines[ANN])) == before + 1


def test_layers_are_told_apart_by_their_rid() -> None:
    call = ward(rids=LAYERS)
    call.send(ANN, video(53, 1, rid="f", key=True), video(51, 1, rid="q", key=True))
    call.send(ANN, video(51, 2), video(53, 2), video(99, 1), video(98, 1, rid="x"))

    sent = call.lines[BEN].of(ANN, Source.CAMERA)
    assert len(sent) == 2  # layer q, where everybody begins


def test_a_layer_that_begins_anew_with_another_ssrc_is_gone_on_with() -> None:
    call = ward(rids=LAYERS)
    call.send(ANN, video(51, 1, rid="q", key=True), video(51, 2))
    call.send(ANN, video(61, 900, rid="q"), video(61, 901, key=True), video(51, 3))

    sent = call.lines[BEN].of(ANN, Source.CAMERA)
    assert [numbers(packet)[1] for packet in sent] == [1, 2, 3]


def test_M04_unknown_sources_are_bounded() -> None:
    call = ward(rids=LAYERS)
    for ssrc in range(10_000, 11_000):
        call.send(ANN, video(ssrc, 1, rid="q", key=True))

    assert len(call.lines[BEN].of(ANN, Source.CAMERA)) < 300


def test_M04_a_flood_ends_at_its_own_leg() -> None:
    call = ward()
    call.send(ANN, *(rtp(1000, n) for n in range(MOST_A_SECOND + 500)))
    assert len(call.lines[BEN].rtp) == MOST_A_SECOND

    call.now += 1
    call.send(ANN, rtp(1000, MOST_A_SECOND))
    assert len(call.lines[BEN].rtp) == MOST_A_SECOND + 1


@given(
    st.lists(
        st.tuples(
            st.sampled_from([1000, 1001, 1101, 2000, 7]),
            st.sampled_from([0x80, 0x90, 0xA0, 0xB0, 0x8F, 0x9F, 0x00]),
            st.sampled_from([96, 97, 111, 224, 0]),
            st.binary(max_size=60),
        ),
        max_size=20,
    )
)
def test_M04_no_packet_breaks_the_relay(packets: list[tuple[int, int, int, bytes]]) -> None:
    call = ward()
    for ssrc, first, kind, rest in packets:
        packet = bytes([first, kind]) + rest[:6].ljust(6, b"\0") + ssrc.to_bytes(4, "big") + rest
        call.send(ANN, packet, packet[: len(rest)])
    call.pass_time(0.05)

    call.now += 1
    call.send(BEN, rtp(2000, 1))
    assert all(len(packet) <= 1500 for packet in call.lines[BEN].rtp)
    assert call.lines[ANN].rtp == []
    call.arrange(ANN, BEN)
    call.connect(ANN, of=(BEN,))
    call.send(BEN, rtp(2000, 2))
    assert len(call.lines[ANN].rtp) == 1


def test_reports_tell_the_share_that_was_lost() -> None:
    call = ward()
    call.pass_time(1.5)
    call.send(ANN, *(rtp(1000, n) for n in (1, 2, 3, 5, 6, 8)))
    call.pass_time(1)

    blocks = [
        block
        for compound in call.lines[ANN].rtcp
        for kind, count, body in feedback.split(compound)
        for block in feedback.read_blocks(kind, count, body)
        if kind == Kind.RECEIVER_REPORT
    ]
    assert blocks == [feedback.Block(1000, 0.25)]


def test_arrivals_are_told_with_the_number_that_the_browser_gave() -> None:
    call = ward()
    call.send(ANN, rtp(1000, 1, extensions=((3, b"\x01\x02"),)))
    call.pass_time(0.15)

    (body,) = asked(call.lines[ANN], Kind.TRANSPORT_FEEDBACK, 15)
    assert feedback.read_target(body) == 1000
    assert body[8:12] == b"\x01\x02\x00\x01"
