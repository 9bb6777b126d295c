"""A ward whose doctors have hours, with one kind of visit for each way of asking."""

import re
from dataclasses import dataclass
from html import unescape
from typing import Any

from tests.edge import Answer, Edge, Person, Ward, open_ward
from tests.integration.pages_support import Tab, once_of, place

_PICK = re.compile(r'name="pick" value="([^"]+)"')
_HIDDEN = re.compile(r'<input type="hidden" name="([^"]+)" value="([^"]*)"')

EVERY_DAY = [{"weekday": day, "start": "00:00", "end": "00:00"} for day in range(7)]
HOURS = {
    "zone": "Europe/Berlin",
    "weekly": EVERY_DAY,
    "visit_minutes": 30,
    "buffer_before_minutes": 0,
    "buffer_after_minutes": 0,
}


@dataclass(frozen=True)
class Practice:
    """A ward in which visits can be asked for in every way."""

    ward: Ward
    category: str = "rhythm"

    @property
    def value(self) -> str:
        """The category, as forms name it."""
        return f"{self.ward.department}/{self.category}"

    def form(self, visit: str, **more: str) -> dict[str, str]:
        """Return what is typed into a form for that kind of visit."""
        typed = {"category": self.value, "visit": visit, "reason": "It races & stops."}
        return {"once": "k", **typed, "urgency": "routine", "q-since": "Monday", **more}

    def body(self, visit: str, **more: Any) -> dict[str, Any]:  # noqa: ANN401  fields of a request
        """Return the body of the same request."""
        answers = [{"question": "since", "value": "Monday"}]
        wish = self.ward.wish(category=self.category, visit=visit, answers=answers)
        return {**wish, **more}


async def open_practice(edge: Edge) -> Practice:
    """Open a ward of its own, whose doctors have hours, with questions and kinds of visit."""
    ward = await open_ward(edge)
    for doctor in ward.doctors:
        answer = await doctor.call("PUT", "/doctor/hours", HOURS)
        assert answer.status == 200, answer.text
    base = f"/admin/departments/{ward.department}"
    for asking in ("request", "times", "direct"):
        visit = {"name": f"By {asking}", "asking": asking, "notice_minutes": 0, "most_per_day": 50}
        await _put(ward.admin, f"{base}/visits/{asking}", visit)
    questions = [
        {"id": "since", "text": "Since when?", "kind": "text", "required": True},
        {"id": "faint", "text": "Did you faint?", "kind": "yes_no", "red": ["yes"]},
    ]
    category = {"name": "Rhythm", "group": "hearts", "questions": questions}
    category["visits"] = ["request", "times", "direct"]
    await _put(ward.admin, f"{base}/categories/rhythm", category)
    await edge.clinic.settled()
    return Practice(ward)


async def _put(admin: Person, path: str, body: dict[str, Any]) -> None:
    answer = await admin.call("PUT", path, body)
    assert answer.status == 200, answer.text


def picks_in(answer: Answer) -> list[str]:
    """Return the times that a page offers, as its buttons send them."""
    return [unescape(pick) for pick in _PICK.findall(answer.text)]


def hidden_in(answer: Answer) -> dict[str, str]:
    """Return what the hidden fields of a page carry."""
    return {name: unescape(value) for name, value in _HIDDEN.findall(answer.text)}


async def booked(
    edge: Edge, tab: Tab, practice: Practice, visit: str = "direct", pick: str = ""
) -> str:
    """Book *pick*, or the first free time, by pages; return the path of the appointment."""
    times = await tab.send_fields("/requests/times", practice.form(visit))
    pick = pick or picks_in(times)[0]
    held = await tab.send_fields("/requests/hold", practice.form(visit, pick=pick))
    assert held.status == 200, held.text
    sent = await tab.send_fields("/requests", practice.form(visit, pick=pick, once=once_of(held)))
    await edge.clinic.settled()
    return place(sent).split("?")[0]
