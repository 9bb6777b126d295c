"""Offers are read with suspicion; answers mirror what was declared, and nothing else."""

import re
from dataclasses import replace

import pytest
from aiortc.sdp import SessionDescription  # noqa: TID251  another reader of our answers

from actors.ids import LegId
from actors.media import Section, Source
from actors.relay.sdp import Chosen, read_offer, settle, settling, write_answer
from actors.relay.sections import Extension, Payloads, Stream
from tests.relay_offers import receives, sends, write_offer
from tests.unit.relay_support import (
    ALL,
    CAMERA,
    LOCAL,
    MICROPHONE,
    OTHERS_CAMERA,
    OTHERS_VOICE,
    PAGE,
    SCREEN,
    answered,
)


def section(answer: str, mid: str) -> list[str]:
    """Return the lines of one section of *answer*."""
    parts = answer.split("\r\nm=")[1:]
    found = next(part for part in parts if f"a=mid:{mid}\r\n" in f"{part}\r\n")
    return [f"m={found.splitlines()[0]}", *found.splitlines()[1:]]


def test_each_section_is_answered_in_its_place_with_the_direction_reversed() -> None:
    answer, _ = answered(*ALL)
    read = SessionDescription.parse(answer)
    assert [media.rtp.muxId for media in read.media] == ["0", "1", "2"]
    assert [media.direction for media in read.media] == ["recvonly", "recvonly", "sendonly"]
    assert answer.count("a=setup:passive") == 3
    assert "a=ice-lite\r\n" in answer
    assert "a=group:BUNDLE 0 1 2\r\n" in answer


def test_every_address_is_offered_by_udp_and_by_tcp_once() -> None:
    answer, _ = answered(*ALL)
    found = re.findall(r"a=candidate:(\d+) 1 (\w+) (\d+) (\S+) 40000 typ host(.*)\r\n", answer)
    ways = [(protocol, host, rest) for _, protocol, _, host, rest in found]
    passive = " tcptype passive"
    assert ways == [
        ("udp", "192.0.2.7", ""),
        ("tcp", "192.0.2.7", passive),
        ("udp", "2001:db8::7", ""),
        ("tcp", "2001:db8::7", passive),
    ]
    assert len({one[0] for one in found}) == 4
    by_udp, by_tcp = ([int(p) for _, way, p, *_ in found if way == w] for w in ("udp", "tcp"))
    assert min(by_udp) > max(by_tcp)


def test_what_the_browser_sends_is_settled_as_its_offer_has_it() -> None:
    _, settled = answered(MICROPHONE, CAMERA, SCREEN)
    voice, camera, screen = settled.sent
    assert (voice.payloads, camera.payloads) == (Payloads(111), Payloads(96, 97))
    assert voice.streams == (Stream(1000),)
    assert (camera.streams, camera.rids) == ((), ("q", "h", "f"))
    assert (screen.streams, screen.rids) == ((Stream(5000, 5001),), ())
    assert Extension.RID in camera.extensions
    assert Extension.RID not in screen.extensions
    assert voice.extensions[Extension.AUDIO_LEVEL] == 1


def test_layers_are_asked_for_as_they_are_offered() -> None:
    answer, _ = answered(CAMERA)
    lines = section(answer, "1")
    assert [line for line in lines if "a=rid" in line] == [f"a=rid:{rid} recv" for rid in "qhf"]
    assert "a=simulcast:recv q;h;f" in lines


def test_layers_of_other_names_are_not_asked_for() -> None:
    answer, settled = answered(sends("1", "ann", Source.CAMERA, rids=("f", "x", "q")))
    assert settled.sent[0].rids == ("q", "f")
    assert "a=simulcast:recv q;f" in answer
    assert "a=rid:x" not in answer


def test_what_the_browser_receives_is_named_by_leg_and_source() -> None:
    answer, settled = answered(OTHERS_CAMERA, OTHERS_VOICE)
    camera, voice = settled.received
    lines = section(answer, "2")
    assert "a=msid:bob camera" in lines
    assert f"a=ssrc-group:FID {camera.stream.ssrc} {camera.stream.rtx}" in lines
    assert f"a=ssrc:{camera.stream.ssrc} cname:bob" in lines
    assert "a=msid:bob microphone" in section(answer, "3")
    assert voice.stream.rtx == 0


def test_congestion_is_told_by_sequence_upwards_and_by_estimate_downwards() -> None:
    answer, settled = answered(*ALL)
    up, down = section(answer, "1"), section(answer, "2")
    assert Extension.TRANSPORT_CC in settled.sent[1].extensions
    assert Extension.TRANSPORT_CC not in settled.received[0].extensions
    assert Extension.SEND_TIME in settled.received[0].extensions
    assert "a=rtcp-fb:96 transport-cc" in up
    assert "a=rtcp-fb:96 goog-remb" in down
    assert not any("transport-" in line for line in down)


def test_lost_audio_may_be_asked_for_again_both_ways() -> None:
    answer, _ = answered(MICROPHONE, OTHERS_VOICE)
    assert "a=rtcp-fb:111 nack" in section(answer, "0")
    assert "a=rtcp-fb:111 nack" in section(answer, "3")


def test_feedback_that_was_not_offered_is_not_answered() -> None:
    text = write_offer([CAMERA], PAGE).replace("a=rtcp-fb:96 ccm fir\r\n", "")
    assert "ccm fir" not in answered(CAMERA, text=text)[0]


def test_a_stream_is_kept_for_as_long_as_its_section_carries_the_same() -> None:
    chosen = Chosen()
    first = answered(*ALL, chosen=chosen)[1].received[0].stream
    again = answered(*ALL, OTHERS_VOICE, chosen=chosen)[1].received
    assert again[0].stream == first
    assert again[1].stream.ssrc not in (first.ssrc, first.rtx)


