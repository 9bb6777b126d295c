"""Pictures of every page, in each size and scheme: `python -m tests.browser.screens DIR`."""

import asyncio
import base64
import sys
import tempfile
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from pathlib import Path
from typing import Literal

from playwright.async_api import Browser, BrowserContext, Page, ViewportSize

from actors.zones import ZONES
from tests.browser.chromium import open_chromium, sign_in
from tests.clinic import open_clinic
from tests.edge import PASSWORD, Edge, Person, Ward, open_edge, open_ward

SIZES: dict[str, ViewportSize] = {
    "wide": {"width": 1280, "height": 900},
    "phone": {"width": 390, "height": 844},
}
SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
VISITOR = ("/", "/sign-up", "/sign-in", "/welcome", "/password", "/nowhere")


@dataclass
class Cast:
    """Who is there, and what each of them has open."""

    edge: Edge
    ward: Ward
    patient: Person
    appointments: list[str]

    def pages(self) -> dict[str, tuple[Person | None, tuple[str, ...]]]:
        """Return the paths to look at, by the person who opens them."""
        mine = tuple(f"/appointments/{each}" for each in self.appointments)
        department = f"/departments/{self.ward.department}"
        return {
            "visitor": (None, VISITOR),
            "patient": (self.patient, ("/home", "/requests/new", *mine, "/notices", "/account")),
            "doctor": (self.ward.doctors[0], ("/inbox", "/hours", "/account")),
            "admin": (self.ward.admin, ("/board", "/accounts", "/departments", department)),
        }


async def set_hours(doctor: Person, zone: str) -> None:
    """Let *doctor* be there on weekdays."""
    weekly = [
        {"weekday": day, "start": start, "end": end}
        for day in range(5)
        for start, end in (("09:00:00", "12:30:00"), ("14:00:00", "18:00:00"))
    ]
    answer = await doctor.call("PUT", "/doctor/hours", {"zone": zone, "weekly": weekly})
    assert answer.status == 200, answer.text


def next_weekday(now: datetime, zone: str, days: int, hour: int, length: int) -> dict[str, str]:
    """Return a window on the first weekday at least *days* from *now*."""
    day = now.astimezone(ZONES[zone]).date() + timedelta(days=days)
    while day.weekday() > 4:
        day += timedelta(days=1)
    start = datetime.combine(day, time(hour), ZONES[zone])
    return {"start": start.isoformat(), "end": (start + timedelta(hours=length)).isoformat()}


async def fill(edge: Edge) -> Cast:
    """Fill the clinic with people and requests in every state."""
    ward = await open_ward(edge)
    first, second = ward.doctors
    await set_hours(first, "Europe/Lisbon")
    await set_hours(second, "Europe/Berlin")
    patient = await edge.patient("Amira Haddad")
    other = await edge.patient("Jonas Lindqvist")
    await edge.signed_up("doctor", "Dr Ngozi Okafor")
    now = edge.clinic.clock.now()
    windows = [next_weekday(now, "Europe/Berlin", ahead, 9, 3) for ahead in (2, 3)]
    asked = [
        await ask(patient, ward, "My heart beats fast when I climb stairs.", windows=windows),
        await ask(patient, ward, "A check-up after the new tablets."),
        await ask(other, ward, "Chest feels tight since this morning.", urgency="urgent"),
        await ask(patient, ward, "A letter for my insurance, please."),
        await ask(other, ward, "Second opinion on an ECG.", urgency="soon", windows=windows[:1]),
    ]
    await edge.clinic.settled()
    await second.post(f"/doctor/requests/{asked[1]}/accept", {})
    await second.post(f"/doctor/requests/{asked[0]}/accept", {})
    await patient.post(f"/appointments/{asked[3]}/cancel", {"reason": "Sorted out."})
    base = f"/admin/departments/{ward.department}/requests/{asked[4]}"
    await ward.admin.post(f"{base}/pull-back", {})
    asked.append(await ask(patient, ward, "Palpitations at night.", urgency="soon"))
    await edge.clinic.settled()
    return Cast(edge, ward, patient, [asked[0], asked[3], asked[-1]])


async def ask(patient: Person, ward: Ward, reason: str, **more: object) -> str:
    """Let *patient* ask for an appointment; return its id."""
    answer = await patient.post("/appointments", ward.wish(reason=reason, **more))
    assert answer.status == 201, answer.text
    return str(answer.json["id"])


async def take(browser: Browser, cast: Cast, into: Path) -> None:
    """Take a picture of every page in every size and scheme."""
    for who, (person, paths) in cast.pages().items():
        for size, viewport in SIZES.items():
            for scheme in SCHEMES:
                context = await browser.new_context(
                    viewport=viewport, color_scheme=scheme, timezone_id="Europe/Berlin"
                )
                page = await signed_in(context, cast, person)
                for path in paths:
                    name = path.strip("/").split("/")[0] or "start"
                    turn = paths.index(path)
                    await page.goto(cast.edge.url + path)
                    file = into / f"{who}-{turn}-{name}-{size}-{scheme}.png"
                    await page.screenshot(path=file, full_page=True)
                await context.close()


SIDE_BY_SIDE = """<body style="margin:0;padding:28px;background:#dbe5e3;display:flex;gap:28px;
align-items:flex-start">{}</body>"""
FRAME = """<img style="height:640px;object-fit:cover;object-position:top;border-radius:14px;
box-shadow:0 6px 24px #0003" src="data:image/png;base64,{}">"""


async def booking(browser: Browser, into: Path) -> None:
    """Put a doctor's inbox and a patient's phone side by side, for the README."""
    names = ("doctor-0-inbox-wide-light.png", "patient-2-appointments-phone-light.png")
    pictures = [base64.b64encode((into / name).read_bytes()).decode() for name in names]
    page = await browser.new_page(viewport={"width": 1038, "height": 696})
    await page.set_content(SIDE_BY_SIDE.format("".join(map(FRAME.format, pictures))))
    await page.screenshot(path=into / "booking.png")


async def signed_in(context: BrowserContext, cast: Cast, person: Person | None) -> Page:
    """Return a page, signed in as *person* if there is one."""
    page = await context.new_page()
    if person is not None:
        await sign_in(page, cast.edge.url, person.email, PASSWORD)
    return page


async def main(into: Path) -> None:
    """Fill a clinic, and take the pictures."""
    with tempfile.TemporaryDirectory() as directory:
        async with (
            open_clinic(Path(directory)) as clinic,
            open_edge(clinic, sockets_per_user=100) as edge,
            open_chromium() as browser,
        ):
            await take(browser, await fill(edge), into)
            await booking(browser, into)


if __name__ == "__main__":
    target = Path(sys.argv[1])
    target.mkdir(parents=True, exist_ok=True)
    asyncio.run(main(target))
