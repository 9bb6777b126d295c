"""Asking, picking, choosing and moving over the JSON API."""

import pytest

from tests.edge import Answer, Edge, Person
from tests.integration.visits_support import Practice, open_practice


@pytest.fixture(scope="session")
async def practice(edge: Edge) -> Practice:
    return await open_practice(edge)


async def free_times(person: Person, practice: Practice, visit: str = "direct") -> Answer:
    """Return the free times that may be picked."""
    where = f"department={practice.ward.department}&category={practice.category}&visit={visit}"
    return await person.get(f"/bookable-times?{where}")


async def first_free(person: Person, practice: Practice, number: int = 0) -> tuple[str, str]:
    """Return a doctor and one of their free times."""
    item = (await free_times(person, practice)).json["items"][0]
    return item["doctor"]["id"], item["starts"][number]


async def booked(edge: Edge, person: Person, practice: Practice, number: int = 0) -> str:
    """Book a free time; return the path of the appointment."""
    doctor, start = await first_free(person, practice, number)
    wish = practice.body("direct", picked={"doctor": doctor, "start": start})
    answer = await person.post("/appointments", wish)
    assert answer.status == 201, answer.text
    await edge.clinic.settled()
    return str(answer.headers["Location"])


async def test_what_can_be_asked_for_says_its_questions_and_kinds_of_visit(
    edge: Edge, practice: Practice
) -> None:
    pat = await edge.patient()
    found = (await pat.get("/categories")).json["items"]
    mine = next(
        each
        for each in found
        if (each["department"], each["id"]) == (practice.ward.department, practice.category)
    )
    assert [each["id"] for each in mine["questions"]] == ["since", "faint"]
    assert "red" not in mine["questions"][1]
    assert {each["asking"] for each in mine["visits"]} == {"request", "times", "direct"}
    assert "emergency" in (await pat.get("/departments")).json["emergency"]


async def test_a_kind_of_visit_must_be_named_where_there_are_several(
    edge: Edge, practice: Practice
) -> None:
    pat = await edge.patient()
    for visit in ("", "nothing"):
        answer = await pat.post("/appointments", practice.body(visit))
        assert answer.status == 422
        assert answer.json["errors"][0]["field"] == "visit"


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ([], "answers.since"),
        ([{"question": "what", "value": "x"}], "answers[0].question"),
        (
            [{"question": "since", "value": "x"}, {"question": "faint", "value": "maybe"}],
            "answers.faint",
        ),
    ],
)
async def test_answers_that_do_not_fit_are_named(
    edge: Edge, practice: Practice, answers: list[dict[str, str]], field: str
) -> None:
    pat = await edge.patient()
    answer = await pat.post("/appointments", practice.body("request", answers=answers))
    assert (answer.status, answer.json["errors"][0]["field"]) == (422, field)


async def test_a_free_time_is_held_seen_and_let_go(edge: Edge, practice: Practice) -> None:
    pat, other = await edge.patient(), await edge.patient()
    doctor, start = await first_free(pat, practice)
    where = {"department": practice.ward.department, "category": practice.category}
    body = {**where, "visit": "direct", "start": start}
    held = await pat.post(f"/doctors/{doctor}/hold", body)
    assert (held.status, held.json["start"]) == (201, start)
    assert (await pat.get(f"/doctors/{doctor}/hold")).json == held.json
    taken = await other.post(f"/doctors/{doctor}/hold", body)
    assert taken.status == 409, taken.text
    assert (await other.get(f"/doctors/{doctor}/hold")).status == 404
    admin = practice.ward.admin.user
    assert (await pat.post(f"/doctors/{admin}/hold", body)).json["errors"][0]["field"] == "doctor"
    assert (await pat.call("DELETE", f"/doctors/{doctor}/hold")).status == 204
    assert (await pat.get(f"/doctors/{doctor}/hold")).status == 404
    again = await other.post(f"/doctors/{doctor}/hold", body)
    assert again.status == 201


async def test_free_times_are_asked_for_within_bounds(edge: Edge, practice: Practice) -> None:
    pat = await edge.patient()
    base = f"/bookable-times?department={practice.ward.department}&category={practice.category}"
    assert (await pat.get(f"{base}&visit=request")).status in {409, 422}
    for more in ("from=soon", "from=2030-01-01", "to=1999-01-01T00:00:00Z", "doctor=nobody"):
        assert (await pat.get(f"{base}&visit=direct&{more}")).status == 422, more
    mia = practice.ward.doctors[0]
    items = (await pat.get(f"{base}&visit=direct&doctor={mia.user}")).json["items"]
    assert [each["doctor"]["id"] for each in items] == [mia.user]
    assert items[0]["zone"] == "Europe/Berlin"


async def test_a_picked_time_is_booked_and_moved(edge: Edge, practice: Practice) -> None:
    pat = await edge.patient()
    path = await booked(edge, pat, practice)
    view = (await pat.get(path)).json
    assert (view["status"], view["because"]) == ("confirmed", "picked")
    assert view["visit"]["asking"] == "direct"
    assert view["answers"][0]["value"] == "Monday"
    assert view["change_until"] == view["start"]
    _, start = await first_free(pat, practice, 5)
    moved = await pat.post(f"{path}/move", {"start": start, "doctor": view["doctor"]["id"]})
    assert moved.status == 200, moved.text
    await edge.clinic.settled()
    assert (await pat.get(path)).json["start"] == start
    nobody = await pat.post(f"{path}/move", {"start": start, "doctor": "nobody"})
    assert nobody.status == 422


