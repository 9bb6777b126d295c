"""The recorder: whole tapes of what came, opened only with keys, never in the clear on a disk."""

import io
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av  # noqa: TID251  to play what was recorded
import pytest
from aiortc.codecs.vpx import VpxPayloadDescriptor  # noqa: TID251  the sender's side
from aiortc.rtp import RtpPacket  # noqa: TID251  the sender's side

from actors.ids import CallId, LegId, RecordingId
from actors.media import Section, Source
from actors.relay.messages import RecordOrder
from actors.relay.recorder import Recorder
from actors.relay.recorder.keys import FrameKeys, KeyRefused, clear_bytes
from actors.relay.vault import CHUNK, SEALED, Broken, Vault, open_chunk
from scripts.robots.peer import cards
from tests.sealing import SealingPage

CALL, ANNA, BEN = CallId("call"), LegId("anna"), LegId("ben")
MOST = 1100
SECONDS = 3
LONG = 12
"""Seconds: longer than sound waits for a picture."""


def sections(leg: LegId) -> tuple[Section, ...]:
    """Return microphone and camera of *leg*."""
    return (Section("0", leg, Source.MICROPHONE), Section("1", leg, Source.CAMERA))


class Sender:
    """Makes the packets of somebody who shows the card and says the tone."""

    def __init__(self, leg: LegId, page: SealingPage | None = None) -> None:
        self.leg, self.page = leg, page
        self.numbers = {Source.CAMERA: 65_530, Source.MICROPHONE: 100}

    def pictures(self, seconds: int = SECONDS) -> Iterator[tuple[float, bytes]]:
        """Return RTP packets with the time at which each is sent."""
        for place in range(seconds * cards.RATE):
            frame = cards.test_card().packets[place % cards.RATE]
            at, stamp = place / cards.RATE, place * cards.test_card().ticks
            yield from ((at, packet) for packet in self.picture(frame, stamp))

    def picture(self, frame: bytes, stamp: int) -> list[bytes]:
        """Return the packets of one picture."""
        data = self._sealed(frame, video=True)
        parts = [data[at : at + MOST] for at in range(0, len(data), MOST)]
        return [
            self._packet(
                Source.CAMERA,
                stamp,
                bytes(VpxPayloadDescriptor(partition_start=int(not n), partition_id=0)) + part,
                last=n + 1 == len(parts),
            )
            for n, part in enumerate(parts)
        ]

    def sounds(self, seconds: int = SECONDS) -> Iterator[tuple[float, bytes]]:
        """Return RTP packets with the time at which each is sent."""
        for place in range(seconds * 50):
            frame = self._sealed(cards.tone().packets[place % 50], video=False)
            stamp = (4_294_960_000 + place * cards.OPUS) % (1 << 32)
            yield place / 50, self._packet(Source.MICROPHONE, stamp, frame, last=False)

    def _sealed(self, frame: bytes, *, video: bool) -> bytes:
        if self.page is None:
            return frame
        return self.page.seal(frame, clear_bytes(frame, video=video))

    def _packet(self, source: Source, stamp: int, payload: bytes, *, last: bool) -> bytes:
        number = self.numbers[source]
        self.numbers[source] = (number + 1) % 65_536
        packet = RtpPacket(96, int(last), number, stamp, payload=payload)
        packet.ssrc = 7
        return packet.serialize()


def order(*, sealed: bool = False) -> RecordOrder:
    """Return an order to record."""
    return RecordOrder(RecordingId("rec"), os.urandom(32), sealed)


def record(recorder: Recorder, sender: Sender, began_at: float = 0.0) -> None:
    """Send all of *sender*'s to *recorder*, in the order of time, and stop."""
    packets = [(at, Source.CAMERA, each) for at, each in sender.pictures()]
    packets += [(at, Source.MICROPHONE, each) for at, each in sender.sounds()]
    for at, source, packet in sorted(packets, key=lambda each: each[0]):
        recorder.take(sender.leg, source, packet, began_at + at)
    recorder.stop()


