"""What the media relay relies on in libraries that may change under it."""

import struct
from collections.abc import Callable

import pytest
from aioice import stun  # noqa: TID251  what is held here
from aiortc.sdp import SessionDescription, grouplines  # noqa: TID251  what is held here
from OpenSSL import SSL  # noqa: TID251  what is held here
from pylibsrtp import SRTP_MAX_TRAILER_LEN, Error, Policy, Session  # noqa: TID251  what is held here
from pylibsrtp._binding import (  # type: ignore[import-not-found]  # noqa: TID251  held here
    ffi,
    lib,
)

from tests.relay_browser import RelayBrowser, rtp
from tests.relay_offers import Page, write_offer
from tests.unit.relay_support import CAMERA, CERTIFICATE, MICROPHONE

KEY = b"p" * 32


def check() -> stun.Message:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST, b"t" * 12)
    message.attributes["USERNAME"] = "ours:theirs"
    message.attributes["USE-CANDIDATE"] = None
    message.add_message_integrity(KEY)
    return message


def test_aioice_reads_a_check_and_knows_its_password() -> None:
    read = stun.parse_message(bytes(check()))
    assert read.attributes["USERNAME"] == "ours:theirs"
    assert {"USE-CANDIDATE", "FINGERPRINT", "MESSAGE-INTEGRITY"} <= read.attributes.keys()
    assert read.check_message_integrity(KEY)
    assert not read.check_message_integrity(b"x" * 32)
    assert (read.message_method, read.transaction_id) == (stun.Method.BINDING, b"t" * 12)


def test_aioice_takes_a_message_without_integrity_for_unsigned() -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.add_fingerprint()
    assert not stun.parse_message(bytes(message)).check_message_integrity(KEY)


def test_aioice_ignores_attributes_that_nobody_has_signed() -> None:
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = "ours:theirs"
    message.add_message_integrity(KEY)
    del message.attributes["FINGERPRINT"]
    message.attributes["USE-CANDIDATE"] = None
    message.add_fingerprint()
    assert "USE-CANDIDATE" not in stun.parse_message(bytes(message)).attributes


@pytest.mark.parametrize("change", [lambda data: data[:-1], lambda data: data[:-1] + b"x"])
def test_aioice_refuses_what_is_not_whole(change: Callable[[bytes], bytes]) -> None:
    with pytest.raises(ValueError, match="STUN"):
        stun.parse_message(change(bytes(check())))


def test_aioice_trips_over_sizes_in_two_ways_and_no_others() -> None:
    body = struct.pack("!HH1s3x", 0x0024, 1, b"x")
    head = struct.pack("!HHI12s", 1, len(body), stun.COOKIE, b"t" * 12)
    with pytest.raises((ValueError, struct.error)):
        stun.parse_message(head + body)


def test_aioice_writes_an_address_as_a_browser_reads_it() -> None:
    for address in (("192.0.2.1", 5000), ("2001:db8::1", 6000)):
        message = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE, b"t" * 12)
        message.attributes["XOR-MAPPED-ADDRESS"] = address
        message.add_message_integrity(KEY)
        assert stun.parse_message(bytes(message)).attributes["XOR-MAPPED-ADDRESS"] == address


def test_aiortc_reads_of_an_offer_what_we_use() -> None:
    page = Page(7, 1, "abcd", "p" * 24, "AB:CD")
    text = write_offer([MICROPHONE, CAMERA], page)
    read = SessionDescription.parse(text)
    assert (read.origin, str(read.group[0])) == ("- 7 1 IN IP4 127.0.0.1", "BUNDLE 0 1")
    voice, camera = read.media
    assert (voice.kind, voice.port, voice.profile) == ("audio", 9, "UDP/TLS/RTP/SAVPF")
    assert (voice.fmt, voice.rtp.muxId, voice.direction) == ([111, 63], "0", "sendonly")
    assert (voice.rtcp_mux, voice.ssrc[0].ssrc) == (True, 1000)
    assert voice.ice is not None
    assert voice.dtls is not None
    assert (voice.ice.usernameFragment, voice.ice.password) == (page.ufrag, page.password)
    assert (voice.dtls.role, voice.dtls.fingerprints[0].value) == ("auto", "AB:CD")
    rtx = camera.rtp.codecs[1]
    assert (rtx.mimeType, rtx.clockRate, rtx.payloadType) == ("video/rtx", 90_000, 97)
    assert rtx.parameters["apt"] == 96
    assert camera.rtp.codecs[0].rtcpFeedback[4].parameter == "pli"
    assert camera.rtp.headerExtensions[0].id == 4


