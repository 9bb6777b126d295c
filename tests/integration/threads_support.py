"""People who write to one another: a thread with a visit behind it, and forms with files."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from actors.conversation.messages import between
from actors.ids import ConversationId, DoctorId, PatientId
from http_edge import keys
from http_edge.limits import Bucket
from tests.edge import Answer, Edge, Person, Ward
from tests.integration.pages_support import Tab, tab_of
from tests.integration.staff_support import ask_for, set_hours

BOUNDARY = "a-line-that-is-in-no-file"


@dataclass(frozen=True)
class Pair:
    """A patient and a doctor who have a visit with one another."""

    edge: Edge
    patient: Person
    doctor: Person
    appointment: str
    name: str
    """The patient's."""

    @property
    def id(self) -> ConversationId:
        """Their conversation."""
        return between(PatientId(self.patient.user), DoctorId(self.doctor.user))

    @property
    def page(self) -> str:
        """The page of their conversation."""
        return f"/messages/{self.id}"

    @property
    def api(self) -> str:
        """The path of their conversation in the API."""
        return f"/conversations/{self.id}"

    async def says(self, who: Person, text: str) -> int:
        """Let *who* write over the API; return the message's number."""
        answer = await who.post(f"{self.api}/messages", {"text": text})
        assert answer.status == 201, answer.text
        return int(answer.json["number"])

    async def tab(self, who: Person) -> Tab:
        """Return a browser of one of them."""
        return await tab_of(self.edge, who)


async def pair_of(edge: Edge, ward: Ward, name: str = "Pat Ient") -> Pair:
    """Let a new patient have a visit with the ward's first doctor; they can write then."""
    patient, doctor = await edge.patient(name), ward.doctors[0]
    await set_hours(doctor)
    appointment = await ask_for(edge, ward, patient)
    accepted = await doctor.post(f"/doctor/requests/{appointment}/accept", {})
    assert accepted.status == 200, accepted.text
    await edge.clinic.settled()
    return Pair(edge, patient, doctor, appointment, name)


async def messages(pair: Pair) -> list[dict[str, Any]]:
    """Return the messages, as the other one reads them."""
    items = (await pair.doctor.get(f"{pair.api}/messages")).json["items"]
    return [each for each in items if each["type"] == "message"]


def use_up(edge: Edge, limit: str, person: Person) -> None:
    """Let *person* have tried as often as the *limit* of that name allows."""
    limits = edge.app[keys.LIMITS]
    limits._buckets[(limit, person.user)] = Bucket(-(10.0**6), edge.clinic.clock.monotonic())


def form_with_files(
    fields: Mapping[str, str], files: tuple[tuple[str, bytes], ...]
) -> tuple[bytes, str]:
    """Return the body and the type of a form, as browsers send it: fields, then files."""
    lines: list[bytes] = []
    for name, value in fields.items():
        lines += [_part(f'name="{name}"'), value.encode()]
    for name, content in files:
        quoted = name.replace('"', "%22")
        head = _part(f'name="file"; filename="{quoted}"', "Content-Type: application/octet-stream")
        lines += [head, content]
    body = b"\r\n".join((*lines, f"--{BOUNDARY}--\r\n".encode()))
    return body, f"multipart/form-data; boundary={BOUNDARY}"


def _part(disposition: str, *more: str) -> bytes:
    head = (f"--{BOUNDARY}", f"Content-Disposition: form-data; {disposition}", *more, "")
    return "\r\n".join(head).encode()


async def send_files(
    tab: Tab, path: str, fields: Mapping[str, str], *files: tuple[str, bytes]
) -> Answer:
    """Send a form with files."""
    body, kind = form_with_files(fields, files)
    return await tab.send_body(path, body, kind)
