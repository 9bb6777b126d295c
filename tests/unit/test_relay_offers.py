"""Offers that are not good are refused with a sentence, whatever is wrong with them."""

import re

import pytest
from aiortc.sdp import SessionDescription  # noqa: TID251  another reader of our answers
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.media import Source
from actors.relay.messages import MOST_CANDIDATES, MOST_SDP, MOST_SECTIONS
from actors.relay.sdp import BadOffer, Chosen, read_offer, settle
from tests.relay_offers import Line, receives, sends, write_offer
from tests.unit.relay_support import CAMERA, MICROPHONE, OTHERS_CAMERA, PAGE, SCREEN, answered

GOOD = write_offer([MICROPHONE, SCREEN, OTHERS_CAMERA], PAGE)
FINGERPRINT = f"a=fingerprint:sha-256 {PAGE.fingerprint}\r\n"
BROKEN = {
    "no bundle": ("a=group:BUNDLE 0 4 2\r\n", ""),
    "a bundle without one section": ("BUNDLE 0 4 2", "BUNDLE 0 4"),
    "two bundles": ("BUNDLE 0 4 2", "BUNDLE 0 4\r\na=group:BUNDLE 2"),
    "no RTCP on the port of RTP": ("a=rtcp-mux\r\n", ""),
    "no fingerprint": (FINGERPRINT, ""),
    "a weak fingerprint": ("a=fingerprint:sha-256 AB", "a=fingerprint:sha-1 AB"),
    "half a fingerprint": (":AB:AB\r\na=setup", "\r\na=setup"),
    "two fingerprints": (FINGERPRINT, FINGERPRINT + FINGERPRINT.replace("AB", "AC")),
    "a passive browser": ("a=setup:actpass", "a=setup:passive"),
    "no user fragment": ("a=ice-ufrag:abcd\r\n", ""),
    "a user fragment with a colon": ("a=ice-ufrag:abcd", "a=ice-ufrag:ab:cd"),
    "a short password": (f"a=ice-pwd:{PAGE.password}", "a=ice-pwd:short"),
    "the same mid twice": ("a=mid:4", "a=mid:0"),
    "no mid": ("a=mid:4\r\n", ""),
    "a mid that is too long": ("a=mid:4", "a=mid:" + "4" * 17),
    "H.264 alone": ("VP8/90000", "H264/90000"),
    "PCM alone": ("opus/48000/2", "PCMU/8000"),
    "no codecs": ("a=rtpmap:", "a=x-rtpmap:"),
    "the other way": ("a=sendonly", "a=recvonly"),
    "another kind": ("m=video", "m=audio"),
    "plain RTP": ("UDP/TLS/RTP/SAVPF", "RTP/AVP"),
    "a payload type that is none": ("SAVPF 96 97", "SAVPF 96 ninety"),
    "a stream with a number that is none": ("a=ssrc:5000 ", "a=ssrc:99999999999 "),
    "seven streams": (
        "a=ssrc:1000 cname:made-up\r\n",
        "".join(f"a=ssrc:{n} cname:x\r\n" for n in range(1, 8)),
    ),
    "a direction that is a fragment": ("a=mid:0", "a=fmtp"),
}


@pytest.mark.parametrize("trouble", BROKEN)
def test_an_offer_that_is_not_good_is_refused_with_a_sentence(trouble: str) -> None:
    good, bad = BROKEN[trouble]
    assert good in GOOD
    with pytest.raises(BadOffer, match=r"\.$"):
        answered(MICROPHONE, SCREEN, OTHERS_CAMERA, text=GOOD.replace(good, bad))


@pytest.mark.parametrize("text", ["", "v=0", re.sub(r"(m=\w+) 9", r"\1 0", GOOD)])
def test_an_offer_in_which_nothing_lives_is_refused(text: str) -> None:
    with pytest.raises(BadOffer):
        read_offer(text)


@pytest.mark.parametrize("lines", [(MICROPHONE, MICROPHONE), (MICROPHONE, SCREEN)])
def test_what_is_declared_must_be_in_the_offer_once(lines: tuple[Line, ...]) -> None:
    offer = read_offer(write_offer([MICROPHONE], PAGE))
    with pytest.raises(BadOffer):
        settle(offer, tuple(line.section for line in lines), (), Chosen())


