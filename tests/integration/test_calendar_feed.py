"""A private feed of one's visits: secret, revocable, neutral; and a visit as a file."""

import io
import re
from html import unescape

import pytest

from tests.edge import Edge
from tests.integration.pages_support import Tab, once_of, tab_of, text_of
from tests.integration.test_edge_logs import lines
from tests.integration.visits_support import Practice, booked, open_practice

__all__ = ["lines"]

_ADDRESS = re.compile(r'role="textbox" aria-readonly="true">([^<]+)<')


@pytest.fixture(scope="session")
async def practice(edge: Edge) -> Practice:
    return await open_practice(edge)


async def feed_path(edge: Edge, tab: Tab) -> str:
    """Make a feed and return the path of its address."""
    made = await tab.send("/account/feed", once=once_of(await tab.open("/account")))
    assert made.status == 200, made.text
    found = _ADDRESS.search(made.text)
    assert found
    address = unescape(found[1])
    assert address.startswith(edge.settings.public_url)
    assert f'href="webcal://{address.split("://")[1]}"' in made.text
    return address.removeprefix(edge.settings.public_url)


async def test_a_feed_shows_the_visits_of_its_owner_and_no_word_more(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient("Canary Name"))
    visit = await booked(edge, tab, practice)
    path = await feed_path(edge, tab)
    answer = await edge.send("GET", path)
    assert answer.status == 200
    assert answer.headers["Content-Type"].startswith("text/calendar")
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "noindex" in answer.headers["X-Robots-Tag"]
    assert answer.text.count("BEGIN:VEVENT") == 1
    assert f"UID:{visit.split('/')[-1]}@" in answer.text
    for word in ("Canary", "races", "Rhythm"):
        assert word not in answer.text
    again = await edge.send("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status, again.text) == (304, "")
    await tab.send(f"{visit}/withdraw", once="1", why="time")
    await edge.clinic.settled()
    changed = await edge.send("GET", path, headers={"If-None-Match": answer.headers["ETag"]})
    assert changed.status == 200
    assert "STATUS:CANCELLED" in changed.text


async def test_a_feed_ends_and_every_bad_address_answers_alike(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    first = await feed_path(edge, tab)
    second = await feed_path(edge, tab)
    assert first != second
    assert (await edge.send("GET", first)).status == 404
    assert (await edge.send("GET", second)).status == 200
    assert "You have one since" in text_of(await tab.open("/account"))
    ended = await tab.send("/account/feed/revoke", once="1")
    assert ended.headers["Location"] == "/account?said=feed-ended"
    answers = [await edge.send("GET", path) for path in (first, second, "/cal/nobody.ics")]
    assert {answer.status for answer in answers} == {404}
    assert len({text_of(answer) for answer in answers}) == 1


async def test_a_form_that_is_sent_twice_makes_one_feed(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    once = once_of(await tab.open("/account"))
    made = [await tab.send("/account/feed", once=once) for _ in range(2)]
    found = [_ADDRESS.search(each.text) for each in made]
    assert found[0]
    assert found[1]
    assert found[0][1] == found[1][1]


async def test_a_doctor_has_a_feed_as_well(edge: Edge, practice: Practice) -> None:
    patient = await tab_of(edge, await edge.patient())
    await booked(edge, patient, practice)
    made = [await doctor.post("/me/calendar-feed", {}) for doctor in practice.ward.doctors]
    texts = []
    for answer in made:
        assert answer.status == 201, answer.text
        path = answer.json["address"].removeprefix(edge.settings.public_url)
        texts.append((await edge.send("GET", path)).text)
    assert any("BEGIN:VEVENT" in text for text in texts)
    assert "Pat Ient" not in "".join(texts)
    doctor = practice.ward.doctors[0]
    assert (await doctor.get("/me/calendar-feed")).json["since"]
    assert (await doctor.call("DELETE", "/me/calendar-feed")).status == 204
    assert (await doctor.get("/me/calendar-feed")).status == 404


async def test_e22_the_secret_of_a_feed_is_never_logged(edge: Edge, lines: io.StringIO) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await feed_path(edge, tab)
    await edge.send("GET", path)
    await edge.send("GET", "/cal/canary-token.ics")
    written = lines.getvalue()
    assert "/cal/{token}.ics" in written
    assert path.split("/")[-1].removesuffix(".ics") not in written
    assert "canary" not in written


async def test_a_visit_is_added_to_a_calendar_as_a_file(edge: Edge, practice: Practice) -> None:
    pat = await edge.patient()
    tab = await tab_of(edge, pat)
    path = await booked(edge, tab, practice)
    file = await tab.open(f"{path}/calendar.ics")
    assert file.headers["Content-Disposition"] == 'attachment; filename="appointment.ics"'
    same = await pat.get(f"{path}/calendar.ics")
    start = (await pat.get(path)).json["start"].replace("-", "").replace(":", "")
    for each in (file, same):
        assert f"DTSTART:{start}" in each.text
        assert f"UID:{path.split('/')[-1]}@" in each.text
    waiting = await pat.post("/appointments", practice.body("request"))
    none = await pat.get(f"/appointments/{waiting.json['id']}/calendar.ics")
    assert (none.status, none.code) == (409, "no_time")
