"""What a receiver is sent is one endless stream, whatever it is made of."""

from collections.abc import Sequence
from itertools import pairwise

import pytest
from aiortc.rtp import RtcpPacket, RtcpSrPacket  # noqa: TID251  as others read it
from hypothesis import given
from hypothesis import strategies as st

from actors.media import Source
from actors.relay import feedback
from actors.relay.extensions import send_stamp
from actors.relay.feedback import Kind, SenderReport
from actors.relay.incoming import MOST_SINCE, RECENT
from actors.relay.messages import Connect, Prefer
from actors.relay.retransmission import MOST_A_SECOND
from actors.relay.vp8 import Descriptor, read
from tests.unit.relay_ward import (
    ANN,
    BEN,
    CALL,
    LAYERS,
    FakeLine,
    Ward,
    numbers,
    rtp,
    sections,
    video,
    wishes,
)

CAMERA = sections(ANN, (Source.CAMERA,))[0]
Q, H, F = 51, 52, 53
SECOND = 90_000
HEADER = 20
"""Bytes before the payload: the fixed header, and a send time."""


class Watching(Ward):
    """Ben watches Ann, who sends her camera in three layers."""

    def __init__(self, rids: tuple[str, ...] = LAYERS) -> None:
        super().__init__()
        self.arrange(ANN, BEN)
        self.connect(ANN, rids=rids)
        self.ben = self.connect(BEN, of=(ANN,))
        if rids:
            self.film(30)  # until it is known what each layer takes

    def prefer(self, layer: int) -> None:
        """Let Ben want *layer* at most."""
        self.calls.prefer(Prefer(CALL, 1, BEN, CAMERA, layer))

    def film(self, count: int, at: Sequence[int] = (0, 0, 0), *, key: bool = False) -> None:
        """Let Ann send *count* pictures in each layer, 30 a second; *at*: of the layers' clocks."""
        for n in range(count):
            self.pass_time(1 / 30, step=1 / 30)
            for layer, rid in enumerate(LAYERS):
                number = round(self.now * 30) + 1000 * layer
                packet = video(
                    Q + layer,
                    number,
                    rid=rid,
                    key=key and n == 0,
                    picture=number & 0x7FFF,
                    timestamp=round(self.now * SECOND) + at[layer],
                )
                self.send(ANN, packet)

    @property
    def seen(self) -> list[bytes]:
        """What Ben was sent of Ann's camera."""
        return self.ben.of(ANN, Source.CAMERA)


def described(packet: bytes) -> Descriptor:
    descriptor = read(packet[HEADER:])
    assert descriptor is not None
    return descriptor


def hold_together(packets: list[bytes]) -> None:
    """Assert that nothing in *packets*' numbers shows that they are made of several streams."""
    for before, after in pairwise(packets):
        assert numbers(after)[0] == numbers(before)[0]
        assert numbers(after)[1] == (numbers(before)[1] + 1) % 0x10000
        assert 0 < (numbers(after)[2] - numbers(before)[2]) % (1 << 32) < SECOND * 10
        assert described(after).picture == (described(before).picture + 1) % (1 << 15)
        assert described(after).tl0 == (described(before).tl0 + 1) % 256


def nack(line: FakeLine, packet: bytes, ward: Ward) -> list[bytes]:
    """Let the receiver ask for *packet* again; return what it is sent then."""
    before = len(line.rtp)
    line.taker.take_rtcp(feedback.nack(numbers(packet)[0], [numbers(packet)[1]]), ward.now)
    return line.rtp[before:]


def test_a_receiver_begins_with_a_key_frame_and_low_numbers() -> None:
    call = Watching()
    call.film(3)
    call.film(3, key=True)

    assert [numbers(packet)[1] for packet in call.seen] == [1, 2, 3]
    assert described(call.seen[0]).key


def test_numbers_go_on_where_layers_change_at_a_key_frame() -> None:
    call = Watching()
    call.film(4, key=True)
    for layer in (2, 0, 1, 2):
        call.prefer(layer)
        call.film(3)
        call.film(4, key=True)

    hold_together(call.seen)
    assert {described(packet).key for packet in call.seen} == {True, False}
    assert len(call.seen) >= 32


def test_until_the_key_frame_the_old_layer_goes_on() -> None:
    call = Watching()
    call.film(2, key=True)
    call.prefer(2)
    call.film(5)

    assert len(call.seen) == 7