def opened(directory: Path, key: bytes, tape: int = 0) -> bytes:
    """Return the WebM file of a tape."""
    sealed = (directory / "rec" / f"{tape}.tape").read_bytes()
    chunks = [sealed[at : at + SEALED] for at in range(0, len(sealed), SEALED)]
    last = len(chunks) - 1
    return b"".join(
        open_chunk(key, tape, n, chunk, last=n == last) for n, chunk in enumerate(chunks)
    )


def played(webm: bytes) -> tuple[list[Any], list[Any]]:
    """Return pictures and sounds of a WebM file."""
    streams: list[list[Any]] = []
    for kind in ("video", "audio"):
        with av.open(io.BytesIO(webm), "r") as file:
            chosen = [each for each in file.streams if each.type == kind]
            streams.append([frame for each in chosen for frame in file.decode(each)])
    return streams[0], streams[1]


def test_a_tape_shows_every_picture_and_says_every_sound(tmp_path: Path) -> None:
    wanted = order()
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    record(recorder, Sender(ANNA))
    pictures, sounds = played(opened(tmp_path, wanted.key))
    assert len(pictures) == SECONDS * cards.RATE - 1  # the last waits for one that never came
    assert len(sounds) == SECONDS * 50 - 1
    ends = pictures[-1].time + 1 / cards.RATE, sounds[-1].time + 0.02
    assert abs(ends[0] - ends[1]) <= 0.08


def test_sound_is_kept_from_its_beginning_when_no_picture_comes(tmp_path: Path) -> None:
    wanted = order()
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    for at, packet in Sender(ANNA).sounds(LONG):
        recorder.take(ANNA, Source.MICROPHONE, packet, at)
    recorder.stop()
    _, sounds = played(opened(tmp_path, wanted.key))
    assert len(sounds) == LONG * 50 - 1
    assert [tape.video for tape in recorder.tapes()] == [False]


def test_pictures_that_come_late_stand_where_they_were_shown(tmp_path: Path) -> None:
    wanted, sender = order(), Sender(ANNA)
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    for at, packet in sender.sounds(LONG):
        recorder.take(ANNA, Source.MICROPHONE, packet, at)
    shown = [recorder.take(ANNA, Source.CAMERA, each, LONG + at) for at, each in sender.pictures()]
    recorder.stop()
    pictures, sounds = played(opened(tmp_path, wanted.key))
    assert not any(shown)
    assert len(pictures) == SECONDS * cards.RATE - 1
    assert abs(pictures[0].time - LONG) <= 0.08
    assert len(sounds) == LONG * 50 - 1
    assert [tape.video for tape in recorder.tapes()] == [True]


def test_a_sealed_call_is_recorded_with_the_keys_that_were_told(tmp_path: Path) -> None:
    wanted, page = order(sealed=True), SealingPage(CALL, ANNA)
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    recorder.keys.learn(ANNA, page.wrap(LegId("rec"), recorder.keys.public), page.public)
    record(recorder, Sender(ANNA, page))
    pictures, sounds = played(opened(tmp_path, wanted.key))
    assert len(pictures) == SECONDS * cards.RATE - 1
    assert len(sounds) == SECONDS * 50 - 1


def test_without_a_key_nothing_of_a_sealed_call_is_recorded(tmp_path: Path) -> None:
    wanted = order(sealed=True)
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    record(recorder, Sender(ANNA, SealingPage(CALL, ANNA)))
    assert opened(tmp_path, wanted.key) == b""


