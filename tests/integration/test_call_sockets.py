"""Calls over live sockets: two people and a guest, through the real bus and the real store."""

import asyncio
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from aiohttp import WSCloseCode

from actors.call_session.messages import address_of
from actors.ids import CallId
from actors.media import Source
from config.media import MediaSettings
from http_edge.cookies import GUEST
from http_edge.idempotency import HEADER
from http_edge.sockets.hub import HUB
from tests import relay_offers as offers
from tests.clinic import open_clinic
from tests.edge import Edge, Person, Ward, open_edge
from tests.integration.calls_support import (
    Caller,
    Visit,
    at_page,
    come_in,
    guest_headers,
    guest_live,
    line_of,
    visit_of,
)
from tests.integration.sockets_support import open_live
from tests.waiting import until


@pytest.fixture
async def visit(edge: Edge) -> Visit:
    """Return a visit whose waiting room is open."""
    return await visit_of(edge)


async def both_join(mia: Caller, pat: Caller) -> None:
    """Let the doctor begin and the patient come in, and both see it."""
    await mia.join(ring=True)
    await pat.join()
    for one, other in ((mia, pat), (pat, mia)):
        await one.until(lambda me, leg=other.leg: me.state_of(leg) == "in_call")


async def test_two_people_wait_join_and_tell_one_another(edge: Edge, visit: Visit) -> None:
    async with (
        at_page(visit.id, line_of(edge, visit.patient)) as pat,
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
    ):
        assert (pat.view["part"], mia.view["part"]) == ("patient", "host")
        assert (await pat.act("TakeSeat", leg=pat.leg))["type"] == "acted"
        await mia.until(lambda me: me.state_of(pat.leg) == "waiting")
        await mia.join(ring=True)
        await pat.until(lambda me: any(r["to"] == me.view["me"] for r in me.view["rings"]))
        await pat.join()
        await mia.until(lambda me: me.state_of(pat.leg) == "in_call")
        assert mia.view["mode"] == "direct"
        await pat.signal(mia, "offer", "description")
        await mia.until(lambda me: me.told == ["offer"])
        await mia.signal(pat, "answer", "description")
        await pat.until(lambda me: me.told == ["answer"])
        await pat.until(lambda me: me.held == {mia.leg: 1})


async def test_a_burst_of_sixty_candidates_comes_whole_and_in_order(
    edge: Edge, visit: Visit
) -> None:
    async with (
        at_page(visit.id, line_of(edge, visit.patient)) as pat,
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
    ):
        await both_join(mia, pat)
        for number in range(60):
            await pat.signal(mia, f"candidate {number}")
            await mia.signal(pat, f"candidate {number}")
        every = [f"candidate {number}" for number in range(60)]
        await mia.until(lambda me: me.told == every)
        await pat.until(lambda me: me.told == every)
        await pat.until(lambda me: me.held == {mia.leg: 60})
        assert pat.refused == mia.refused == []


async def test_m05_large_signals_that_wait_are_all_told(edge: Edge, visit: Visit) -> None:
    bodies = [f"{number}" * 30_000 for number in range(1, 10)] * 2
    async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
        async with at_page(visit.id, line_of(edge, visit.doctor)) as mia:
            await both_join(mia, pat)
            await mia.cut()
        for body in bodies:
            await pat.signal(mia, body)
        await pat.until(lambda me: me.held == {mia.leg: len(bodies)})
        async with at_page(visit.id, line_of(edge, visit.doctor), mia):
            await mia.until(lambda me: me.told == bodies)


async def test_w06_lines_that_are_cut_lose_and_double_nothing(edge: Edge, visit: Visit) -> None:
    """The patient's line is cut again and again, and opened at one edge or the other."""
    every: list[str] = []
    pat = Caller(visit.id)
    async with (
        open_edge(edge.clinic) as far,
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
    ):
        there = await Person(far, visit.patient.email).sign_in()
        for turn in range(6):
            person = there if turn % 2 else visit.patient
            async with at_page(visit.id, line_of(person.edge, person), pat):
                if not turn:
                    await both_join(mia, pat)
                every.append(f"here {turn}")
                await mia.signal(pat, every[-1])
                await pat.until(lambda me: me.told == every)
                await pat.say("heard", leg=pat.leg, number=pat.number)
                await pat.cut()
            every.append(f"away {turn}")
            await mia.signal(pat, every[-1])
            await mia.until(lambda me: me.held.get(pat.leg) == len(every))
        async with at_page(visit.id, line_of(edge, visit.patient), pat):
            await pat.until(lambda me: me.told == every)
        assert mia.state_of(pat.leg) == "in_call"


