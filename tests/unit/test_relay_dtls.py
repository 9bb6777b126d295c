"""The handshake: with the one whom the offer names, over datagrams that get lost."""

from collections.abc import Callable
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st
from OpenSSL import SSL  # noqa: TID251  the browser's end of the relay

from actors.relay import dtls
from actors.relay.dtls import Dtls, records
from actors.relay.srtp import PROFILES, Srtp
from tests.relay_browser import rtp
from tests.unit.relay_support import CERTIFICATE
from tests.waiting import until

OTHER = ":".join(["AB"] * 32)


class Ends:
    """Our end and a browser's, with a network between them that *loses* what it is told to."""

    def __init__(self, fingerprint: str = CERTIFICATE.fingerprint) -> None:
        self.ours: Srtp | None = None
        self.failed = 0
        self.sent: list[bytes] = []
        self.loses: Callable[[bytes], bool] = lambda _: False
        self.client = SSL.Connection(CERTIFICATE.context)
        self.client.set_connect_state()
        self.client.set_ciphertext_mtu(dtls.MTU)
        self.server = Dtls(CERTIFICATE, fingerprint, self.to_browser, self)
        self.done = False

    def keyed(self, srtp: Srtp) -> None:
        """Keep the keys."""
        self.ours = srtp

    def unkeyed(self) -> None:
        """Count."""
        self.failed += 1

    def to_browser(self, data: bytes) -> None:
        """Carry a datagram down."""
        self.sent.append(data)
        if not self.loses(data):
            self.client.bio_write(data)

    def go_on(self) -> None:
        """Let the browser say what it has to."""
        for _ in range(4):
            with suppress(SSL.WantReadError):
                if not self.done:
                    self.client.do_handshake()
                    self.done = True
            for datagram in self.flight():
                self.server.take(datagram)

    def flight(self) -> list[bytes]:
        """Return what the browser has to say."""
        with suppress(SSL.WantReadError):
            return list(records(self.client.bio_read(1 << 16)))
        return []

    def theirs(self) -> Srtp:
        """Return the browser's keys."""
        name = self.client.get_selected_srtp_profile()
        profile = next(one for one in PROFILES if one.name == name)
        material = self.client.export_keying_material(b"EXTRACTOR-dtls_srtp", profile.material)
        return Srtp(profile, material, client=True)


async def test_both_have_the_same_keys_in_the_end() -> None:
    ends = Ends()
    ends.go_on()
    assert ends.ours is not None
    assert ends.ours.open(ends.theirs().protect(rtp(7, 1))) == rtp(7, 1)
    assert ends.client.get_selected_srtp_profile() == b"SRTP_AEAD_AES_256_GCM"
    assert ends.client.get_protocol_version_name() == "DTLSv1.2"
    ends.server.close()


async def test_m03_somebody_whom_the_offer_does_not_name_gets_no_keys() -> None:
    ends = Ends(OTHER)
    ends.go_on()
    assert (ends.ours, ends.failed, ends.server.over) == (None, 1, True)


async def test_a_lost_answer_is_given_again() -> None:
    ends = Ends()
    ends.loses = lambda _: True
    ends.go_on()
    lost = len(ends.sent)
    assert lost > 0
    ends.loses = lambda _: False
    await until(lambda: len(ends.sent) >= 2 * lost)
    ends.go_on()
    assert ends.ours is not None
    ends.server.close()


async def test_no_datagram_of_ours_is_larger_than_passes_everywhere() -> None:
    ends = Ends()
    ends.go_on()
    assert 0 < max(map(len, ends.sent)) <= dtls.MTU
    ends.server.close()


async def test_a_handshake_that_never_ends_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dtls, "HANDSHAKE_SECONDS", 0.02)
    ends = Ends()
    await until(lambda: ends.failed == 1)
    assert ends.server.over


async def test_a_browser_that_says_goodbye_is_believed_once() -> None:
    ends = Ends()
    ends.go_on()
    ends.client.shutdown()
    goodbye = ends.flight()
    for datagram in [*goodbye, *goodbye]:
        ends.server.take(datagram)
    assert (ends.failed, ends.server.over) == (1, True)


async def test_we_say_goodbye_and_tell_nobody() -> None:
    ends = Ends()
    ends.go_on()
    ends.server.close()
    with pytest.raises(SSL.ZeroReturnError):
        ends.client.recv(1200)
    assert ends.failed == 0


async def test_m01_what_is_no_whole_record_never_gets_to_openssl() -> None:
    ends = Ends()
    with suppress(SSL.WantReadError):
        ends.client.do_handshake()
    hello = ends.flight()[0]
    for junk in (hello[:-1], hello + b"\x16", b"\x16\xfe\xfd", b"\x16" + bytes(40), b"?" * 60, b""):
        ends.server.take(junk)
    assert ends.sent == []
    ends.server.take(hello)
    ends.go_on()
    assert ends.ours is not None
    ends.server.close()


async def test_m01_records_of_a_handshake_of_yesterday_change_nothing() -> None:
    ends = Ends()
    with suppress(SSL.WantReadError):
        ends.client.do_handshake()
    hello = ends.flight()
    for datagram in hello:
        ends.server.take(datagram)
    ends.go_on()
    for datagram in hello:
        ends.server.take(datagram)
    assert ends.failed == 0
    assert ends.ours is not None
    assert ends.ours.open(ends.theirs().protect(rtp(7, 1)))
    ends.server.close()


async def test_m04_what_is_said_inside_dtls_does_not_pile_up() -> None:
    ends = Ends()
    ends.go_on()
    for _ in range(50):
        for _ in range(3):
            ends.client.send(bytes(100))
        ends.server.take(b"".join(ends.flight()))
    ends.client.shutdown()
    ends.server.take(ends.flight()[0])
    assert ends.failed == 1  # what came last was read: nothing waited before it


@given(st.lists(st.binary(max_size=60), max_size=5), st.binary(max_size=20))
def test_records_are_cut_where_their_lengths_say(bodies: list[bytes], rest: bytes) -> None:
    heads = [b"\x16\xfe\xfd" + bytes(8) + len(body).to_bytes(2, "big") for body in bodies]
    whole = [head + body for head, body in zip(heads, bodies, strict=True)]
    cut = list(records(b"".join(whole) + rest[:12]))
    assert cut == whole + ([rest[:12]] if rest else [])