def test_timestamps_of_layers_are_matched_by_the_publishers_clock() -> None:
    call, offsets = Watching(), (0, 5 * SECOND, -7 * SECOND)
    call.film(2, offsets, key=True)
    for layer in range(3):
        timestamp = round(call.now * SECOND) + offsets[layer]
        report = SenderReport(Q + layer, round(call.now * 2**32), timestamp & 0xFFFFFFFF)
        call.lines[ANN].taker.take_rtcp(feedback.sender_report(report, 1, 1), call.now)
    call.prefer(2)
    call.film(3, offsets, key=True)
    call.prefer(1)
    call.film(3, offsets, key=True)

    steps = [numbers(after)[2] - numbers(before)[2] for before, after in pairwise(call.seen)]
    # the picture in which it goes up was sent already, in the lower layer
    assert sorted(steps) == [1] + [SECOND // 30] * 7


def test_who_wants_no_picture_is_sent_none_and_goes_on_later() -> None:
    call = Watching()
    call.film(3, key=True)
    call.prefer(-1)
    call.film(30, key=True)
    assert len(call.seen) == 3

    call.prefer(2)
    call.film(3, key=True)
    hold_together(call.seen)
    assert len(call.seen) == 6
    gap = numbers(call.seen[3])[2] - numbers(call.seen[2])[2]
    assert abs(gap - 31 * SECOND / 30) <= 2


def test_a_key_frame_that_comes_late_is_followed_by_what_came_before_it() -> None:
    call = Watching(())
    call.send(ANN, video(1001, 4, timestamp=1), video(1001, 6, timestamp=3))
    call.send(ANN, video(1001, 7, timestamp=4), video(1001, 5, timestamp=2, key=True))

    assert [numbers(packet)[1:] for packet in call.seen] == [(1, 2), (2, 3), (3, 4)]


def test_packets_from_before_the_key_frame_are_not_sent() -> None:
    call = Watching(())
    call.send(ANN, video(1001, 4), video(1001, 6, key=True), video(1001, 5))

    assert len(call.seen) == 1


def test_a_lost_picture_is_sent_again_in_a_stream_of_its_own() -> None:
    call = Watching(())
    call.send(ANN, video(1001, 1, key=True), video(1001, 2, picture=2, timestamp=77))
    lost = call.seen[1]

    call.now += 2
    (again,) = nack(call.ben, lost, call)
    (twice,) = nack(call.ben, lost, call)

    assert numbers(again) == (numbers(lost)[0] + 100, 1, numbers(lost)[2])
    assert numbers(twice)[1] == 2
    assert again[1] & 0x7F == 97
    assert again[17:20] == send_stamp(call.now).to_bytes(3, "big")
    assert again[HEADER:] == lost[2:4] + lost[HEADER:]


def test_what_was_lost_of_the_layer_before_is_sent_again_too() -> None:
    call = Watching()
    call.film(3, key=True)
    call.prefer(2)
    call.film(3, key=True)

    for lost in call.seen[:]:
        (again,) = nack(call.ben, lost, call)
        assert again[HEADER:] == lost[2:4] + lost[HEADER:]


def test_lost_sound_is_sent_again_byte_by_byte() -> None:
    call = Watching()
    call.send(ANN, rtp(1000, 65_535, b"so"), rtp(1000, 0, b"und"))
    first, second = call.ben.of(ANN, Source.MICROPHONE)

    assert nack(call.ben, second, call) == [second]
    assert nack(call.ben, first, call) == [first]


def test_what_never_was_is_not_sent_again() -> None:
    call = Watching()
    call.send(ANN, rtp(1000, 5))
    packet = bytearray(call.ben.rtp[0])

    for sequence in (0, 2, 60_000):
        packet[2:4] = sequence.to_bytes(2, "big")
        assert nack(call.ben, bytes(packet), call) == []


def test_M04_whoever_asks_for_everything_again_and_again_gets_no_more() -> None:
    call = Watching()
    call.send(ANN, *(rtp(1000, n) for n in range(100)))
    sent = len(call.ben.rtp)
    ssrc = numbers(call.ben.rtp[0])[0]
    for _ in range(50):
        call.ben.taker.take_rtcp(feedback.nack(ssrc, range(1, 101)), call.now)

    assert len(call.ben.rtp) - sent == MOST_A_SECOND


def test_a_publishers_clock_is_told_in_the_receivers_timestamps() -> None:
    call = Watching()
    call.film(3, key=True)
    call.prefer(2)
    call.film(3, (0, 0, 12_345), key=True)
    ssrc, _, timestamp = numbers(call.seen[-1])
    report = SenderReport(F, 99, (round(call.now * SECOND) + 12_345) & 0xFFFFFFFF)
    call.lines[ANN].taker.take_rtcp(feedback.sender_report(report, 1, 1), call.now)

    (told,) = RtcpPacket.parse(call.ben.rtcp[-1])
    assert isinstance(told, RtcpSrPacket)
    assert told.ssrc == ssrc
    assert told.sender_info.ntp_timestamp == 99
    assert abs(told.sender_info.rtp_timestamp - timestamp) <= 1
    assert told.sender_info.packet_count == 3


@given(
    st.lists(
        st.tuples(st.sampled_from([-1, 0, 1, 2]), st.booleans(), st.integers(1, 4)), max_size=8
    )
)
def test_whatever_is_wished_for_numbers_hold_together(
    wishes: list[tuple[int, bool, int]],
) -> None:
    call = Watching()
    call.film(2, key=True)
    for layer, key, count in wishes:
        call.prefer(layer)
        call.film(count, key=key)

    hold_together(call.seen)
    assert described(call.seen[0]).key


@given(st.permutations(range(8)))
def test_no_number_is_ever_used_for_two_packets(order: list[int]) -> None:
    """SRTP's keys hold only as long as no number of a stream has two contents."""
    call = Watching(())
    for n in order:
        call.send(ANN, video(1001, 100 + n, key=n % 3 == 0, picture=n, timestamp=n))
        if n % 4 == 1:
            call.arrange(ANN, BEN, held=(BEN,))
            call.arrange(ANN, BEN)

    sequences = [numbers(packet)[1] for packet in call.seen]
    assert len(set(sequences)) == len(sequences)


def coming() -> tuple[Ward, FakeLine]:
    """Return a call in which Ann is seen, and Ben's line, which is not open yet."""
    call = Ward()
    call.arrange(ANN, BEN)
    call.connect(ANN)
    film(call, 1, key=True)
    call.calls.connect(Connect(CALL, 1, BEN, 1, "offer", (), wishes(ANN)))
    return call, call.lines[BEN]


def film(call: Ward, *sequences: int, key: bool = False) -> None:
    """Let Ann send these packets, each a picture."""
    for number in sequences:
        call.pass_time(0.02)
        call.send(ANN, video(1001, number, key=key, picture=number, timestamp=number * 1800))


def test_who_comes_begins_with_the_key_frame_that_came_meanwhile_and_sees_all_since() -> None:
    call, ben = coming()
    film(call, 2)
    film(call, 3, key=True)
    film(call, 4, 5)
    ben.start()

    seen = ben.of(ANN, Source.CAMERA)
    assert [numbers(packet)[2] // 1800 for packet in seen] == [3, 4, 5]
    film(call, 6)
    seen = ben.of(ANN, Source.CAMERA)
    assert len(seen) == 4
    hold_together(seen)


def test_who_comes_is_sent_nothing_from_before() -> None:
    call, ben = coming()
    film(call, 2)
    ben.start()
    film(call, 3)

    assert ben.of(ANN, Source.CAMERA) == []
    film(call, 4, key=True)
    assert len(ben.of(ANN, Source.CAMERA)) == 1


@pytest.mark.parametrize(("seconds", "packets"), [(RECENT, 1), (0, MOST_SINCE + 1)])
def test_who_comes_long_after_a_key_frame_waits_for_the_next(seconds: float, packets: int) -> None:
    call, ben = coming()
    film(call, 2, key=True)
    call.pass_time(seconds)
    call.send(ANN, *(video(1001, 3 + n) for n in range(packets)))
    ben.start()

    assert ben.of(ANN, Source.CAMERA) == []
    film(call, 100, key=True)
    assert len(ben.of(ANN, Source.CAMERA)) == 1


def test_who_was_away_begins_with_the_next_key_frame() -> None:
    call, ben = coming()
    ben.start()
    film(call, 2, key=True)
    call.arrange(ANN, BEN, held=(BEN,))
    call.arrange(ANN, BEN)

    film(call, 3)
    assert len(ben.of(ANN, Source.CAMERA)) == 1


def test_a_key_frame_is_asked_for_while_who_will_see_it_still_connects() -> None:
    call, _ = coming()
    call.pass_time(1)

    sent = [packet for compound in call.lines[ANN].rtcp for packet in feedback.split(compound)]
    assert [kind for kind, *_ in sent].count(Kind.PAYLOAD_FEEDBACK) == 1