async def test_w06_without_being_told_again_what_came_meanwhile_would_be_lost(
    edge: Edge, visit: Visit
) -> None:
    """The page claims to have had what it has not: nothing else brings it what came meanwhile."""
    async with at_page(visit.id, line_of(edge, visit.doctor)) as mia:
        async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
            await both_join(mia, pat)
            await mia.signal(pat, "here")
            await pat.until(lambda me: me.told == ["here"])
            await pat.cut()
        for body in ("away", "away still"):
            await mia.signal(pat, body)
        await mia.until(lambda me: me.held.get(pat.leg) == 3)
        pat.number += 2
        async with at_page(visit.id, line_of(edge, visit.patient), pat):
            await mia.signal(pat, "here again")
            await pat.until(lambda me: "here again" in me.told)
        assert pat.told == ["here", "here again"]


async def test_a_line_that_stays_away_is_seen_and_its_place_is_kept(
    edge: Edge, visit: Visit
) -> None:
    async with at_page(visit.id, line_of(edge, visit.doctor)) as mia:
        async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
            await both_join(mia, pat)
            await pat.cut()
        await mia.until(lambda me: me.state_of(pat.leg) == "returning")
        async with at_page(visit.id, line_of(edge, visit.patient), pat):
            await pat.join()
            await mia.until(lambda me: me.state_of(pat.leg) == "in_call")
            await pat.say("unattend")
            await pat.live.socket.close()
        async with at_page(visit.id, line_of(edge, visit.patient)) as again:
            await again.until(lambda me: me.state_of(pat.leg) == "in_call")
        await until(lambda: len(edge.app[HUB].legs) == 1)


@pytest.mark.parametrize("goodbye", [True, False], ids=["goodbye", "broken"])
async def test_of_a_page_that_has_said_goodbye_no_media_are_believed_to_come(
    edge: Edge, visit: Visit, *, goodbye: bool
) -> None:
    async with at_page(visit.id, line_of(edge, visit.doctor)) as mia:
        async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
            await both_join(mia, pat)
            for one, to in ((mia, pat.leg), (pat, mia.leg)):
                words = {"leg": one.leg, "epoch": one.view["epoch"], "to": to}
                assert (await one.act("ReportPath", connected=True, **words))["type"] == "acted"
            if goodbye:
                await pat.live.socket.close(code=WSCloseCode.GOING_AWAY)
            else:
                await pat.cut()
        await mia.until(lambda me: me.state_of(pat.leg) == "returning")
    here = address_of(CallId(visit.id))
    entries = await edge.clinic.journal.entries(here, 0, 1000)
    assert any(b"LegSilent" in entry.events for entry in entries) is goodbye


async def test_what_is_done_under_one_id_is_done_once_by_socket_and_http(
    edge: Edge, visit: Visit
) -> None:
    async with at_page(visit.id, line_of(edge, visit.doctor)) as mia:
        first = await mia.act("TellWaiting", "one-word", text="Soon")
        await mia.act("TellWaiting", text="Now")
        again = await mia.act("TellWaiting", "one-word", text="Soon")
        assert (again["type"], again["seq"]) == ("acted", first["seq"])
        act = {"type": "TellWaiting", "text": "Soon"}
        by_http = await visit.doctor.post(
            f"{visit.path}/acts", {"act": act}, **{HEADER: "one-word"}
        )
        assert by_http.json == {"seq": first["seq"]}
        assert (await visit.doctor.get(visit.path)).json["call"]["word"] == "Now"


