"""What a new offer on a line changes, and what stays as it was."""

from dataclasses import replace

import pytest

from actors.media import Source
from actors.relay.sdp import BadOffer
from tests.relay_browser import RelayBrowser
from tests.relay_offers import read_answer, receives
from tests.unit.relay_support import (
    ALL,
    CAMERA,
    MICROPHONE,
    OTHERS_VOICE,
    bench,
    both_ways,
    opened_port,
)


async def test_a_new_offer_changes_sections_and_nothing_below() -> None:
    async with opened_port() as port:
        table = bench(port)
        first = await table.connect()
        before = table.browser.remote
        answer, settled = table.offer(
            MICROPHONE, replace(CAMERA, stopped=True), *ALL[2:], OTHERS_VOICE
        )
        after = read_answer(answer)
        assert before is not None
        assert (before.ufrag, before.password) == (after.ufrag, after.password)
        assert settled.received[0] == first.received[0]
        assert [one.section.mid for one in settled.received] == ["2", "3"]
        assert "IN IP4 0.0.0.0" in answer
        assert [text.split("\r\n")[1].split()[:3] for text in (before.text, answer)] == [
            [*answer.split("\r\n")[1].split()[:2], "1"],
            [*answer.split("\r\n")[1].split()[:2], "2"],
        ]
        await both_ways(table, 1)
        assert table.heard.told == ["opened"]
        table.close()


async def test_a_restart_of_ice_keeps_the_keys() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        before = table.browser.remote
        table.browser.restart()
        table.browser.take(table.offer()[0])
        assert before is not None
        assert table.browser.remote is not None
        assert before.ufrag != table.browser.remote.ufrag
        await both_ways(table, 1)
        await table.browser.reach()
        await table.browser.check()
        await both_ways(table, 2)
        assert table.heard.told == ["opened"]
        table.close()


async def test_a_page_that_begins_anew_gets_new_keys() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        table.browser.close()
        table.browser = RelayBrowser()
        await table.connect()
        await both_ways(table, 1)
        assert table.heard.told == ["opened", "opened"]
        table.close()


async def test_a_page_that_begins_anew_with_its_old_certificate_gets_new_keys_too() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        table.browser.close()
        table.browser = RelayBrowser(certificate=table.browser.certificate)
        await table.connect()
        await both_ways(table, 1)
        table.close()


async def test_what_is_sent_goes_where_the_browser_is_now() -> None:
    async with opened_port() as port:
        table = bench(port)
        await table.connect()
        await both_ways(table, 1)
        table.browser.unplug()
        await table.browser.reach("tcp")
        await table.browser.check()
        assert table.line.protocol == "tcp"
        await both_ways(table, 2)
        table.browser.unplug()
        await table.browser.reach("udp")
        await table.browser.check()
        assert table.line.protocol == "udp"
        await both_ways(table, 3)
        table.close()


async def test_an_offer_that_is_not_good_changes_nothing() -> None:
    async with opened_port() as port:
        table = bench(port)
        settled = await table.connect()
        before = table.browser.ufrag, table.browser.password
        table.browser.restart()
        good = table.browser.offer(ALL)
        for bad in ("", good.replace("VP8", "VP9"), good.replace("a=rtcp-mux\r\n", "")):
            with pytest.raises(BadOffer):
                table.answer(bad, *ALL)
        with pytest.raises(BadOffer):
            table.answer(good, *ALL, receives("7", "cat", Source.CAMERA))
        table.browser.ufrag, table.browser.password = before
        await table.browser.check()
        await both_ways(table, 1)
        assert table.offer()[1].received == settled.received
        table.close()
