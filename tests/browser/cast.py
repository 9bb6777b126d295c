"""A clinic at work: people, and requests and visits in every state, made over the API."""

from dataclasses import dataclass, field
from datetime import datetime, time, timedelta
from itertools import count, islice
from typing import Any

from actors.zones import ZONES
from http_edge import keys
from http_edge.links import answer_link
from tests.browser.house import furnish
from tests.browser.threads import write, write_to_team
from tests.edge import ZONE, Answer, Edge, Person, Ward, open_ward

LISBON = "Europe/Lisbon"
NEW_YORK = "America/New_York"


@dataclass
class Cast:
    """Who is there, and what each of them has open, by what is to be seen on it."""

    edge: Edge
    ward: Ward
    patient: Person
    other: Person
    mine: dict[str, str] = field(default_factory=dict)
    theirs: dict[str, str] = field(default_factory=dict)
    thread: str = ""
    """The page of the thread of the patient and the first doctor, in which is everything."""
    message: str = ""
    """The page of a message of the patient's in it."""
    team_thread: str = ""
    """The page of a thread of a patient and the group."""

    @property
    def appointments(self) -> list[str]:
        """The patient's appointments."""
        return list(self.mine.values())

    @property
    def department(self) -> str:
        """Where the department is set up."""
        return f"/departments/{self.ward.department}"

    @property
    def category(self) -> str:
        """What can be asked for in every way, as an address names it."""
        return f"{self.ward.department}/rhythm"

    def link(self, appointment: str) -> str:
        """Return the path of the link in a letter about *appointment*."""
        until = self.edge.clinic.clock.now() + timedelta(hours=1)
        tokens, url = self.edge.app[keys.TOKENS], self.edge.settings.public_url
        mia = self.ward.doctors[0].user
        return answer_link(url, tokens, mia, appointment, 1, until).removeprefix(url)


def body_of(answer: Answer) -> Any:  # noqa: ANN401  whatever was sent
    """Return what an answer that says yes holds."""
    assert answer.status < 300, answer.text
    return answer.json


async def fill(edge: Edge) -> Cast:
    """Fill the clinic."""
    ward = await open_ward(edge)
    await furnish(edge, ward)
    patient = await somebody(edge, "Amira Haddad", ZONE, "ar", "1987-03-14")
    other = await somebody(edge, "Jonas Lindqvist", NEW_YORK, "sv", "1959-11-02")
    cast = Cast(edge, ward, patient, other)
    await spend_the_day(cast)  # first: its times are fixed, what is booked takes free ones
    await book_visits(cast)
    await send_requests(cast)
    thread, message = await write(edge, ward, patient)
    cast.thread, cast.message = thread.page, f"{thread.page}/{message}"
    cast.team_thread = await write_to_team(ward.doctors[0])
    return cast


async def somebody(edge: Edge, name: str, zone: str, language: str, born_on: str) -> Person:
    """Return a patient who has said something of themselves."""
    person = await (await edge.signed_up("patient", name, zone=zone)).sign_in()
    body_of(await person.call("PATCH", "/me", {"language": language, "born_on": born_on}))
    return person


def window(now: datetime, days: int, hour: int, length: int = 3) -> dict[str, str]:
    """Return a window so many weekdays after *now*: another day for each number."""
    today = now.astimezone(ZONES[ZONE]).date()
    ahead = (today + timedelta(days=each) for each in count(1))
    day = next(islice((each for each in ahead if each.weekday() < 5), days - 1, None))
    start = datetime.combine(day, time(hour), ZONES[ZONE])
    return {"start": start.isoformat(), "end": (start + timedelta(hours=length)).isoformat()}


async def ask(person: Person, ward: Ward, reason: str, **more: object) -> str:
    """Let *person* ask for an appointment; return its id, once it is routed."""
    asked = body_of(await person.post("/appointments", ward.wish(reason=reason, **more)))
    await person.edge.clinic.settled()
    return str(asked["id"])


async def book(cast: Cast, person: Person, reason: str, turn: int, **more: object) -> str:
    """Let *person* book the free time number *turn* with the first doctor."""
    mia = cast.ward.doctors[0].user
    query = f"department={cast.ward.department}&category=rhythm&visit=direct&doctor={mia}"
    (found,) = body_of(await person.get(f"/bookable-times?{query}"))["items"]
    picked = {"doctor": mia, "start": found["starts"][turn]}
    answers = [{"question": "since", "value": "A week"}, {"question": "faint", "value": "no"}]
    return await ask(
        person,
        cast.ward,
        reason,
        category="rhythm",
        visit="direct",
        answers=answers,
        picked=picked,
        **more,
    )


async def accept(cast: Cast, doctor: Person, appointment: str, start: str | None = None) -> None:
    """Let *doctor* accept, and all be told."""
    body_of(await doctor.post(f"/doctor/requests/{appointment}/accept", {"start": start}))
    await cast.edge.clinic.settled()


async def propose(cast: Cast, doctor: Person, appointment: str, turns: slice) -> None:
    """Let *doctor* offer the free times *turns*."""
    query = f"?limit=60&appointment={appointment}"
    free = body_of(await doctor.get(f"/doctor/free-times{query}"))["starts"]
    body = {"starts": free[turns]}
    body_of(await doctor.post(f"/doctor/requests/{appointment}/propose", body))
    await cast.edge.clinic.settled()