async def test_what_a_rule_forbids_is_refused_under_its_id(edge: Edge, visit: Visit) -> None:
    async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
        early = await pat.act("JoinCall", leg=pat.leg, medium="video", sends=[], key="")
        assert (early["type"], early["code"]) == ("refused", "host_not_there")
        ended = await pat.act("EndCall")
        assert (ended["type"], ended["code"], ended["again"]) == ("refused", "not_allowed", False)
        await pat.signal(Caller(visit.id, leg="nobody"), "hello")
        await pat.until(lambda me: me.refused[-1]["id"] == "nobody/1")


async def test_an_offer_without_a_relay_is_refused_and_an_echo_too(
    edge: Edge, visit: Visit
) -> None:
    async with (
        at_page(visit.id, line_of(edge, visit.patient)) as pat,
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
    ):
        await both_join(mia, pat)
        for echo in (False, True):
            offer = {"leg": pat.leg, "epoch": pat.view["epoch"], "neg": 1, "sdp": "v=0\r\n"}
            key = f"offer-{echo}"
            await pat.say("offer", id=key, **offer, sends=[], receives=[], echo=echo)
            await pat.until(lambda me, key=key: key in me.answers)
            assert pat.answers[key]["type"] == "refused"


async def test_m07_who_has_nothing_to_do_with_a_call_hears_nothing(
    edge: Edge, ward: Ward, visit: Visit
) -> None:
    others = (await edge.patient(), visit.colleague, ward.admin)
    async with at_page(visit.id, line_of(edge, visit.patient)) as pat:
        await pat.act("TakeSeat", leg=pat.leg)
        for person in others:
            async with open_live(edge, person) as live:
                await live.say({"type": "attend", "call": visit.id, "leg": pat.leg})
                refused = await live.hear_until(type="refused")
                assert (refused["address"], refused["code"]) == (
                    f"call_session/{visit.id}",
                    "not_found",
                )
                act = {"type": "LeaveCall", "leg": pat.leg}
                await live.say({"type": "do", "id": "a", "call": visit.id, "act": act})
                assert (await live.hear_until(id="a"))["code"] == "not_found"
                await live.watch(f"call_session/{visit.id}")
                assert (await live.hear_until(type="refused"))["code"] == "not_found"
        await pat.act("RecordCheck", check=CHECK)
        assert pat.state_of(pat.leg) == "waiting"


CHECK = {
    "camera": "good",
    "microphone": "good",
    "sound": "skipped",
    "echo": None,
    "device": "Firefox on Linux",
    "at": "2026-03-02T09:30:00Z",
}


# --- guests --------------------------------------------------------------------------------------


async def invited(visit: Visit, name: str = "Ines") -> str:
    """Let the doctor invite somebody; return the code of the link."""
    answer = await visit.doctor.post(f"{visit.path}/guests", {"name": name, "as_what": "aunt"})
    assert answer.status == 201, answer.text
    return str(answer.json["link"].rpartition("#")[2])


async def test_a_guest_comes_in_by_a_link_and_takes_part(edge: Edge, visit: Visit) -> None:
    came = await come_in(edge, await invited(visit), "Ines G.")
    assert (came.status, came.headers["Location"]) == (303, f"/join/{visit.id}")
    headers = guest_headers(edge, came)
    async with (
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
        at_page(visit.id, line_of(edge, visit.patient)) as pat,
        at_page(visit.id, guest_live(edge, visit.id, headers)) as ines,
    ):
        assert (ines.view["part"], ines.view["guests"]) == ("guest", [])
        await ines.act("TakeSeat", leg=ines.leg)
        await mia.join(ring=True)
        await ines.join()
        await mia.until(lambda me: me.state_of(ines.leg) == "in_call")
        await ines.signal(mia, "from a guest")
        await mia.until(lambda me: me.told == ["from a guest"])
        await mia.signal(ines, "to a guest")
        await ines.until(lambda me: me.told == ["to a guest"])
        assert pat.told == []


