"""Packets of strangers, and of those who pretend to be somebody (SECURITY M01, M02, M04)."""

import gc
import tracemalloc
from collections.abc import Callable
from contextlib import suppress

import pytest
from aioice import stun  # noqa: TID251  a stranger's checks
from OpenSSL import SSL  # noqa: TID251  a stranger's handshake

from actors.relay.demux import Address
from actors.relay.dtls import records
from actors.relay.port import Port
from tests.relay_browser import RelayBrowser, receiver_report, rtp
from tests.relay_offers import Candidate
from tests.relay_wires import UdpWire
from tests.unit.relay_support import Bench, bench, opened_port
from tests.waiting import until

COOKIE = b"\x21\x12\xa4\x42"
RECORD = b"\x16\xfe\xfd" + bytes(8)
STRANGER: Address = ("203.0.113.9", 4444)


def hello(_: RelayBrowser) -> bytes:
    """Return the first word of a handshake of a stranger."""
    client = SSL.Connection(RelayBrowser().certificate.context)
    client.set_connect_state()
    client.set_ciphertext_mtu(1200)
    with suppress(SSL.WantReadError):
        client.do_handshake()
    return next(records(client.bio_read(1 << 16)))


def unsigned(browser: RelayBrowser) -> bytes:
    assert browser.remote is not None
    message = stun.Message(stun.Method.BINDING, stun.Class.REQUEST)
    message.attributes["USERNAME"] = f"{browser.remote.ufrag}:{browser.ufrag}"
    message.attributes["USE-CANDIDATE"] = None
    message.add_fingerprint()
    return bytes(message)


def response(browser: RelayBrowser) -> bytes:
    message = stun.Message(stun.Method.BINDING, stun.Class.RESPONSE)
    message.attributes["XOR-MAPPED-ADDRESS"] = ("203.0.113.9", 9)
    message.add_message_integrity(browser.password.encode())
    return bytes(message)


CASES: dict[str, Callable[[RelayBrowser], bytes]] = {
    "an empty datagram": lambda _: b"",
    "one byte": lambda _: b"\x80",
    "zeros": lambda _: bytes(1200),
    "ones": lambda _: b"\xff" * 1200,
    "more than a datagram may have": lambda _: b"\x80\x6f" + bytes(4000),
    "a line of HTTP": lambda _: b"GET / HTTP/1.1\r\n\r\n",
    "the head of a check": lambda _: b"\x00\x01\x00\x00" + COOKIE + bytes(12),
    "a check that says it is longer": lambda _: b"\x00\x01\xff\xff" + COOKIE + bytes(40),
    "a check for nobody": lambda browser: browser.request(username="nobody:nobody"),
    "a check with a guessed password": lambda browser: browser.request(password="x" * 32),
    "a check without a signature": unsigned,
    "an answer to a check that nobody made": response,
    "data of a TURN channel": lambda _: b"\x40\x00\x00\x04abcd",
    "the first word of a handshake": hello,
    "a handshake record of junk": lambda _: RECORD + b"\x00\x20" + b"\x5a" * 32,
    "a handshake record that is cut short": lambda _: RECORD + b"\x40\x00" + b"\x5a" * 32,
    "a goodbye": lambda _: b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x01\x00",
    "a fatal alert": lambda _: b"\x15\xfe\xfd" + bytes(8) + b"\x00\x02\x02\x28",
    "RTP in the clear": lambda _: rtp(1000, 1),
    "an RTCP goodbye in the clear": lambda _: b"\x81\xcb\x00\x01\x00\x00\x03\xe8" + bytes(16),
}


async def stranger(port: Port, heard: list[bytes]) -> UdpWire:
    return await UdpWire.open(Candidate("udp", "127.0.0.1", port.number), heard.append)


async def still_works(table: Bench, number: int) -> None:
    """Hold that media pass both ways."""
    packet = rtp(1000, number)
    table.browser.send_rtp(packet)
    await until(lambda: packet in table.heard.rtp)
    table.line.send_rtp(packet)
    await until(lambda: packet in table.browser.rtp)


def test_there_are_twenty_kinds_of_them() -> None:
    assert len(CASES) == 20