def test_aiortc_groups_lines_by_section() -> None:
    head, sections = grouplines("v=0\r\ns=-\r\nm=audio\r\na=x\r\nm=video\r\n")
    assert (head, sections) == (["v=0", "s=-"], [["m=audio", "a=x"], ["m=video"]])


def session(sources: int) -> Session:
    policy = Policy(bytes(44), sources, 0, Policy.SRTP_PROFILE_AEAD_AES_256_GCM)
    policy.window_size = 128
    policy.allow_repeat_tx = True
    return Session(policy)


def test_libsrtp_raises_its_error_or_a_value_error() -> None:
    out, into = session(Policy.SSRC_ANY_OUTBOUND), session(Policy.SSRC_ANY_INBOUND)
    packet = out.protect(rtp(7, 1))
    assert len(packet) == len(rtp(7, 1)) + 16
    assert into.unprotect(packet) == rtp(7, 1)
    for broken in (packet, packet[:-1], rtp(7, 2), b"", b"\x80", bytes(30)):
        with pytest.raises(Error):
            into.unprotect(broken)
    with pytest.raises(ValueError, match="too long"):
        into.unprotect(bytes(1501))


def test_libsrtp_protects_the_same_packet_twice() -> None:
    out = session(Policy.SSRC_ANY_OUTBOUND)
    assert out.protect(rtp(7, 1)) == out.protect(rtp(7, 1))


def test_libsrtp_protects_in_place_by_the_handle_of_a_session() -> None:
    packet, length, room = rtp(7, 1), ffi.new("int *"), ffi.new("char[]", 1644)
    length[0] = len(packet)
    ffi.buffer(room)[: len(packet)] = packet
    by_hand, by_itself = session(Policy.SSRC_ANY_OUTBOUND), session(Policy.SSRC_ANY_OUTBOUND)
    assert lib.srtp_protect(by_hand._srtp[0], room, length) == 0
    assert ffi.buffer(room)[: length[0]] == by_itself.protect(packet)
    assert lib.srtp_protect(by_hand._srtp[0], room, ffi.new("int *")) != 0
    assert SRTP_MAX_TRAILER_LEN == 144


def test_openssl_takes_and_gives_datagrams_in_memory() -> None:
    browser = RelayBrowser()
    client = SSL.Connection(browser.certificate.context)
    client.set_connect_state()
    client.set_ciphertext_mtu(1200)
    with pytest.raises(SSL.WantReadError):
        client.do_handshake()
    assert client.bio_read(1 << 16)[:3] in (b"\x16\xfe\xff", b"\x16\xfe\xfd")
    with pytest.raises(SSL.WantReadError):
        client.bio_read(1 << 16)
    seconds = client.DTLSv1_get_timeout()
    assert seconds is not None
    assert 0 <= seconds <= 2


def test_openssl_waits_without_a_timer_before_it_has_said_anything() -> None:
    server = SSL.Connection(CERTIFICATE.context)
    server.set_accept_state()
    assert server.DTLSv1_get_timeout() is None
    server.bio_write(b"?" * 40)
    with pytest.raises(SSL.Error):
        server.do_handshake()
    assert issubclass(SSL.ZeroReturnError, SSL.Error)
    assert issubclass(SSL.WantReadError, SSL.Error)