def test_a_section_that_carries_somebody_else_has_another_stream() -> None:
    chosen = Chosen()
    before = answered(OTHERS_CAMERA, chosen=chosen)[1].received[0].stream
    after = answered(receives("2", "cat", Source.CAMERA), chosen=chosen)[1].received[0].stream
    back = answered(OTHERS_CAMERA, chosen=chosen)[1].received[0].stream
    assert len({before.ssrc, after.ssrc, back.ssrc}) == 3


def test_a_stopped_section_stays_in_its_place_turned_down() -> None:
    answer, settled = answered(MICROPHONE, replace(CAMERA, stopped=True), OTHERS_CAMERA)
    lines = section(answer, "1")
    assert lines[0].startswith("m=video 0 ")
    assert "a=inactive" in lines
    assert "a=group:BUNDLE 0 2\r\n" in answer
    assert [one.section.mid for one in settled.sent] == ["0"]


def test_candidates_stand_in_the_first_section_that_lives() -> None:
    answer, _ = answered(replace(MICROPHONE, stopped=True), CAMERA)
    assert not any("candidate" in line for line in section(answer, "0"))
    assert any("candidate" in line for line in section(answer, "1"))


def test_a_place_may_be_used_again_under_another_mid() -> None:
    answer, settled = answered(MICROPHONE, receives("9", "cat", Source.SCREEN), OTHERS_CAMERA)
    assert [one.section.mid for one in settled.received] == ["9", "2"]
    assert "a=msid:cat screen" in section(answer, "9")


def test_what_nobody_has_declared_is_inactive() -> None:
    offer = read_offer(write_offer([MICROPHONE, CAMERA], PAGE))
    settled = settle(offer, (MICROPHONE.section,), (), Chosen())
    lines = section(write_answer(offer, settled, LOCAL), "1")
    assert lines[0] == "m=video 9 UDP/TLS/RTP/SAVPF 96 97"
    assert "a=inactive" in lines


def test_a_section_that_pauses_is_inactive_too() -> None:
    answer, settled = answered(replace(MICROPHONE, direction="inactive"), CAMERA)
    assert "a=inactive" in section(answer, "0")
    assert len(settled.sent) == 1


def test_a_data_channel_is_turned_down() -> None:
    channel = (
        "m=application 9 UDP/DTLS/SCTP webrtc-datachannel\r\nc=IN IP4 0.0.0.0\r\n"
        "a=ice-ufrag:abcd\r\na=ice-pwd:pppppppppppppppppppppppp\r\na=mid:d\r\na=sctp-port:5000\r\n"
    )
    text = write_offer([MICROPHONE], PAGE).replace("BUNDLE 0", "BUNDLE 0 d") + channel
    lines = section(answered(MICROPHONE, text=text)[0], "d")
    assert lines[0] == "m=application 0 UDP/DTLS/SCTP webrtc-datachannel"


def test_our_streams_never_have_numbers_that_are_in_use(monkeypatch: pytest.MonkeyPatch) -> None:
    drawn = iter([0, 7, 8, 8, 9, 8, 10, 11])
    monkeypatch.setattr(settling, "urandom", lambda size: next(drawn).to_bytes(size, "big"))
    chosen = Chosen()
    sections = [Section(str(n), LegId("bob"), Source.CAMERA) for n in range(2)]
    streams = [chosen.of(section, {7}) for section in sections]
    assert streams == [Stream(8, 9), Stream(10, 11)]


def test_sections_that_are_only_bundled_live_without_a_port_of_their_own() -> None:
    fingerprint = f"a=fingerprint:sha-256 {PAGE.fingerprint}\r\n"
    text = write_offer([MICROPHONE, CAMERA], PAGE).replace(fingerprint, "")
    text = text.replace("m=video 9", "m=video 0").replace("a=mid:1", "a=mid:1\r\na=bundle-only")
    text = text.replace("m=audio", f"{fingerprint}m=audio").replace(
        "a=extmap:4", "a=extmap:4/sendonly"
    )
    answer, settled = answered(MICROPHONE, CAMERA, text=text)
    assert [one.section.mid for one in settled.sent] == ["0", "1"]
    assert settled.sent[1].extensions[Extension.MID] == 4
    assert section(answer, "1")[0].startswith("m=video 9 ")
    assert "a=group:BUNDLE 0 1\r\n" in answer


def test_the_transport_is_that_of_the_first_of_the_bundle() -> None:
    own, others = f"a=ice-ufrag:{PAGE.ufrag}", "a=ice-ufrag:others"
    first, second = write_offer([MICROPHONE, CAMERA], PAGE).split("m=video")
    offer = read_offer(f"{first}m=video{second.replace(own, others)}")
    assert offer.ufrag == PAGE.ufrag
    offer = read_offer(f"{first}m=video{second.replace(own, others)}".replace("0 1", "1 0"))
    assert offer.ufrag == "others"


def test_retransmissions_of_another_codec_are_none_of_ours() -> None:
    text = write_offer([CAMERA, OTHERS_CAMERA], PAGE).replace("apt=96", "apt=98")
    answer, settled = answered(CAMERA, OTHERS_CAMERA, text=text)
    assert settled.sent[0].payloads == settled.received[0].payloads == Payloads(96)
    assert settled.received[0].stream.rtx == 0
    assert "rtx" not in answer
    assert "FID" not in answer


def test_m12_an_answer_says_nothing_of_where_a_browser_is() -> None:
    candidate = "a=candidate:1 1 udp 2122260223 198.51.100.99 50000 typ host\r\n"
    text = write_offer(ALL, PAGE).replace("a=sendonly", f"a=sendonly\r\n{candidate}", 1)
    assert "198.51.100.99" not in answered(*ALL, text=text)[0]