@pytest.mark.parametrize("case", CASES)
async def test_m01_whatever_a_stranger_sends_a_call_is_made_and_lives(case: str) -> None:
    async with opened_port() as port:
        table, heard = bench(port), list[bytes]()
        wire = await stranger(port, heard)
        table.browser.take(table.offer()[0])
        wire.send(CASES[case](table.browser))
        await table.browser.reach()
        await table.browser.check()
        wire.send(CASES[case](table.browser))
        table.browser.hello()
        wire.send(CASES[case](table.browser))
        await table.browser.shake_hands()
        await until(lambda: table.line.open)
        wire.send(CASES[case](table.browser))
        await still_works(table, 1)
        assert (heard, table.heard.told) == ([], ["opened"])
        assert len(table.heard.rtp) == 1
        wire.close()
        table.close()


@pytest.mark.parametrize("case", CASES)
async def test_m01_whatever_is_sent_in_a_browsers_name_its_call_lives(case: str) -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        await still_works(table, 1)
        for _ in range(3):
            table.browser.send(CASES[case](table.browser))
        await still_works(table, 2)
        assert table.heard.told == ["opened"]
        assert len(table.heard.rtp) == 2
        assert table.heard.rtcp == []
        table.close()


async def test_m02_who_greets_first_from_another_address_is_not_heard() -> None:
    async with opened_port() as port:
        table, heard = bench(port), list[bytes]()
        wire = await stranger(port, heard)
        table.browser.take(table.offer()[0])
        await table.browser.reach()
        await table.browser.check()
        for _ in range(5):
            wire.send(hello(table.browser))
        await until(lambda: port.demux.strangers == 5)
        await table.browser.shake_hands()
        await until(lambda: table.line.open)
        await still_works(table, 1)
        assert heard == []
        wire.close()
        table.close()


async def test_m04_packets_that_were_overheard_are_worth_nothing_again() -> None:
    async with opened_port() as port:
        table, heard = bench(port), list[bytes]()
        wire = await stranger(port, heard)
        await table.connect()
        assert table.browser.srtp is not None
        media = table.browser.srtp.protect(rtp(1000, 1))
        report = table.browser.srtp.protect_rtcp(receiver_report(1000))
        wire.send(media)
        await until(lambda: port.demux.strangers == 1)
        assert table.heard.rtp == []
        for data in (media, report, media, report):
            table.browser.send(data)
        await until(lambda: table.line.dropped == 2)
        assert (len(table.heard.rtp), len(table.heard.rtcp)) == (1, 1)
        wire.close()
        table.close()


async def test_m04_a_check_that_was_overheard_leads_nobody_away_for_long() -> None:
    async with opened_port() as port:
        table, heard = bench(port), list[bytes]()
        wire = await stranger(port, heard)
        await table.connect()
        wire.send(table.browser.request())
        await until(lambda: len(heard) == 1)
        await still_works(table, 1)
        table.line.send_rtp(rtp(1000, 2))
        await until(lambda: rtp(1000, 2) in table.browser.rtp)
        wire.close()
        table.close()


async def test_m04_a_flood_uses_no_memory_and_others_are_heard() -> None:
    async with opened_port() as port:
        ann, bob = bench(port), bench(port, "bob")
        await ann.connect()
        await bob.connect()
        assert ann.browser.srtp is not None
        replayed = ann.browser.srtp.protect(rtp(1000, 1))
        chosen = ann.line._agent.chosen
        assert chosen is not None
        junk = [case(ann.browser) for case in CASES.values()]
        flood(port, chosen.key, replayed, junk, 50)
        gc.collect()
        tracemalloc.start()
        before = tracemalloc.get_traced_memory()[0]
        flood(port, chosen.key, replayed, junk, 2000)
        gc.collect()
        grown = tracemalloc.get_traced_memory()[0] - before
        tracemalloc.stop()
        assert grown < 64 * 1024
        await still_works(bob, 1)
        assert len(ann.heard.rtp) == 1
        ann.close()
        bob.close()


def flood(port: Port, key: object, replayed: bytes, junk: list[bytes], times: int) -> None:
    """Let a browser's own address, and many others, send again and again."""
    assert isinstance(key, tuple)
    for number in range(times):
        port.demux.take(replayed, key)
        port.demux.take(rtp(number + 1, 1, bytes(40)), key)
        for data in junk:
            port.demux.take(data, ("203.0.113.9", number))