def test_lost_and_late_packets_leave_a_tape_that_plays(tmp_path: Path) -> None:
    wanted = order()
    recorder = Recorder(CALL, wanted, tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    packets = [each for _, each in Sender(ANNA).pictures()]
    swapped = [each for at in range(0, len(packets), 2) for each in packets[at : at + 2][::-1]]
    recorder.take(ANNA, Source.CAMERA, packets[0], 0.0)
    for place, packet in enumerate(swapped):
        if place not in {20, 21}:
            recorder.take(ANNA, Source.CAMERA, packet, place / 30)
    recorder.stop()
    assert played(opened(tmp_path, wanted.key))[0]


def test_nobody_is_recorded_who_was_not_expected(tmp_path: Path) -> None:
    recorder = Recorder(CALL, order(), tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    record(recorder, Sender(BEN))
    assert [tape.leg for tape in recorder.tapes()] == [ANNA]


def test_nothing_is_taken_after_the_end(tmp_path: Path) -> None:
    recorder = Recorder(CALL, order(), tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    recorder.stop()
    before = recorder.tapes()
    record(recorder, Sender(ANNA))
    assert recorder.tapes() == before
    assert all(tape.done for tape in before)


def test_each_person_and_each_screen_has_a_tape(tmp_path: Path) -> None:
    recorder = Recorder(CALL, order(), tmp_path, began_at=0.0)
    recorder.expect((*sections(ANNA), *sections(BEN), Section("2", BEN, Source.SCREEN)))
    recorder.stop()
    assert [(t.leg, t.screen) for t in recorder.tapes()] == [
        (ANNA, False),
        (BEN, False),
        (BEN, True),
    ]


@pytest.mark.parametrize("junk", [b"", b"\x80", b"\x80\x60" + bytes(10), os.urandom(200)])
def test_M04_what_is_no_packet_is_left_out(tmp_path: Path, junk: bytes) -> None:
    recorder = Recorder(CALL, order(), tmp_path, began_at=0.0)
    recorder.expect(sections(ANNA))
    assert not recorder.take(ANNA, Source.CAMERA, junk, 0.0)
    recorder.stop()


# --- keys ----------------------------------------------------------------------------------------


def test_a_key_for_somebody_else_is_refused() -> None:
    mine, others = FrameKeys(CALL, LegId("rec")), FrameKeys(CALL, LegId("other"))
    page = SealingPage(CALL, ANNA)
    with pytest.raises(KeyRefused):
        mine.learn(ANNA, page.wrap(LegId("other"), others.public), page.public)


@pytest.mark.parametrize("body", ["", "{}", '{"kid": 1, "wrapped": "AAAA"}', '{"kid": 1}'])
def test_what_is_no_key_is_refused(body: str) -> None:
    with pytest.raises(KeyRefused):
        FrameKeys(CALL, LegId("rec")).learn(ANNA, body, SealingPage(CALL, ANNA).public)


def test_a_frame_that_was_changed_does_not_open() -> None:
    keys, page = FrameKeys(CALL, LegId("rec")), SealingPage(CALL, ANNA)
    keys.learn(ANNA, page.wrap(LegId("rec"), keys.public), page.public)
    frame = page.seal(b"\x01 a frame", 3)
    assert keys.open(ANNA, frame, video=True) == b"\x01 a frame"
    for place in range(len(frame)):
        changed = frame[:place] + bytes([frame[place] ^ 1]) + frame[place + 1 :]
        assert keys.open(ANNA, changed, video=True) is None


# --- at rest --------------------------------------------------------------------------------------


def test_M11_nothing_of_a_tape_lies_in_the_clear(tmp_path: Path) -> None:
    key, secret = os.urandom(32), b"what was said in confidence " * 9000
    vault = Vault(tmp_path / "tape", key, 3)
    vault.write(secret)
    vault.close()
    kept = (tmp_path / "tape").read_bytes()
    assert secret[:28] not in kept
    assert (tmp_path / "tape").stat().st_size == len(secret) + 16 * -(-len(secret) // CHUNK)


@pytest.mark.parametrize("harm", ["changed", "moved", "cut", "other tape"])
def test_a_tape_that_was_meddled_with_does_not_open(tmp_path: Path, harm: str) -> None:
    key = os.urandom(32)
    vault = Vault(tmp_path / "tape", key, 3)
    vault.write(bytes(2 * CHUNK + 5))
    vault.close()
    kept = (tmp_path / "tape").read_bytes()
    first, second = kept[:SEALED], kept[SEALED : 2 * SEALED]
    assert open_chunk(key, 3, 0, first, last=False) == bytes(CHUNK)
    tape, chunk, sealed, last = {
        "changed": (3, 0, first[:-1] + bytes([first[-1] ^ 1]), False),
        "moved": (3, 0, second, False),
        "cut": (3, 1, second, True),
        "other tape": (4, 0, first, False),
    }[harm]
    with pytest.raises(Broken):
        open_chunk(key, tape, chunk, sealed, last=last)