async def test_a_picked_time_takes_no_windows_and_a_request_no_picked_time(
    edge: Edge, practice: Practice
) -> None:
    pat = await edge.patient()
    doctor, start = await first_free(pat, practice)
    picked = {"doctor": doctor, "start": start}
    window = {"start": start, "end": "2099-01-01T00:00:00Z"}
    both = await pat.post("/appointments", practice.body("times", picked=picked, windows=[window]))
    assert (both.status, both.json["errors"][0]["field"]) == (422, "windows")
    shown = await pat.post("/appointments", practice.body("request", picked=picked))
    assert (shown.status, shown.json["errors"][0]["field"]) == (422, "picked")


async def test_a_picked_time_that_somebody_else_has_can_not_be_asked_for(
    edge: Edge, practice: Practice
) -> None:
    pat, other = await edge.patient(), await edge.patient()
    doctor, start = await first_free(pat, practice)
    for asking in ("times", "direct"):
        wish = practice.body(asking, picked={"doctor": doctor, "start": start})
        if asking == "times":
            assert (await other.post("/appointments", wish)).status == 201
            await edge.clinic.settled()
        gone = await pat.post("/appointments", wish)
        assert (gone.status, gone.json["code"]) == (409, "time_gone"), gone.text
    assert (await pat.get("/appointments")).json["items"] == []


async def test_the_same_key_books_once(edge: Edge, practice: Practice) -> None:
    pat = await edge.patient()
    doctor, start = await first_free(pat, practice)
    wish = practice.body("direct", picked={"doctor": doctor, "start": start})
    key = {"Idempotency-Key": "one-visit"}
    first = await pat.call("POST", "/appointments", wish, key)
    await edge.clinic.settled()
    second = await pat.call("POST", "/appointments", wish, key)
    assert (first.status, second.status) == (201, 201)
    assert first.json["id"] == second.json["id"]


async def test_offered_times_are_taken_or_refused(edge: Edge, practice: Practice) -> None:
    pat, mia = await edge.patient(), practice.ward.doctors[0]
    for verb in ("take", "refuse"):
        asked = (await pat.post("/appointments", practice.body("request"))).json["id"]
        await edge.clinic.settled()
        free = (await mia.get(f"/doctor/free-times?appointment={asked}")).json["starts"]
        await mia.post(f"/doctor/requests/{asked}/propose", {"starts": free[-2:]})
        await edge.clinic.settled()
        choices = (await pat.get(f"/appointments/{asked}")).json["choices"]
        assert [span["start"] for span in choices["spans"]] == free[-2:]
        bodies = {"take": {"start": free[-1]}, "refuse": {"note": "Not then."}}
        answer = await pat.post(f"/appointments/{asked}/{verb}", bodies[verb])
        assert answer.status == 200, answer.text
        await edge.clinic.settled()
        view = (await pat.get(f"/appointments/{asked}")).json
        assert view["status"] == {"take": "confirmed", "refuse": "routed"}[verb]


async def test_a_visit_says_what_is_wished_and_what_can_not_be_done_yet(
    edge: Edge, practice: Practice
) -> None:
    pat = await edge.patient()
    path = await booked(edge, pat, practice, 90)
    wanted = await pat.post(f"{path}/earlier", {"wanted": True})
    assert (wanted.status, wanted.json["earlier"]) == (200, True)
    assert (await pat.post(f"{path}/answer", {"text": "What?"})).status in {404, 409}
    assert (await pat.post(f"{path}/check-in", {})).status in {409, 422}
    assert (await pat.post(f"{path}/take", {"start": "2030-01-01T00:00:00Z"})).status == 409
    gone = await pat.post(f"{path}/cancel", {"why": "too_long", "reason": "Weeks."})
    assert (gone.json["status"], gone.json["cancelled_for"]) == ("cancelled", "too_long")
    assert (await pat.post(f"{path}/cancel", {"why": "no"})).status == 422


async def test_z04_what_is_anothers_answers_like_nothing(edge: Edge, practice: Practice) -> None:
    owner, stranger = await edge.patient(), await edge.patient()
    path = await booked(edge, owner, practice)
    bodies = {
        "take": {"start": "2030-01-01T00:00:00Z"},
        "refuse": {},
        "move": {"start": "2030-01-01T00:00:00Z"},
        "wish-move": {},
        "earlier": {"wanted": True},
        "check-in": {},
        "answer": {"text": "x"},
    }
    for verb, body in bodies.items():
        assert (await stranger.post(f"{path}/{verb}", body)).status == 404, verb
    assert (await stranger.get(f"{path}/calendar.ics")).status == 404
    assert (await owner.get(path)).json["status"] == "confirmed"


async def test_facts_of_a_patient_are_kept_and_taken_back(edge: Edge) -> None:
    pat = await edge.patient()
    change = {"language": "pt-BR", "born_on": "1980-02-29", "reminder_minutes": [60, 10]}
    kept = await pat.call("PATCH", "/me", change)
    assert kept.status == 200, kept.text
    assert {name: kept.json[name] for name in change} == change
    named = await pat.call("PATCH", "/me", {"name": "Pat New"})
    assert (named.json["language"], named.json["reminder_minutes"]) == ("pt-BR", [60, 10])
    back = await pat.call("PATCH", "/me", {"born_on": None, "reminder_minutes": None})
    assert (back.json["born_on"], back.json["reminder_minutes"]) == (None, None)
    never = await pat.call("PATCH", "/me", {"reminder_minutes": []})
    assert never.json["reminder_minutes"] == []