async def test_m07_a_guest_who_is_removed_hears_no_more_at_once(edge: Edge, visit: Visit) -> None:
    code = await invited(visit)
    came = await come_in(edge, code, "Ines")
    headers = guest_headers(edge, came)
    async with (
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
        at_page(visit.id, guest_live(edge, visit.id, headers)) as ines,
    ):
        await mia.join()
        await ines.join()
        await mia.act("RemovePerson", user=ines.view["me"])
        await ines.until(lambda me: bool(me.refused))
        assert (ines.refused[-1]["address"], ines.refused[-1]["code"]) == (
            f"call_session/{visit.id}",
            "not_found",
        )
        assert await ines.live.closing(5) == 4401
    again = await come_in(edge, code, "Ines")
    assert (again.status, again.cookies) == (404, {})


async def test_a_guests_socket_speaks_of_the_one_call_alone(edge: Edge, visit: Visit) -> None:
    other = await visit_of(edge, "Ann Dit")
    headers = guest_headers(edge, await come_in(edge, await invited(visit), "Ines"))
    async with guest_live(edge, visit.id, headers) as live:
        for frame in (
            {"type": "watch", "address": f"call_session/{visit.id}", "after": 0},
            {"type": "follow", "conversation": visit.thread, "after": 0},
            {"type": "typing", "conversation": visit.thread},
            {"type": "post", "id": "a", "conversation": visit.thread, "text": "Hello"},
            {"type": "attend", "call": other.id, "leg": "a"},
        ):
            await live.say(frame)
            assert (await live.hear())["code"] == "not_found", frame


async def test_a_guests_pass_is_for_that_door_alone(edge: Edge, visit: Visit) -> None:
    other = await visit_of(edge, "Ann Dit")
    came = await come_in(edge, await invited(visit), "Ines")
    cookie = came.headers["Set-Cookie"]
    parts = {part.strip().lower() for part in cookie.split(";")[1:]}
    assert {"secure", "httponly", "samesite=strict", f"path=/join/{visit.id}"} <= parts
    mine = {"Cookie": f"{GUEST}={came.cookies[GUEST]}"}
    headers = {**mine, "Origin": edge.url}
    assert (await edge.send("GET", f"/join/{visit.id}", None, mine)).status == 200
    for path in (f"/join/{other.id}", f"/calls/{visit.id}", "/home", "/api/v1/me"):
        answer = await edge.send("GET", path, None, mine)
        assert answer.status in {401, 403}, path
    forged = {"Cookie": f"{GUEST}={came.cookies[GUEST][:-4]}AAAA", "Origin": edge.url}
    foreign = {**mine, "Origin": "https://evil.example"}
    for shown in ({"Origin": edge.url}, forged, foreign):
        with pytest.raises(aiohttp.WSServerHandshakeError) as refused:
            async with guest_live(edge, visit.id, shown):
                pass
        assert refused.value.status == 403
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with guest_live(edge, other.id, headers):
            pass
    with pytest.raises(aiohttp.WSServerHandshakeError):
        async with edge.session.ws_connect(f"{edge.url}/live", headers=headers):
            pass


async def test_codes_of_links_can_not_be_tried_for_long(edge: Edge, visit: Visit) -> None:
    code = await invited(visit)
    async with open_edge(edge.clinic, attempts_per_minute=3) as strict:
        wrong = f"{visit.id}.{'A' * 43}"
        tries = [(await come_in(strict, wrong, "Eve")).status for _ in range(4)]
        assert tries == [404, 404, 404, 429]
        assert (await come_in(strict, code, "Ines")).status == 429
    assert (await come_in(edge, code, "Ines")).status == 303


# --- whoever is here -----------------------------------------------------------------------------


