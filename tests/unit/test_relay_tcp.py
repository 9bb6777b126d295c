"""Datagrams over TCP: framed, bounded, and only for those who pass a check."""

import asyncio

import pytest

from actors.relay import tcp
from actors.relay.demux import Address
from actors.relay.port import Port
from tests.relay_offers import Candidate
from tests.relay_wires import TcpWire
from tests.unit.relay_support import bench, opened_port
from tests.waiting import until

RTP = bytes((0x80, 111)) + bytes(20)


def frame(data: bytes) -> bytes:
    return len(data).to_bytes(2, "big") + data


async def stranger(port: Port) -> TcpWire:
    """Connect, and say nothing."""
    before = len(port.streams)
    wire = await TcpWire.open(Candidate("tcp", "127.0.0.1", port.number), lambda _: None)
    await until(lambda: len(port.streams) > before)
    return wire


def write(wire: TcpWire, data: bytes) -> None:
    assert wire.transport is not None
    wire.transport.write(data)


async def test_a_call_goes_by_tcp_alone() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        table.browser.send_rtp(b"\x80\x6f" + bytes(30))
        await until(lambda: len(table.heard.rtp) == 1)
        assert table.line.protocol == "tcp"
        table.close()
        await until(lambda: len(port.streams) == 0)


async def test_frames_may_come_in_any_pieces() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        assert table.browser.srtp is not None
        packets = [
            table.browser.srtp.protect(b"\x80\x6f\x00" + bytes((n,)) + bytes(30)) for n in range(5)
        ]
        wire = table.browser.wire
        assert isinstance(wire, TcpWire)
        for byte in b"".join(map(frame, packets[:2])):
            write(wire, bytes((byte,)))
            await asyncio.sleep(0)
        write(wire, b"".join(map(frame, packets[2:])))
        await until(lambda: len(table.heard.rtp) == 5)
        table.close()


@pytest.mark.parametrize(
    "data",
    [
        frame(RTP),
        frame(b""),
        frame(b"\x16\xfe\xfd" + bytes(20)),
        b"\xff\xff",
        b"GET / HTTP/1.1\r\n",
    ],
)
async def test_m01_who_begins_with_anything_but_a_check_is_hung_up_on(
    data: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tcp, "STRANGER_SECONDS", 600)
    async with opened_port() as port:
        wire = await stranger(port)
        write(wire, data)
        await until(lambda: wire.lost)
        assert len(port.streams) == 0


async def test_m01_who_guesses_is_hung_up_on_soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "STRANGER_SECONDS", 600)
    async with opened_port() as port:
        table = bench(port)
        table.browser.take(table.offer()[0])
        wire = await stranger(port)
        for _ in range(tcp.MOST_CHECKS):
            wire.send(table.browser.request(password="x" * 32))
        wire.send(table.browser.request(password="x" * 32))
        await until(lambda: wire.lost)
        table.line.close()


async def test_m01_who_says_nothing_is_dropped_after_a_while(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tcp, "STRANGER_SECONDS", 0.02)
    async with opened_port() as port:
        wire = await stranger(port)
        await until(lambda: wire.lost)


async def test_who_has_passed_a_check_may_be_silent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tcp, "STRANGER_SECONDS", 0.05)
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        wire = await stranger(port)
        await until(lambda: wire.lost)  # who came later has gone
        await table.browser.check()
        table.close()


async def test_m01_strangers_make_room_for_one_another_and_for_nobody_else(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tcp, "MOST_STRANGERS", 2)
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        first, second = await stranger(port), await stranger(port)
        third = await TcpWire.open(Candidate("tcp", "127.0.0.1", port.number), lambda _: None)
        await until(lambda: first.lost)
        await table.browser.check()
        assert (second.lost, third.lost) == (False, False)
        table.close()


async def test_m01_there_are_so_many_connections_and_no_more(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(tcp, "MOST_CONNECTIONS", 1)
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        wire = await TcpWire.open(Candidate("tcp", "127.0.0.1", port.number), lambda _: None)
        await until(lambda: wire.lost)
        await table.browser.check()
        table.close()


async def test_m04_what_a_browser_does_not_read_is_lost_and_not_kept() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect(protocol="tcp")
        wire = table.browser.wire
        assert isinstance(wire, TcpWire)
        assert wire.transport is not None
        wire.transport.pause_reading()
        chosen = table.line._agent.chosen
        assert chosen is not None
        assert isinstance(chosen.way, tcp.Stream)
        transport = chosen.way._transport
        assert transport is not None
        for _ in range(20_000):
            chosen.way.send(bytes(1200))
        waiting = transport.get_write_buffer_size()
        assert tcp.MOST_WAITING <= waiting < tcp.MOST_WAITING + 1300
        table.close()


@pytest.mark.parametrize(
    ("address", "plain"),
    [
        (("192.0.2.1", 5), ("192.0.2.1", 5)),
        (("::ffff:192.0.2.1", 5, 0, 0), ("192.0.2.1", 5)),
        (("2001:db8::1", 5, 0, 0), ("2001:db8::1", 5)),
        (("fe80::1%eth0", 5, 0, 2), ("fe80::1", 5)),
    ],
)
def test_an_address_is_told_as_the_browser_knows_it(
    address: Address, plain: tuple[str, int]
) -> None:
    assert tcp.plain(address) == plain
