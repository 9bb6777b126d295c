"""The whole booking over the JSON API."""

from tests.edge import Edge, Ward


async def test_a_request_is_accepted_and_everybody_sees_it(edge: Edge, ward: Ward) -> None:
    pat = await edge.patient()
    mia, ben = ward.doctors
    asked = await pat.post("/appointments", ward.wish())
    assert (asked.status, asked.json["status"]) == (201, "requested")
    path = asked.headers["Location"]
    await edge.clinic.settled()
    inbox = (await mia.get("/doctor/requests")).json
    assert [offer["id"] for offer in inbox["open"]] == [asked.json["id"]]

    accepted = await mia.post(f"/doctor/requests/{asked.json['id']}/accept", {})
    assert (accepted.status, accepted.json["status"]) == (200, "confirmed")
    await edge.clinic.settled()
    seen = (await pat.get(path)).json
    assert (seen["status"], seen["doctor"]["name"]) == ("confirmed", "Dr Mia")
    assert seen["start"] == accepted.json["start"]
    lost = await ben.post(f"/doctor/requests/{asked.json['id']}/accept", {})
    assert lost.status == 409, lost.text
    notices = (await pat.get("/notices")).json
    assert notices["items"][0]["step"] == "confirmed"
    queue = (await ward.admin.get(f"/admin/departments/{ward.department}/queue")).json
    assert queue["confirmed"][0]["request"]["appointment"] == asked.json["id"]
