"""What the relay has of a sealed call: packets that whoever takes them off it can't see nor hear.

They are taken where the relay sends them on, before it encrypts them for the way: all that it, or
somebody who has taken it over, can know. The same taking shows and plays a call that is not sealed.
"""

import math
from collections import defaultdict
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress

import av  # noqa: TID251  to see what can be seen
import pytest
from playwright.async_api import Browser

from actors.relay.calls import Calls
from actors.relay.connection import Connection
from actors.relay.packets import SSRC, SSRC_AT
from actors.relay.recorder.frames import Frames
from tests.browser.calling import FakeCall, figures, open_pages, open_relay
from tests.edge import Edge

ACROSS, DOWN = 4, 4
CELLS = "1011001001011100"
"""Which cells of the picture are white, row by row."""
WHITE, BLACK = 150, 100
"""What is lighter is white, what is darker is black, however small the picture is."""
TONE = 1000
"""Hertz."""
RATE = 48_000
PURE = 0.8
"""The share of a sound that is the tone, where it can be heard."""
SHOW = f"""
  const canvas = Object.assign(document.createElement("canvas"), {{ width: 640, height: 480 }});
  const context = canvas.getContext("2d");
  const draw = () => [..."{CELLS}"].forEach((cell, at) => {{
    context.fillStyle = cell === "1" ? "white" : "black";
    context.fillRect((at % {ACROSS}) * 160, Math.floor(at / {ACROSS}) * 120, 160, 120);
  }});
  seen.drawing = setInterval(draw, 33);
  draw();
  media.setTrack("camera", canvas.captureStream(30).getVideoTracks()[0]);
  const sound = new AudioContext();
  const tone = new OscillatorNode(sound, {{ frequency: {TONE} }});
  const ear = new MediaStreamAudioDestinationNode(sound);
  tone.connect(ear);
  tone.start();
  media.setTrack("microphone", ear.stream.getAudioTracks()[0]);
"""
MANY = 90
"""Frames to take of each page: three seconds of its picture."""

Taken = dict[int, list[bytes]]
"""Packets that the relay has sent on, by their stream."""


@pytest.fixture
def taken(monkeypatch: pytest.MonkeyPatch) -> Taken:
    """Take all that the relay sends on."""
    taken: Taken = defaultdict(list)
    send = Connection.send_rtp

    def sent(self: Connection, packet: bytes) -> None:
        taken[SSRC.unpack_from(packet, SSRC_AT)[0]].append(packet)
        send(self, packet)

    monkeypatch.setattr(Connection, "send_rtp", sent)
    return taken


@pytest.fixture
async def calls(taken: Taken) -> AsyncIterator[Calls]:  # noqa: ARG001  it must be there first
    """Carry calls."""
    async with open_relay() as calls:
        yield calls


@pytest.fixture
async def two(caller: Browser, edge: Edge, calls: Calls) -> AsyncIterator[FakeCall]:
    """Let two pages be in one call that goes through the relay."""
    async with open_pages(caller, edge, 2, calls) as call:
        call.mode = "relay"
        call.arrange()
        yield call


def frames_of(packets: list[bytes], *, video: bool) -> list[bytes]:
    """Return the whole frames that *packets* carry."""
    frames = Frames(video=video)
    return [frame.data for packet in packets for frame in frames.take(packet)[0]]


def pictures(packets: list[bytes]) -> Iterator[av.VideoFrame]:
    """Return the pictures that a decoder makes of *packets*, if any."""
    decoder = av.CodecContext.create("vp8", "r")
    for frame in frames_of(packets, video=True):
        with suppress(av.FFmpegError):
            yield from decoder.decode(av.Packet(frame))


def sounds(packets: list[bytes]) -> Iterator[av.AudioFrame]:
    """Return the sounds that a decoder makes of *packets*, if any."""
    decoder = av.CodecContext.create("opus", "r")
    for frame in frames_of(packets, video=False):
        with suppress(av.FFmpegError):
            yield from decoder.decode(av.Packet(frame))


def cells(picture: av.VideoFrame) -> str:
    """Return which cells of *picture* are white (1), black (0) or neither (?), by their middle."""
    plane = picture.planes[0]
    light = bytes(plane)
    found = ""
    for at in range(ACROSS * DOWN):
        x = (at % ACROSS * 2 + 1) * plane.width // (2 * ACROSS)
        y = (at // ACROSS * 2 + 1) * plane.height // (2 * DOWN)
        value = light[y * plane.line_size + x]
        found += "1" if value > WHITE else "0" if value < BLACK else "?"
    return found


def purity(sound: av.AudioFrame) -> float:
    """Return which share of *sound* is the tone: 1 for nothing else, 0 for none of it."""
    samples = [each for each in memoryview(bytes(sound.planes[0])).cast("f") if math.isfinite(each)]
    step = 2 * math.pi * TONE / RATE
    power = sum(each * each for each in samples)
    if power < 1e-3 or not math.isfinite(power):
        return 0.0
    real = sum(each * math.cos(step * at) for at, each in enumerate(samples))
    other = sum(each * math.sin(step * at) for at, each in enumerate(samples))
    return 2 * (real * real + other * other) / (len(samples) * power)


async def talk(call: FakeCall) -> None:
    """Let both show the picture and play the tone for a while."""
    for one in call.pages:
        await one.do(SHOW)
    await call.connect()
    for one, other in (call.pages, reversed(call.pages)):
        await one.sees(other.leg, MANY)


def shown(taken: Taken) -> int:
    """Return how many pictures can be seen of what was taken."""
    return sum(cells(each) == CELLS for stream in taken.values() for each in pictures(stream))


def heard(taken: Taken) -> int:
    """Return in how many frames of sound the tone can be heard of what was taken.

    Any bytes are sound to a decoder of Opus: by chance, one frame of noise in hundreds is so pure.
    """
    return sum(purity(each) > PURE for stream in taken.values() for each in sounds(stream))


async def test_14_who_takes_packets_off_the_relay_sees_and_hears_nothing(
    two: FakeCall, taken: Taken
) -> None:
    await talk(two)
    assert (await figures(two.pages[0].page))["sealing"]["state"] == "on"
    assert sum(map(len, taken.values())) > 2 * MANY
    assert shown(taken) == 0
    assert heard(taken) < MANY // 10


async def test_14_of_a_call_that_is_not_sealed_the_same_taking_shows_and_plays_all(
    two: FakeCall, taken: Taken
) -> None:
    for one in two.pages:
        one.key = ""
    await talk(two)
    assert (await figures(two.pages[0].page))["sealing"]["state"] == "unsupported"
    assert shown(taken) > MANY
    assert heard(taken) > MANY
