"""What the people of the pictures have written to one another, of every kind there is."""

from actors.conversation.messages import between
from actors.ids import DoctorId, PatientId
from actors.operations.demo.drawings import meter
from actors.operations.demo.papers import paper
from actors.zones import ZONES
from tests.browser.house import put
from tests.edge import ZONE, Edge, Person, Ward
from tests.integration.pages_support import tab_of
from tests.integration.threads_support import send_files

LONG = (
    "I wrote it down every evening: on Monday it was calm, on Tuesday it raced after supper, and "
    "since then it comes when I climb the stairs. " * 3
)
GOOD = "That is a good value. The sheet says how to go on; see https://example.org/pressure too."
REPLIES = (
    {"title": "Before a visit", "text": "Hello {patient}, we speak on {visit_date}. {doctor}"},
    {"title": "Results are fine", "text": "Your results of {date} are as they should be."},
)


class Thread:
    """The thread of a patient and a doctor; its messages are remembered by their numbers."""

    def __init__(self, edge: Edge, patient: Person, doctor: Person) -> None:
        self.edge = edge
        self.id = between(PatientId(patient.user), DoctorId(doctor.user))
        self.page = f"/messages/{self.id}"
        self._api = f"/conversations/{self.id}/messages"

    async def say(self, who: Person, text: str, reply_to: int = 0) -> int:
        """Let *who* write; return the number of it."""
        answer = await who.post(self._api, {"text": text, "reply_to": reply_to})
        assert answer.status == 201, answer.text
        await self.edge.clinic.settled()
        return int(answer.json["number"])

    async def amend(self, who: Person, number: int, text: str = "") -> None:
        """Let *who* change what they wrote; without a text, delete it."""
        path = f"{self._api}/{number}"
        answer = await who.call(*(("PATCH", path, {"text": text}) if text else ("DELETE", path)))
        assert answer.status in {200, 204}, answer.text

    async def send(self, who: Person, text: str, name: str, content: bytes) -> None:
        """Let *who* send a file."""
        tab = await tab_of(self.edge, who)
        answer = await send_files(tab, self.page, {"text": text}, (name, content))
        assert answer.status == 303, answer.text
        await self.edge.clinic.settled()

    async def read(self, who: Person, number: int) -> None:
        """Let *who* have read up to message *number*."""
        path = self._api.replace("messages", "marks")
        answer = await who.post(path, {"delivered": number, "read": number})
        assert answer.status == 204, answer.text


async def write_to_team(doctor: Person) -> str:
    """Let *doctor* write in a thread of their group; return its page."""
    heads = (await doctor.get("/conversations?limit=50")).json["items"]
    thread = next(head["id"] for head in heads if head["open"] and ", Hearts" in head["name"])
    said = {"text": "One of us looks at it this afternoon."}
    answer = await doctor.post(f"/conversations/{thread}/messages", said)
    assert answer.status == 201, answer.text
    return f"/messages/{thread}"


async def keep_hours(edge: Edge, ward: Ward) -> None:
    """Let the first doctor answer at hours that are not now, and keep replies ready."""
    hour = edge.clinic.clock.now().astimezone(ZONES[ZONE]).hour
    start, end = ("17:00", "19:30") if hour in range(5, 15) else ("08:00", "09:30")
    weekly = [{"weekday": day, "start": start, "end": end} for day in range(7)]
    hours = {"zone": ZONE, "weekly": weekly, "text": "I read messages once a day."}
    await put(ward.doctors[0], "/doctor/answering", hours)
    await put(ward.doctors[0], "/doctor/replies", {"items": REPLIES})
    await put(ward.admin, "/clinic/replies", {"items": REPLIES[1:]})


async def write(edge: Edge, ward: Ward, patient: Person) -> tuple[Thread, int]:
    """Let them write everything that a thread can hold; return a message of the patient's."""
    await keep_hours(edge, ward)
    mia = ward.doctors[0]
    thread = Thread(edge, patient, mia)
    asked = await thread.say(patient, "How long am I to take the tablets?")
    answer = await thread.say(mia, "Until we have seen the blood test.", asked)
    mine = await thread.say(patient, LONG)
    await thread.amend(patient, mine, f"{LONG}Not at night.")
    wrong = await thread.say(patient, "This was for somebody else.")
    await thread.amend(patient, wrong)
    await thread.send(patient, "This morning.", "meter.png", meter(128, 82, 64))
    content = paper("At home", ["Drink enough.", "Sleep well."])
    await thread.send(mia, "", "At home, after the first week with the new tablets.pdf", content)
    await thread.read(patient, answer)
    await thread.read(mia, mine)
    await thread.say(mia, GOOD)
    return thread, mine
