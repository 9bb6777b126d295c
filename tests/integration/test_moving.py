"""Moving a visit and choosing among offered times, by pages: the old time is never lost."""

from datetime import timedelta

import pytest

from tests.edge import Edge, Person
from tests.integration.pages_support import Tab, place, tab_of, text_of
from tests.integration.visits_support import Practice, booked, open_practice, picks_in


@pytest.fixture(scope="session")
async def practice(edge: Edge) -> Practice:
    return await open_practice(edge)


async def doctor_of(practice: Practice, tab: Tab, path: str) -> Person:
    """Return the doctor whom the patient's page names."""
    mia, ben = practice.ward.doctors
    return mia if "with Dr Mia" in text_of(await tab.open(path)) else ben


async def test_a_visit_moves_to_a_picked_time_of_the_same_doctor(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    shown = await tab.open(f"{path}/move")
    assert "until the new time is sure" in text_of(shown)
    pick = picks_in(shown)[-1]
    moved = await tab.send(f"{path}/move", once="1", pick=pick)
    assert place(moved) == f"{path}?said=moving"
    await edge.clinic.settled()
    page = await tab.open(path)
    assert f'datetime="{pick.split("|")[1]}"' in page.text
    assert "Moved" in text_of(page)


async def test_a_visit_can_move_to_another_doctor(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    mine = await doctor_of(practice, tab, path)
    shown = await tab.open(f"{path}/move?any=yes")
    pick = next(each for each in picks_in(shown) if not each.startswith(mine.user))
    await tab.send(f"{path}/move", once="1", pick=pick, any="yes")
    await edge.clinic.settled()
    assert (await doctor_of(practice, tab, path)).user == pick.split("|")[0]


async def test_a_time_of_nobody_is_not_taken_for_a_move(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    for pick in ("", "nobody|2030-01-01T00:00:00+00:00", "x|soon"):
        answer = await tab.send(f"{path}/move", once="1", pick=pick)
        assert answer.status == 422
        assert "Choose one of the times." in text_of(answer)
    wrong = await tab.open(f"{path}/move?day=soon")
    assert "Enter a date" in text_of(wrong)


async def test_offered_times_are_taken_with_one_tap(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    path, mia, starts = await offered(edge, tab, practice)
    page = await tab.open(path)
    assert "Choose one of these times" in text_of(page)
    assert "data-countdown" in page.text
    nothing = await tab.send(f"{path}/take", once="0", start="soon")
    assert nothing.status == 422
    taken = await tab.send(f"{path}/take", once="1", start=starts[1])
    assert place(taken) == f"{path}?said=taken"
    await edge.clinic.settled()
    assert "Confirmed for" in text_of(await tab.open(path))
    assert (await mia.get(f"/doctor/visits/{path.split('/')[-1]}")).json["start"] == starts[1]


async def test_none_of_the_offered_times_asks_again_with_other_windows(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    path, _, _ = await offered(edge, tab, practice)
    wrong = await tab.send_fields(
        f"{path}/refuse", {"once": "1", "when": "windows", "day-1": "2020-01-01"}
    )
    assert wrong.status == 422
    assert 'value="2020-01-01"' in wrong.text
    refused = await tab.send_fields(f"{path}/refuse", {"once": "2", "when": "first"})
    assert place(refused) == f"{path}?said=refused"
    await edge.clinic.settled()
    assert "With Dr Mia" in text_of(await tab.open(path))


async def offered(edge: Edge, tab: Tab, practice: Practice) -> tuple[str, Person, list[str]]:
    """Let Dr Mia propose two times; return the path, her and the times."""
    sent = await tab.send_fields("/requests", practice.form("request"))
    path = place(sent).split("?")[0]
    appointment, mia = path.split("/")[-1], practice.ward.doctors[0]
    await edge.clinic.settled()
    free = (await mia.get(f"/doctor/free-times?appointment={appointment}")).json["starts"]
    answer = await mia.post(f"/doctor/requests/{appointment}/propose", {"starts": free[3:5]})
    assert answer.status == 200, answer.text
    await edge.clinic.settled()
    return path, mia, free[3:5]


async def test_another_time_is_wished_for_where_times_are_not_shown(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    sent = await tab.send_fields("/requests", practice.form("request"))
    path = place(sent).split("?")[0]
    appointment, mia = path.split("/")[-1], practice.ward.doctors[0]
    await edge.clinic.settled()
    assert (await mia.post(f"/doctor/requests/{appointment}/accept", {})).status == 200
    await edge.clinic.settled()
    assert "Ask for another time" in text_of(await tab.open(path))
    assert "Ask for another time" in text_of(await tab.open(f"{path}/move"))
    wished = await tab.send_fields(f"{path}/wish", {"once": "1", "when": "first", "note": "Late."})
    assert place(wished) == f"{path}?said=wished"
    await edge.clinic.settled()
    page = text_of(await tab.open(path))
    assert "Dr Mia is asked for other times. Your visit stays at" in page
    assert (await mia.get(f"/doctor/visits/{appointment}")).json["wish_note"] == "Late."


async def test_one_checks_in_only_when_the_visit_is_near(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    far = await booked(edge, tab, practice)
    pick = picks_in(await tab.open(f"{far}/move"))[-1]
    await tab.send(f"{far}/move", once="1", pick=pick)
    await edge.clinic.settled()
    page = await tab.open(far)
    early = await tab.send(f"{far}/check-in", once="2")
    near = "check in" in text_of(page)
    assert (early.status == 303) is near


async def test_a_freed_time_is_taken_with_one_tap(edge: Edge) -> None:
    practice = await open_practice(edge)
    first = await tab_of(edge, await edge.patient())
    second = await tab_of(edge, await edge.patient())
    day = (edge.clinic.clock.now() + timedelta(days=3)).date().isoformat()
    shown = picks_in(await second.send_fields("/requests/times", practice.form("direct", day=day)))
    mine = practice.ward.doctors[0].user
    sooner, later = [pick for pick in shown if pick.startswith(mine)][3:5]
    freed = await booked(edge, first, practice, pick=sooner)
    path = await booked(edge, second, practice, pick=later)
    await second.send(f"{path}/earlier", once="1", wanted="yes")
    await edge.clinic.settled()
    gone = await first.send(f"{freed}/withdraw", once="1", why="time", reason="")
    assert gone.status == 303
    await edge.clinic.settled()
    page = await second.open(path)
    assert "An earlier time is free for you" in text_of(page)
    assert "data-countdown" in page.text
    taken = await second.send(f"{path}/take", once="2", start=sooner.split("|")[1])
    assert place(taken) == f"{path}?said=taken"
    await edge.clinic.settled()
    after = await second.open(path)
    assert f'datetime="{sooner.split("|")[1]}"' in after.text
    assert "An earlier time is free for you" not in text_of(after)
    again = await second.send(f"{path}/take", once="3", start=sooner.split("|")[1])
    assert place(again) == f"{path}?said=taken"
    lost = await second.send(f"{path}/take", once="4", start=later.split("|")[1])
    assert lost.status == 409


async def test_the_time_that_a_visit_has_is_no_time_to_move_to(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    state = (await tab.open(path)).text.partition('class="big"')[2]
    start = state.partition('datetime="')[2].partition('"')[0]
    assert start
    shown = await tab.open(f"{path}/move")
    assert picks_in(shown)
    assert not [pick for pick in picks_in(shown) if pick.endswith(f"|{start}")]
