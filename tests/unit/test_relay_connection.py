"""One browser's line, from its first offer to its goodbye."""

import pytest

from actors.relay import connection, ice
from tests.relay_browser import RelayBrowser, receiver_report, rtp
from tests.relay_offers import read_answer
from tests.unit.relay_support import (
    CERTIFICATE,
    OTHERS_CAMERA,
    bench,
    both_ways,
    opened_port,
)
from tests.waiting import until

EVERYWHERE = "0.0.0.0"  # noqa: S104  that is what is tested


@pytest.mark.parametrize("protocol", ["udp", "tcp"])
async def test_media_pass_both_ways(protocol: str) -> None:
    async with opened_port() as port:
        table = bench(port)
        assert (table.line.open, table.line.protocol) == (False, "")
        await table.connect(protocol=protocol)
        await both_ways(table, 1)
        assert (table.heard.told, table.line.protocol) == (["opened"], protocol)
        assert (table.line.dropped, port.demux.strangers) == (0, 0)
        table.close()


@pytest.mark.parametrize("host", ["::1", "::"])
async def test_media_pass_over_ipv6(host: str) -> None:
    async with opened_port(host, "::1") as port:
        table = bench(port)
        await table.connect()
        answer = await table.browser.check()
        assert answer.attributes["XOR-MAPPED-ADDRESS"][0] == "::1"
        await both_ways(table, 1)
        table.close()


async def test_a_browser_of_the_old_internet_reaches_a_port_of_the_new() -> None:
    async with opened_port("::", "127.0.0.1") as port:
        table = bench(port)
        await table.connect()
        answer = await table.browser.check()
        assert answer.attributes["XOR-MAPPED-ADDRESS"][0] == "127.0.0.1"
        table.close()


async def test_browsers_are_told_the_public_address_alone() -> None:
    async with opened_port(EVERYWHERE, "198.51.100.7") as port:
        remote = read_answer(bench(port).offer()[0])
        assert {one.host for one in remote.candidates} == {"198.51.100.7"}
        assert {one.number for one in remote.candidates} == {port.number}


async def test_without_one_they_are_told_every_address_of_the_machine() -> None:
    async with opened_port(EVERYWHERE) as port:
        remote = read_answer(bench(port).offer()[0])
        assert EVERYWHERE not in {one.host for one in remote.candidates}
        assert remote.candidates


async def test_nothing_is_sent_before_there_are_keys() -> None:
    async with opened_port() as port:
        table = bench(port)
        table.browser.take(table.offer()[0])
        await table.browser.reach()
        await table.browser.check()
        table.line.send_rtp(rtp(1, 1))
        table.line.send_rtcp(receiver_report(1))
        table.browser.send(rtp(1, 1))
        await until(lambda: table.line.dropped == 1)
        await table.browser.shake_hands()
        await until(lambda: table.line.open)
        await both_ways(table, 2)
        assert len(table.browser.rtp) == len(table.heard.rtp) == 1
        table.close()


async def test_two_lines_of_one_port_hear_nothing_of_one_another() -> None:
    async with opened_port() as port:
        ann, bob = bench(port), bench(port, "bob")
        await ann.connect()
        await bob.connect()
        await both_ways(ann, 1)
        await both_ways(bob, 2)
        assert (len(ann.heard.rtp), len(bob.heard.rtp)) == (1, 1)
        ann.close()
        await both_ways(bob, 3)
        bob.close()


async def test_a_browser_that_says_goodbye_is_gone() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        table.browser.say_goodbye()
        await until(lambda: table.heard.told == ["opened", "closed"])
        assert not table.line.open
        table.line.send_rtp(rtp(1, 1))
        table.close()


async def test_a_browser_that_checks_no_more_is_gone_until_it_checks_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.01)
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        monkeypatch.setattr(ice, "CONSENT_SECONDS", 0.0)
        await table.browser.check()
        await until(lambda: table.heard.told == ["opened", "closed"])
        assert not table.line.open
        monkeypatch.undo()
        await table.browser.check()
        await until(lambda: table.line.open)
        await both_ways(table, 1)
        assert table.heard.told == ["opened", "closed", "opened"]
        table.close()


async def test_a_browser_that_never_comes_is_gone_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection, "LOOK_SECONDS", 0.01)
    monkeypatch.setattr(ice, "FIRST_SECONDS", 0.0)
    async with opened_port() as port:
        table = bench(port)
        table.offer()
        await until(lambda: table.heard.told == ["closed"])
        table.close()


async def test_m03_a_browser_with_another_certificate_than_it_says_gets_no_media() -> None:
    async with opened_port() as port:
        table = bench(port, browser=RelayBrowser(claims=":".join(["AB"] * 32)))
        answer, _ = table.offer()
        await table.browser.connect(answer)
        await until(lambda: table.heard.told == ["closed"])
        assert not table.line.open
        if table.browser.srtp is not None:
            table.browser.send_rtp(rtp(1000, 1))
            await until(lambda: table.line.dropped == 1)
        assert table.heard.rtp == []
        table.close()


async def test_we_say_goodbye_and_the_taker_is_not_told() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        table.line.close()
        await until(lambda: table.browser.closed)
        assert table.heard.told == ["opened"]
        table.browser.send_rtp(rtp(1000, 1))
        table.browser.send(table.browser.request())
        await until(lambda: port.demux.strangers == 2)
        assert table.heard.rtp == []
        table.browser.close()


async def test_what_is_too_long_to_protect_is_dropped_and_counted() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        table.line.send_rtp(rtp(1, 1, bytes(1500)))
        table.line.send_rtcp(bytes(1500))
        assert table.line.dropped == 2
        await both_ways(table, 1)
        table.close()


async def test_the_answer_names_our_certificate() -> None:
    async with opened_port() as port:
        table = bench(port)
        assert read_answer(table.offer(OTHERS_CAMERA)[0]).fingerprint == CERTIFICATE.fingerprint
        table.line.close()


async def test_the_handshake_does_not_wait_for_a_nomination_but_media_do() -> None:
    async with opened_port() as port:
        table = bench(port)
        table.browser.take(table.offer()[0])
        await table.browser.reach()
        table.browser.send(table.browser.request(nominate=False))
        await table.browser.shake_hands()
        assert not table.line.open
        await table.browser.check()
        await until(lambda: table.line.open)
        await both_ways(table, 1)
        assert (table.heard.told, table.line.moves) == (["opened"], 1)
        table.close()


async def test_m04_a_browser_that_sends_without_end_is_heard_so_often_a_second() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        path = table.line._agent.chosen
        assert path is not None
        assert table.browser.srtp is not None
        for number in range(connection.MOST_PACKETS + 10):
            table.line.take_media(table.browser.srtp.protect(rtp(7, number)), path, 1000.5)
        assert (len(table.heard.rtp), table.line.dropped) == (connection.MOST_PACKETS, 10)
        table.line.take_media(table.browser.srtp.protect(rtp(7, 9000)), path, 1001.5)
        assert len(table.heard.rtp) == connection.MOST_PACKETS + 1
        table.close()
