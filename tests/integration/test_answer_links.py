"""A doctor answers from a letter: looking changes nothing, the first answer counts."""

import io
from datetime import timedelta

from http_edge import keys
from http_edge.links import answer_link
from tests.edge import Edge, Person, Ward
from tests.integration.pages_support import Tab, place, text_of
from tests.integration.test_edge_logs import lines

__all__ = ["lines"]


def link_for(edge: Edge, doctor: Person, appointment: str, number: int, minutes: int = 60) -> str:
    """Return the path of the link that a letter to *doctor* holds."""
    until = edge.clinic.clock.now() + timedelta(minutes=minutes)
    tokens, url = edge.app[keys.TOKENS], edge.settings.public_url
    return answer_link(url, tokens, doctor.user, appointment, number, until).removeprefix(url)


async def asked(edge: Edge, ward: Ward) -> str:
    """Return a request that both doctors are asked for."""
    pat = await edge.patient("Canary Patient")
    answer = await pat.post("/appointments", ward.wish(reason="canary reason"))
    await edge.clinic.settled()
    return str(answer.json["id"])


async def test_looking_at_a_link_changes_nothing_and_names_no_patient(
    edge: Edge, ward: Ward
) -> None:
    appointment, mia, tab = await asked(edge, ward), ward.doctors[0], Tab(edge)
    path = link_for(edge, mia, appointment, 1)
    page = await tab.open(path)
    assert page.status == 200
    assert "A request waits for your answer" in text_of(page)
    assert "Palpitations" in page.text
    assert "anary" not in page.text
    assert page.headers["Cache-Control"] == "no-store"
    assert (await mia.get(f"/doctor/requests/{appointment}")).json["status"] == "open"


async def test_a_doctor_declines_from_a_letter_once(edge: Edge, ward: Ward) -> None:
    appointment, (mia, ben), tab = await asked(edge, ward), ward.doctors, Tab(edge)
    path = link_for(edge, mia, appointment, 1)
    mute = await tab.send(f"{path}/decline", reason=" ")
    assert mute.status == 422
    declined = await tab.send(f"{path}/decline", reason="On leave.")
    assert place(declined) == path
    assert "Declined by you." in text_of(await tab.open(path))
    for verb, fields in (("decline", {"reason": "Again."}), ("accept", {})):
        again = await tab.send_fields(f"{path}/{verb}", fields)
        assert "Declined by you." in text_of(again)
    assert (await ben.get(f"/doctor/requests/{appointment}")).json["status"] == "open"


async def test_a_doctor_accepts_from_a_letter_and_a_colleagues_link_is_over(
    edge: Edge, ward: Ward
) -> None:
    appointment, (mia, ben), tab = await asked(edge, ward), ward.doctors, Tab(edge)
    path = link_for(edge, mia, appointment, 1)
    shown = await tab.open(path)
    start = shown.text.split('name="start" value="')[1].split('"')[0]
    assert place(await tab.send(f"{path}/accept", start=start)) == path
    await edge.clinic.settled()
    assert "You accepted this request." in text_of(await tab.open(path))
    late = await tab.send(f"{link_for(edge, ben, appointment, 1)}/accept", start=start)
    assert "Taken by Dr Mia." in text_of(late)


async def test_a_link_of_another_round_answers_nothing(edge: Edge, ward: Ward) -> None:
    appointment, mia, tab = await asked(edge, ward), ward.doctors[0], Tab(edge)
    path = link_for(edge, mia, appointment, 7)
    assert "This request has been answered" in text_of(await tab.open(path))
    await tab.send(f"{path}/accept", start="")
    assert (await mia.get(f"/doctor/requests/{appointment}")).json["status"] == "open"


async def test_t01_t02_a_link_that_is_over_or_forged_shows_nothing(edge: Edge, ward: Ward) -> None:
    appointment, mia, tab = await asked(edge, ward), ward.doctors[0], Tab(edge)
    good = link_for(edge, mia, appointment, 1)
    over = link_for(edge, mia, appointment, 1, minutes=-5)
    for path in (over, f"{good[:-4]}AAAA", "/answer/nothing", f"/answer/{mia.token}"):
        page = await tab.open(path)
        assert page.status == 404
        assert "This link can't be used" in text_of(page)
        assert (await tab.send(f"{path}/decline", reason="No.")).status == 404


async def test_e22_a_link_is_never_logged(edge: Edge, ward: Ward, lines: io.StringIO) -> None:
    appointment, mia, tab = await asked(edge, ward), ward.doctors[0], Tab(edge)
    path = link_for(edge, mia, appointment, 1)
    await tab.open(path)
    await tab.send(f"{path}/decline", reason="canary reason")
    written = lines.getvalue()
    assert "/answer/{token" in written
    assert path.rsplit(".", 1)[1] not in written
    assert "canary" not in written
