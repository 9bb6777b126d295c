"""How the clinic of the pictures is set up: hours, kinds of visit, rules, questions, closures."""

from datetime import date, timedelta
from typing import Any

from actors.zones import ZONES
from tests.edge import ZONE, Answer, Edge, Person, Ward

VISITS: dict[str, dict[str, Any]] = {
    "first": {"name": "First visit", "minutes": 40, "asking": "request"},
    "times": {"name": "Follow-up", "asking": "times", "cutoff_minutes": 24 * 60},
    "direct": {"name": "Short talk", "minutes": 15, "asking": "direct", "cutoff_minutes": 120},
    "request": {"name": "Question about results", "medium": "audio", "asking": "request"},
}
QUESTIONS: list[dict[str, Any]] = [
    {"id": "since", "text": "Since when?", "kind": "text", "required": True},
    {
        "id": "faint",
        "text": "Have you fainted?",
        "kind": "yes_no",
        "required": True,
        "red": ["yes"],
    },
    {
        "id": "often",
        "text": "How often does it happen?",
        "kind": "choice",
        "choices": ["All the time", "Every day", "Now and then"],
        "red": ["All the time"],
    },
]
EMERGENCY = "If you have chest pain or trouble breathing now, call 112. Do not wait for an answer."


async def furnish(edge: Edge, ward: Ward) -> None:
    """Set up the ward and the clinic."""
    today = edge.clinic.clock.now().astimezone(ZONES[ZONE]).date()
    for doctor, zone in zip(ward.doctors, ("Europe/Lisbon", ZONE), strict=True):
        await set_hours(doctor, zone, today)
    base = f"/admin/departments/{ward.department}"
    for name, visit in VISITS.items():
        await put(ward.admin, f"{base}/visits/{name}", {"most_per_day": 50, **visit})
    await set_routing(ward, base)
    closures = [_closure(today + timedelta(days=40), 3, "Between the years")]
    await put(ward.admin, "/clinic", {"emergency": EMERGENCY, "closures": closures})
    await set_practice(ward.doctors[0], today)
    await edge.signed_up("doctor", "Dr Ngozi Okafor")
    await edge.clinic.settled()


async def put(person: Person, path: str, body: dict[str, Any]) -> Answer:
    """Set something up."""
    answer = await person.call("PUT", path, body)
    assert answer.status == 200, answer.text
    return answer


async def set_hours(doctor: Person, zone: str, today: date) -> None:
    """Let *doctor* be there on weekdays, and one Saturday."""
    weekly = [
        {"weekday": day, "start": start, "end": end}
        for day in range(5)
        for start, end in (("09:00", "12:30"), ("14:00", "18:00"))
    ]
    saturday = today + timedelta(days=14 + (5 - today.weekday()) % 7)
    dates = [{"day": str(saturday), "blocks": [{"start": "10:00", "end": "13:00"}]}]
    await put(doctor, "/doctor/hours", {"zone": zone, "weekly": weekly, "dates": dates})


async def set_routing(ward: Ward, base: str) -> None:
    """Let rules and a balanced group say where requests go."""
    mia, ben = (doctor.user for doctor in ward.doctors)
    shares = [{"doctor": mia, "weight": 2, "priority": 1}, {"doctor": ben, "weight": 1}]
    group = {"name": "Rhythm clinic", "members": [mia, ben], "mode": "balanced", "shares": shares}
    await put(ward.admin, f"{base}/groups/rhythm", group)
    speaks = {"name": "Speaks Arabic", "languages": ["ar"], "group": "rhythm"}
    elders = {"name": "Elders to Dr Ben", "age_from": 80, "doctor": ben}
    category = {"name": "Heart rhythm", "group": "rhythm", "questions": QUESTIONS}
    rules = {"rules": [speaks, elders], "visits": ["first", "times", "direct", "request"]}
    await put(ward.admin, f"{base}/categories/rhythm", {**category, **rules})
    plain = {"name": "Palpitations", "group": "hearts", "visits": ["first"]}
    await put(ward.admin, f"{base}/categories/palpitations", plain)
    papers = {"name": "Letters and papers", "visits": ["request"]}
    await put(ward.admin, f"{base}/categories/papers", papers)
    await put(ward.admin, f"{base}/policy", {"on_call": ben})


def _closure(first: date, days: int, name: str) -> dict[str, str]:
    return {"first": str(first), "last": str(first + timedelta(days=days)), "name": name}


async def set_practice(doctor: Person, today: date) -> None:
    """Let *doctor* be on duty, speak two languages, and be away one afternoon."""
    about = {"specialties": ["Electrophysiology"], "languages": ["en", "ar"]}
    await put(doctor, "/doctor/profile", about)
    await put(doctor, "/doctor/duty", {})
    day = today + timedelta(days=7 - today.weekday() + 2)
    away = {"start": f"{day}T14:00:00", "end": f"{day}T18:00:00", "note": "School play."}
    added = await doctor.post("/doctor/absences", away)
    assert added.status == 201, added.text