def test_what_is_declared_must_be_of_the_kind_that_is_offered() -> None:
    offer = read_offer(write_offer([MICROPHONE], PAGE))
    with pytest.raises(BadOffer):
        settle(offer, (replace(MICROPHONE.section, source=Source.CAMERA),), (), Chosen())


def test_the_name_of_a_leg_is_no_place_for_lines_of_an_answer() -> None:
    odd = receives("2", "bob\r\na=x", Source.CAMERA)
    with pytest.raises(BadOffer):
        answered(odd)


@pytest.mark.parametrize(
    ("attribute", "most"),
    [
        ("a=candidate:1 1 udp 1 192.0.2.1 9 typ host", MOST_CANDIDATES),
        ("a=ssrc:1 cname:x", 254),
        ("a=rtpmap:96 VP8/90000", 22),
        ("a=rtcp-fb:96 nack", 635),
    ],
)
def test_m05_too_much_of_anything_is_refused_before_it_is_read(attribute: str, most: int) -> None:
    lines = (MICROPHONE, CAMERA)
    text = write_offer(lines, PAGE)
    assert answered(*lines, text=text + f"{attribute}\r\n" * (most - 1))
    with pytest.raises(BadOffer, match="too many"):
        answered(*lines, text=text + f"{attribute}\r\n" * (most + 10))


def test_m05_an_offer_is_no_longer_and_has_no_more_sections_than_it_may() -> None:
    many = [sends(str(n), "ann", Source.MICROPHONE) for n in range(MOST_SECTIONS + 1)]
    assert len(answered(*many[:-1])[1].sent) == MOST_SECTIONS
    with pytest.raises(BadOffer, match="sections"):
        answered(*many)
    with pytest.raises(BadOffer, match="long"):
        answered(MICROPHONE, text=write_offer([MICROPHONE], PAGE) + "x" * MOST_SDP)


def test_m06_opus_and_vp8_are_all_that_is_answered() -> None:
    text = GOOD.replace(
        "a=rtpmap:97 rtx/90000",
        "a=rtpmap:98 VP9/90000\r\na=rtpmap:102 H264/90000\r\na=rtpmap:97 rtx/90000",
    ).replace("SAVPF 96 97", "SAVPF 98 102 96 97")
    answer, _ = answered(MICROPHONE, SCREEN, OTHERS_CAMERA, text=text)
    maps = set(re.findall(r"a=rtpmap:\d+ (\w+)/", answer))
    assert maps == {"opus", "VP8", "rtx"}
    assert set(re.findall(r"m=\w+ 9 \S+ (.*)\r", answer)) == {"111", "96 97"}


def only_bad_offers(text: str) -> None:
    try:
        answer, _ = answered(MICROPHONE, SCREEN, OTHERS_CAMERA, text=text)
    except BadOffer:
        return
    assert SessionDescription.parse(answer).media
    assert all(line.isprintable() and line.isascii() for line in answer.split("\r\n"))


@given(st.text(max_size=400) | st.binary(max_size=400).map(lambda raw: raw.decode("latin-1")))
def test_m05_any_text_is_answered_or_refused(text: str) -> None:
    only_bad_offers(text or "\n")


@given(st.data())
def test_m05_any_offer_with_changed_lines_is_answered_or_refused(data: st.DataObject) -> None:
    lines = GOOD.split("\r\n")
    for _ in range(data.draw(st.integers(1, 4))):
        place = data.draw(st.integers(0, len(lines) - 1))
        line = lines[place]
        cut = data.draw(st.integers(0, len(line)))
        junk = data.draw(st.sampled_from(["", " ", ":", "/", "0", "-1", "a=", "\u0663", "9" * 30]))
        change = data.draw(st.sampled_from(["drop", "twice", "cut", "insert", "swap"]))
        other = data.draw(st.integers(0, len(lines) - 1))
        match change:
            case "drop":
                del lines[place]
            case "twice":
                lines.insert(other, line)
            case "cut":
                lines[place] = line[:cut]
            case "insert":
                lines[place] = line[:cut] + junk + line[cut:]
            case _:
                lines[place], lines[other] = lines[other], line
    only_bad_offers("\r\n".join(lines))