async def cancel(cast: Cast, person: Person, appointment: str, reason: str) -> None:
    """Let *person* cancel, and all be told."""
    body_of(await person.post(f"/appointments/{appointment}/cancel", {"reason": reason}))
    await cast.edge.clinic.settled()


async def book_visits(cast: Cast) -> None:
    """Visits to come: plain, offered an earlier time, wished elsewhere, offered other times."""
    mia = cast.ward.doctors[0]
    freed = await book(cast, cast.other, "A check before I travel.", 12)
    cast.mine["confirmed"] = await book(cast, cast.patient, "A check-up after the new tablets.", 8)
    cast.mine["earlier"] = await book(cast, cast.patient, "Follow-up.", 30, earlier=True)
    cast.theirs["wished"] = await book(cast, cast.other, "Reading of the long ECG.", 40)
    cast.mine["moving"] = await book(cast, cast.patient, "Results of the blood test.", 36)
    cast.mine["wished"] = await book(cast, cast.patient, "How the tablets do.", 44)
    await cancel(cast, cast.other, freed, "")
    await cast.edge.clinic.settled()
    wish = {"windows": [window(cast.edge.clinic.clock.now(), 4, 9)], "note": "Mornings suit me."}
    for person, which in ((cast.other, cast.theirs), (cast.patient, cast.mine)):
        body_of(await person.post(f"/appointments/{which['wished']}/wish-move", wish))
    await propose(cast, mia, cast.mine["moving"], slice(2, 5))
    for person, reason in ((cast.patient, "Sorted out."), (cast.other, "")):
        gone = await book(cast, person, "One visit too many.", 50)
        await cancel(cast, person, gone, reason)
        cast.mine["cancelled"] = gone if person is cast.patient else cast.mine.get("cancelled", "")


async def spend_the_day(cast: Cast) -> None:
    """Visits of today: somebody waits, somebody is in their visit, one is over."""
    now = cast.edge.clinic.clock.now().replace(second=0, microsecond=0)
    mia, ben = cast.ward.doctors
    soon = (now + timedelta(minutes=18)).isoformat()
    cast.mine["waiting"] = await ask(cast.patient, cast.ward, "Dizzy since yesterday.")
    await accept(cast, mia, cast.mine["waiting"], soon)
    body_of(await cast.patient.post(f"/appointments/{cast.mine['waiting']}/check-in", {}))
    cast.theirs["in_call"] = await ask(cast.other, cast.ward, "Short of breath on stairs.")
    await accept(cast, ben, cast.theirs["in_call"], soon)
    body_of(await ben.post(f"/doctor/visits/{cast.theirs['in_call']}/start", {}))
    await cast.edge.clinic.settled()


async def send_requests(cast: Cast) -> None:
    """Send requests: with a red flag, urgent, offered other times, asked about, declined."""
    edge, ward, now = cast.edge, cast.ward, cast.edge.clinic.clock.now()
    base = f"/admin/departments/{ward.department}/requests"
    answers = [
        {"question": "since", "value": "This morning"},
        {"question": "faint", "value": "yes"},
    ]
    flagged = {"category": "rhythm", "visit": "request", "answers": answers}
    cast.theirs["flagged"] = await ask(cast.other, ward, "I fainted on the stairs.", **flagged)
    calm = [{**answers[0], "value": "Two weeks"}, {**answers[1], "value": "no"}]
    cast.mine["routed"] = await ask(
        cast.patient, ward, "My heart skips beats when I lie down.", **{**flagged, "answers": calm}
    )
    cast.mine["offered"] = await ask(cast.patient, ward, "A second opinion on an ECG.")
    await propose(cast, ward.doctors[0], cast.mine["offered"], slice(3, 12, 4))
    windows = [window(now, ahead, 9) for ahead in (2, 3)]
    urgent = {"urgency": "urgent", "windows": windows[:1]}
    cast.theirs["urgent"] = await ask(cast.other, ward, "Chest feels tight at night.", **urgent)
    papers = {"category": "papers"}
    cast.mine["requested"] = await ask(cast.patient, ward, "A letter for my insurer.", **papers)
    question = {"text": "Which insurer is it, and until when do they need the letter?"}
    body_of(await ward.admin.post(f"{base}/{cast.mine['requested']}/ask", question))
    cast.mine["declined"] = await ask(cast.patient, ward, "Tablets for my cat.", **papers)
    decline = {"reason": "We treat people only. A vet can help you."}
    body_of(await ward.admin.post(f"{base}/{cast.mine['declined']}/decline", decline))
    for turn, (name, reason) in enumerate(WAITING):
        person = await somebody(edge, name, ZONE, "de", f"19{40 + 7 * turn}-05-0{turn + 1}")
        level = ("routine", "soon", "routine")[turn % 3]
        more = {"urgency": level, "windows": windows if turn % 2 else []}
        await ask(person, ward, reason, **(papers if turn % 2 else {}), **more)


WAITING = (
    ("Maria Okonkwo", "My watch says that my pulse is irregular, and it did so three times."),
    ("Petr Novák", "A form for the driving licence."),
    ("Sofia Castellanos-Wintergreen", "Swollen ankles in the evening."),
    ("Li Wei", "Results from another hospital that somebody should look at with me."),
)