async def test_a_doctor_whose_page_is_open_is_here(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic, open_edge(clinic) as edge:
        visit = await visit_of(edge)
        line = f"/appointments/{visit.id}/line"
        assert (await visit.patient.get(line)).json["status"] == "away"
        async with open_live(edge, visit.doctor):
            async with asyncio.timeout(30):
                while (await visit.patient.get(line)).json["status"] == "away":
                    await clinic.settled()


async def test_a_ring_is_told_to_every_page_of_who_is_rung(edge: Edge, visit: Visit) -> None:
    phone = f"phone/{visit.patient.user}"
    async with (
        at_page(visit.id, line_of(edge, visit.doctor)) as mia,
        open_live(edge, visit.patient) as first,
        open_live(edge, visit.patient) as second,
    ):
        for live in (first, second):
            await live.watch(phone)
            await live.hear_until(type="watching")
        await mia.join(ring=True)
        for live in (first, second):
            await live.hear_until(type="changed", address=phone)
        await edge.clinic.settled()
        shown = (await visit.patient.get("/phone")).json
        (ringing,) = shown["ringing"]
        assert (ringing["call"], ringing["by"]) == (visit.id, visit.doctor.user)
        silenced = await visit.patient.post("/phone/silence", {"ring": ringing["ring"]})
        assert silenced.status == 204
        assert (await visit.patient.get("/phone")).json["silenced"] == [ringing["ring"]]
    await until(lambda: len(edge.app[HUB]) == 0)


# --- with a media worker -------------------------------------------------------------------------


PAGE = offers.Page(1, 1, "ufra", "p" * 24, ":".join(["AB"] * 32))


async def offer(page: Caller, once: str, **more: object) -> dict[str, Any]:
    """Offer a microphone to the relay; return what came of it."""
    line = offers.sends("0", page.leg, Source.MICROPHONE, 1234)
    said = {
        "leg": page.leg,
        "epoch": page.view["epoch"],
        "neg": 1,
        "sdp": offers.write_offer([line], PAGE),
        "sends": [{"mid": "0", "leg": page.leg, "source": "microphone"}],
        "receives": [],
    }
    await page.say("offer", id=once, **{**said, **more})
    await page.until(lambda me: once in me.answers)
    return page.answers[once]


async def test_three_offer_to_the_relay_and_one_tries_it_before(tmp_path: Path) -> None:
    async with open_clinic(tmp_path, media=True) as clinic, open_edge(clinic) as edge:
        visit = await visit_of(edge)
        came = await come_in(edge, await invited(visit), "Ines")
        async with (
            at_page(visit.id, line_of(edge, visit.doctor)) as mia,
            at_page(visit.id, line_of(edge, visit.patient)) as pat,
            at_page(visit.id, guest_live(edge, visit.id, guest_headers(edge, came))) as ines,
        ):
            tried = await offer(ines, "echo", echo=True)
            assert (tried["type"], "a=candidate" in tried["sdp"]) == ("answer", True)
            await both_join(mia, pat)
            await ines.join()
            await mia.until(lambda me: me.view["mode"] == "relay")
            assert (mia.view["why"], mia.view["relay"]) == ("many", True)
            first = await offer(mia, "first")
            again = await offer(mia, "again")
            assert (first["type"], first["neg"], first["epoch"]) == ("answer", 1, again["epoch"])
            assert first["sdp"] == again["sdp"]
            for name, more in {
                "stale": {"epoch": mia.view["epoch"] - 1},
                "other": {"leg": pat.leg},
                "junk": {"neg": 2, "sdp": "m=video\r\n" * 99},
                "none": {"neg": 3, "sdp": ""},
                "foreign": {"sends": [{"mid": "0", "leg": pat.leg, "source": "microphone"}]},
            }.items():
                assert (await offer(mia, name, **more))["type"] == "refused", name
            of = {"mid": "0", "leg": pat.leg, "source": "camera"}
            await mia.say("layer", leg=mia.leg, epoch=mia.view["epoch"], of=of, layer=0)
            assert (await offer(mia, "last", neg=4))["type"] == "answer"


async def test_m12_who_hides_addresses_is_told_none(tmp_path: Path) -> None:
    hidden = MediaSettings(hide_addresses=True)
    async with (
        open_clinic(tmp_path, media=True, media_settings=hidden) as clinic,
        open_edge(clinic) as edge,
    ):
        visit = await visit_of(edge)
        async with (
            at_page(visit.id, line_of(edge, visit.doctor)) as mia,
            at_page(visit.id, line_of(edge, visit.patient)) as pat,
        ):
            await both_join(mia, pat)
            await mia.until(lambda me: me.view["mode"] == "relay")
            assert (mia.view["why"], mia.view["may_direct"]) == ("hidden", False)
            answer = await offer(mia, "only")
            lines = answer["sdp"].split("\r\n")
            candidates = [each for each in lines if each.startswith("a=candidate")]
            assert {each.split()[4] for each in candidates} == {"127.0.0.1"}
