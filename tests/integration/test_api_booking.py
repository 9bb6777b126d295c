"""The whole booking over the JSON API."""

import anyio
import pytest

from actors.doctor.messages import Offer, OfferStatus
from actors.ids import AppointmentId
from http_edge import accepting
from tests.edge import Answer, Edge, Person, Ward


async def test_a_request_is_accepted_and_everybody_sees_it(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    mia, ben = ward.doctors
    asked = await pat.post("/appointments", ward.wish())
    assert (asked.status, asked.json["status"]) == (201, "requested")
    path = asked.headers["Location"]
    await edge.clinic.settled()
    inbox = (await mia.get("/doctor/requests")).json
    assert asked.json["id"] in [offer["id"] for offer in inbox["open"]]

    accepted = await mia.post(f"/doctor/requests/{asked.json['id']}/accept", {})
    assert (accepted.status, accepted.json["status"]) == (200, "confirmed")
    await edge.clinic.settled()
    seen = (await pat.get(path)).json
    assert (seen["status"], seen["doctor"]["name"]) == ("confirmed", "Dr Mia")
    assert seen["start"] == accepted.json["start"]
    lost = await ben.post(f"/doctor/requests/{asked.json['id']}/accept", {})
    assert lost.status == 409, lost.text
    notices = (await pat.get("/notices")).json
    assert notices["items"][0]["topic"] == "confirmed"
    queue = (await ward.admin.get(f"/admin/departments/{ward.department}/queue")).json
    confirmed = [item["request"]["appointment"] for item in queue["confirmed"]]
    assert asked.json["id"] in confirmed


async def test_of_two_who_accept_at_once_one_wins_and_the_other_is_told_who(
    edge: Edge, ward: Ward
) -> None:
    pat = await edge.patient()
    asked = (await pat.post("/appointments", ward.wish())).json["id"]
    await edge.clinic.settled()
    answers: list[Answer] = []

    async def accept(doctor: Person) -> None:
        answers.append(await doctor.post(f"/doctor/requests/{asked}/accept", {}))

    async with anyio.create_task_group() as tasks:
        for doctor in ward.doctors:
            tasks.start_soon(accept, doctor)
    won, lost = sorted(answers, key=lambda answer: answer.status)
    assert (won.status, lost.status) == (200, 409)
    assert lost.code == "taken"
    assert "was faster and took this request" in lost.json["detail"]
    assert lost.json["detail"].startswith("Dr ")


async def test_an_acceptance_that_is_not_decided_yet_says_so(
    edge: Edge, ward: Ward, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def held(*_asked: object) -> Offer:
        return Offer(AppointmentId("a"), OfferStatus.HELD, None, None, None)

    pat, mia = await edge.patient(), ward.doctors[0]
    asked = (await pat.post("/appointments", ward.wish())).json["id"]
    await edge.clinic.settled()
    monkeypatch.setattr(accepting, "ask", held)
    monkeypatch.setattr(accepting, "LONGEST_WAIT", 0.05)
    answer = await mia.post(f"/doctor/requests/{asked}/accept", {})
    assert (answer.status, answer.json["status"]) == (202, "held")


async def test_a_decline_needs_a_reason_and_sends_the_request_on(edge: Edge, ward: Ward) -> None:
    pat, (mia, ben) = await edge.patient(), ward.doctors
    asked = (await pat.post("/appointments", ward.wish())).json["id"]
    await edge.clinic.settled()
    path = f"/doctor/requests/{asked}/decline"
    assert (await mia.post(path, {"reason": " "})).status == 422
    declined = await mia.post(path, {"reason": "On leave."})
    assert (declined.status, declined.json["status"]) == (200, "declined")
    assert (await ben.get(f"/doctor/requests/{asked}")).json["status"] == "open"
