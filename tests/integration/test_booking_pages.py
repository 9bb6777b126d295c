"""Asking by pages, without a script: steps, times, holds, and what was typed stays."""

import pytest

from tests.edge import Edge
from tests.integration.pages_support import once_of, place, tab_of, text_of
from tests.integration.visits_support import (
    Practice,
    booked,
    hidden_in,
    open_practice,
    picks_in,
)


@pytest.fixture(scope="session")
async def practice(edge: Edge) -> Practice:
    return await open_practice(edge)


async def test_one_chooses_what_it_is_about_then_which_kind_of_visit(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    start = await tab.open("/requests/new")
    assert f'href="/requests/new?category={practice.value}"' in start.text
    assert "call your local emergency" in start.text
    kinds = text_of(await tab.open(f"/requests/new?category={practice.value}"))
    assert "Which kind of visit?" in kinds
    assert "You pick a free time, and it is yours." in kinds
    form = text_of(await tab.open(f"/requests/new?category={practice.value}&visit=request"))
    for words in ("Since when?", "Did you faint? (optional)", "When can you come?"):
        assert words in form
    shown = text_of(await tab.open(f"/requests/new?category={practice.value}&visit=direct"))
    assert "Choose a time" in shown
    assert "When can you come?" not in shown


async def test_an_answer_that_is_missing_is_named_and_what_was_typed_stays(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    typed = practice.form("request", **{"q-since": " ", "q-faint": "maybe"})
    answer = await tab.send_fields("/requests", typed)
    assert answer.status == 422
    assert "Since when? Please answer this." in text_of(answer)
    assert 'href="#f-q-faint"' in answer.text
    assert "It races &amp; stops.</textarea>" in answer.text
    times = await tab.send_fields("/requests/times", practice.form("times", reason=""))
    assert times.status == 422
    assert 'href="#f-reason"' in times.text


async def test_windows_are_asked_for_with_answers(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    sent = await tab.send_fields("/requests", practice.form("request", **{"q-faint": "yes"}))
    page = text_of(await tab.open(place(sent)))
    assert "Request sent" in page
    assert "Since when? Monday" in page
    assert "Did you faint? Yes" in page


async def test_a_shown_time_is_picked_held_and_booked(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    times = await tab.send_fields("/requests/times", practice.form("direct"))
    assert times.status == 200, times.text
    assert "First available:" in text_of(times)
    assert hidden_in(times)["reason"] == "It races & stops."
    assert "It races" not in times.headers.get("Location", "")
    assert 'aria-label="' in times.text
    pick = picks_in(times)[0]
    held = await tab.send_fields("/requests/hold", practice.form("direct", pick=pick))
    assert held.status == 200, held.text
    assert "This time is held for you until" in text_of(held)
    assert "data-held" in held.text
    assert "It races &amp; stops.</textarea>" in held.text
    form = practice.form("direct", pick=pick, once=once_of(held))
    sent = await tab.send_fields("/requests", form)
    await edge.clinic.settled()
    page = text_of(await tab.open(place(sent)))
    assert "Confirmed for" in page
    assert "You picked a time of theirs." in page
    again = await tab.send_fields("/requests", form)
    assert place(again).split("?")[0] == place(sent).split("?")[0]


async def test_a_day_can_be_chosen(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    first = await tab.send_fields("/requests/times", practice.form("times"))
    days = [part.split('"')[0] for part in first.text.split('name="day" value="')[1:]]
    other = await tab.send_fields("/requests/times", practice.form("times", day=days[-2]))
    assert f'value="{days[-2]}" aria-current="date"' in other.text
    late = await tab.send_fields(
        "/requests/times", practice.form("times", day="", **{"other-day": days[0]})
    )
    assert f'value="{days[0]}" aria-current="date"' in late.text
    wrong = await tab.send_fields("/requests/times", practice.form("times", day="soon"))
    assert "Enter a date" in text_of(wrong)


async def test_a_time_that_is_gone_is_said_and_nothing_typed_is_lost(
    edge: Edge, practice: Practice
) -> None:
    one, two = [await tab_of(edge, await edge.patient()) for _ in range(2)]
    times = await one.send_fields("/requests/times", practice.form("times"))
    pick = picks_in(times)[0]
    await one.send_fields("/requests/hold", practice.form("times", pick=pick))
    late = await two.send_fields("/requests/hold", practice.form("times", pick=pick))
    assert late.status == 409
    assert "That time is not free any more." in text_of(late)
    assert hidden_in(late)["reason"] == "It races & stops."
    assert pick not in picks_in(late)
    sent = await two.send_fields("/requests", practice.form("times", pick=pick))
    assert sent.status == 422
    assert hidden_in(sent)["q-since"] == "Monday"
    nothing = await two.send_fields("/requests/hold", practice.form("times", pick="nobody|x"))
    assert "Choose one of the times." in text_of(nothing)


async def test_one_can_go_back_or_name_times_of_ones_own(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    back = await tab.send_fields("/requests/form", practice.form("times"))
    assert "It races &amp; stops.</textarea>" in back.text
    own = await tab.send_fields("/requests/own-times", practice.form("times"))
    assert "When can you come?" in text_of(own)
    sent = await tab.send_fields("/requests", practice.form("times"))
    await edge.clinic.settled()
    assert "With the Hearts group" in text_of(await tab.open(place(sent)))


async def test_the_same_doctor_is_proposed_once_there_was_one(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    new = f"/requests/new?category={practice.value}&visit=times"
    assert "again" not in text_of(await tab.open(new))
    page = text_of(await tab.open(await booked(edge, tab, practice)))
    doctor = "Dr Mia" if "with Dr Mia" in page else "Dr Ben"
    assert f"With {doctor} again" in text_of(await tab.open(new))
    times = await tab.send_fields("/requests/times", practice.form("times", same="yes"))
    other = "Dr Ben" if doctor == "Dr Mia" else "Dr Mia"
    assert doctor in text_of(times)
    assert other not in text_of(times)


async def test_a_visit_is_cancelled_with_a_reason_from_the_list(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    assert "You can move or cancel until" in text_of(await tab.open(path))
    wrong = await tab.send(f"{path}/withdraw", once="1", why="because")
    assert wrong.status == 422
    gone = await tab.send(f"{path}/withdraw", once="2", why="better")
    assert place(gone) == f"{path}?said=withdrawn"
    assert "I feel better" in text_of(await tab.open(path))


async def test_earlier_times_are_wished_for_and_not_any_more(
    edge: Edge, practice: Practice
) -> None:
    tab = await tab_of(edge, await edge.patient())
    path = await booked(edge, tab, practice)
    asked = await tab.send(f"{path}/earlier", once="1", wanted="yes")
    assert place(asked) == f"{path}?said=earlier"
    assert "You are offered an earlier time" in text_of(await tab.open(path))
    stopped = await tab.send(f"{path}/earlier", once="2", wanted="no")
    assert place(stopped) == f"{path}?said=not-earlier"


async def test_what_the_clinic_asks_is_answered_on_the_page(edge: Edge, practice: Practice) -> None:
    tab = await tab_of(edge, await edge.patient())
    sent = await tab.send_fields("/requests", practice.form("request"))
    path = place(sent).split("?")[0]
    await edge.clinic.settled()
    one = f"/admin/departments/{practice.ward.department}/requests/{path.split('/')[-1]}"
    asked = await practice.ward.admin.post(f"{one}/ask", {"text": "Which tablets?"})
    assert asked.status == 200, asked.text
    await edge.clinic.settled()
    assert "Which tablets?" in text_of(await tab.open(path))
    mute = await tab.send(f"{path}/answer", once="1", text=" ")
    assert mute.status == 422
    assert place(await tab.send(f"{path}/answer", once="2", text="Blue ones.")).endswith("answered")
    assert "Blue ones." in text_of(await tab.open(path))


async def test_reminders_are_chosen_and_facts_are_kept(edge: Edge) -> None:
    tab = await tab_of(edge, await edge.patient())
    none = await tab.send("/account/reminders", once="1", reminders="own")
    assert none.status == 422
    own = {"once": "2", "reminders": "own", "remind-60": "yes", "remind-10": "yes"}
    assert place(await tab.send_fields("/account/reminders", own)) == "/account?said=reminders"
    page = await tab.open("/account")
    assert 'name="remind-60" value="yes" checked' in page.text
    profile = {"once": "3", "name": "Pat", "zone": "Europe/Berlin", "language": "de"}
    future = await tab.send_fields("/account/profile", {**profile, "born_on": "2999-01-01"})
    assert "still to come" in text_of(future)
    kept = await tab.send_fields("/account/profile", {**profile, "born_on": "1980-02-29"})
    assert place(kept) == "/account?said=profile"
    page = await tab.open("/account")
    assert 'value="1980-02-29"' in page.text
    assert 'name="remind-60" value="yes" checked' in page.text
    never = await tab.send("/account/reminders", once="4", reminders="none")
    assert place(never) == "/account?said=reminders"
