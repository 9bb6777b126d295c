"""What programs do for doctors and administrators: the same as the pages, as problem+json."""

from datetime import timedelta

from tests.edge import Answer, Edge, Ward, open_ward
from tests.integration.staff_support import accept, ask_for, on_day, set_hours, soon


def fields_of(answer: Answer) -> set[str]:
    """Return the fields that a problem names."""
    assert answer.headers["Content-Type"] == "application/problem+json"
    assert answer.status == 422, answer.text
    return {each["field"] for each in answer.json["errors"]}


async def test_a_category_with_rules_questions_and_visits_is_kept_as_a_whole(edge: Edge) -> None:
    ward = await open_ward(edge)
    path = f"/admin/departments/{ward.department}"
    visit = {"name": "Check-up", "minutes": 30, "asking": "times", "cutoff_minutes": 60}
    kept = await ward.admin.call("PUT", f"{path}/visits/check-up", visit)
    assert kept.status == 200, kept.text
    question = {"id": "pain", "text": "Any pain?", "kind": "yes_no", "red": ["yes"]}
    rule = {
        "name": "In pain",
        "answers": [{"question": "pain", "value": "yes"}],
        "doctor": ward.doctors[1].user,
        "age_from": 18,
    }
    body = {"name": "Heart", "group": "hearts", "questions": [question], "rules": [rule]}
    answer = await ward.admin.call(
        "PUT", f"{path}/categories/palpitations", {**body, "visits": ["check-up"]}
    )
    assert answer.status == 200, answer.text
    (category,) = answer.json["categories"]
    assert category["rules"][0]["doctor"]["name"] == "Dr Ben"
    assert category["questions"][0]["red"] == ["yes"]
    assert category["visits"] == ["check-up"]
    nobody = {**body, "rules": [{**rule, "doctor": "nobody"}]}
    refused = await ward.admin.call("PUT", f"{path}/categories/palpitations", nobody)
    assert fields_of(refused) == {"rules.doctor"}
    await edge.clinic.settled()
    patient = await edge.patient()
    asked = await ask_for(
        edge, ward, patient, visit="check-up", answers=[{"question": "pain", "value": "yes"}]
    )
    seen = (await ward.admin.get(f"{path}/requests/{asked}")).json
    assert seen["request"]["red_flags"] == ["Any pain? yes"]
    assert seen["request"]["urgency"] == "urgent"
    removed = await ward.admin.call("DELETE", f"{path}/visits/check-up")
    assert removed.status in {200, 409}


async def test_a_group_and_a_policy_are_kept_or_refused(edge: Edge) -> None:
    ward = await open_ward(edge)
    path, mia = f"/admin/departments/{ward.department}", ward.doctors[0].user
    share = {"doctor": mia, "weight": 3}
    group = {"name": "Some", "members": [mia], "mode": "balanced", "shares": [share]}
    kept = await ward.admin.call("PUT", f"{path}/groups/some", group)
    assert kept.json["groups"][-1]["shares"] == [{"doctor": mia, "weight": 3, "priority": 0}]
    heavy = {**group, "shares": [{"doctor": mia, "weight": 0}]}
    assert fields_of(await ward.admin.call("PUT", f"{path}/groups/some", heavy))
    gone = await ward.admin.call("DELETE", f"{path}/groups/some")
    assert [each["id"] for each in gone.json["groups"]] == ["hearts"]
    assert (await ward.admin.call("DELETE", f"{path}/groups/hearts")).status == 409
    policy = await ward.admin.call("PUT", f"{path}/policy", {"on_call": mia})
    assert policy.json["policy"]["on_call"]["id"] == mia
    nobody = await ward.admin.call("PUT", f"{path}/policy", {"on_call": "nobody"})
    assert fields_of(nobody) == {"on_call"}


async def test_a_queue_is_read_lane_by_lane_and_a_request_has_its_timeline(
    edge: Edge, ward: Ward
) -> None:
    patient = await edge.patient()
    asked = await ask_for(edge, ward, patient)
    path = f"/admin/departments/{ward.department}"
    lane = (await ward.admin.get(f"{path}/queue?lane=out&limit=1")).json
    assert (len(lane["out"]), lane["triage"], lane["confirmed"]) == (1, [], [])
    assert lane["counts"]["out"] >= 1
    for query in ("lane=nothing", "skip=-1", "limit=0"):
        assert fields_of(await ward.admin.get(f"{path}/queue?{query}"))
    base = f"{path}/requests/{asked}"
    urgent = await ward.admin.post(f"{base}/urgency", {"urgency": "urgent"})
    assert urgent.json["request"]["urgency"] == "urgent"
    assert fields_of(await ward.admin.post(f"{base}/ask", {"text": " "})) == {"text"}
    known = (await ward.admin.post(f"{base}/ask", {"text": "Since when?"})).json
    assert known["questions"][0]["text"] == "Since when?"
    kinds = [hop["kind"] for hop in known["timeline"]]
    assert kinds[0] == "requested"
    assert {"routed", "urgency_set", "asked_patient"} <= set(kinds)
    by = next(hop["by"] for hop in known["timeline"] if hop["kind"] == "urgency_set")
    assert by == {"role": "admin", "user": ward.admin.user}


async def test_other_times_are_held_and_no_more_than_three(edge: Edge) -> None:
    ward = await open_ward(edge)
    ben, patient = ward.doctors[1], await edge.patient()
    asked = await ask_for(edge, ward, patient)
    await set_hours(ben)
    start = on_day(edge, 16, 9)
    times = [(start + timedelta(hours=number)).isoformat() for number in range(4)]
    path = f"/doctor/requests/{asked}/propose"
    assert fields_of(await ben.post(path, {"starts": times}))
    assert fields_of(await ben.post(path, {"starts": []}))
    held = await ben.post(path, {"starts": times[:2], "hold_minutes": 60})
    assert held.status == 200, held.text
    assert held.json["status"] == "proposed"
    assert len(held.json["choices"]) == 2
    await edge.clinic.settled()


async def test_a_visit_begins_ends_and_comes_again(edge: Edge) -> None:
    ward = await open_ward(edge)
    mia, patient = ward.doctors[0], await edge.patient()
    asked = await ask_for(edge, ward, patient)
    await set_hours(mia, notice_minutes=0)
    await accept(edge, mia, asked, soon(edge))
    path = f"/doctor/visits/{asked}"
    early = await mia.post(f"{path}/no-show", {})
    assert early.status == 409
    assert (await mia.post(f"{path}/start", {})).json["status"] == "in_call"
    assert (await mia.post(f"{path}/finish", {})).json["status"] == "fulfilled"
    assert fields_of(await mia.get(f"{path}/series")) == {"every"}
    assert fields_of(await mia.get(f"{path}/series?every=week&count=53")) == {"count"}
    plan = (await mia.get(f"{path}/series?every=week&count=2")).json
    assert (len(plan["free"]), plan["clashes"]) == (2, [])
    booked = await mia.post(f"{path}/series", {"every": "week", "count": 2})
    assert [each["start"] for each in booked.json["booked"]] == [
        each["start"] for each in plan["free"]
    ]
    await edge.clinic.settled()
    query = f"date={plan['free'][0]['start'][:10]}&zone=UTC"
    day = (await ward.admin.get(f"/admin/departments/{ward.department}/day?{query}")).json
    assert day["counts"]["confirmed"] == 1
    nowhere = f"/admin/departments/{ward.department}/day?zone=Mars/Base"
    assert fields_of(await ward.admin.get(nowhere)) == {"zone"}


async def test_a_visit_is_reassigned_and_given_back(edge: Edge) -> None:
    ward = await open_ward(edge)
    (mia, ben), patient = ward.doctors, await edge.patient()
    asked = await ask_for(edge, ward, patient)
    await set_hours(mia)
    await set_hours(ben)
    await accept(edge, mia, asked, on_day(edge, 5, 10))
    path = f"/admin/departments/{ward.department}/requests/{asked}"
    assert fields_of(await ward.admin.post(f"{path}/reassign", {"doctor": "x"})) == {"doctor"}
    moved = await ward.admin.post(f"{path}/reassign", {"doctor": ben.user})
    assert moved.status == 200, moved.text
    await edge.clinic.settled()
    assert (await ward.admin.get(path)).json["doctor"]["name"] == "Dr Ben"
    mute = await ben.post(f"/doctor/visits/{asked}/give-back", {"reason": ""})
    assert fields_of(mute) == {"reason"}
    given = await ben.post(f"/doctor/visits/{asked}/give-back", {"reason": "Away."})
    assert given.status == 200, given.text
    await edge.clinic.settled()
    assert (await ward.admin.get(path)).json["status"] == "routed"


async def test_a_visit_is_cancelled_for_the_clinic_until_it_begins(edge: Edge) -> None:
    ward = await open_ward(edge)
    mia, patient = ward.doctors[0], await edge.patient()
    await set_hours(mia)
    base = f"/admin/departments/{ward.department}/requests"
    asked = await ask_for(edge, ward, patient)
    await accept(edge, mia, asked, on_day(edge, 5, 10))
    assert fields_of(await ward.admin.post(f"{base}/{asked}/decline", {"reason": " "})) == {
        "reason"
    }
    gone = await ward.admin.post(f"{base}/{asked}/decline", {"reason": "We are closed."})
    assert (gone.status, gone.json["status"]) == (200, "declined"), gone.text
    await edge.clinic.settled()
    mine = (await patient.get(f"/appointments/{asked}")).json
    assert (mine["status"], mine["closed_because"]) == ("declined", "We are closed.")
    assert mine["timeline"][-1]["start"] == mine["start"]
    offer = (await mia.get(f"/doctor/requests/{asked}")).json
    assert (offer["status"], offer["why"]) == ("cancelled", "declined")
    again = await ward.admin.post(f"{base}/{asked}/decline", {"reason": "Really."})
    assert (again.status, again.json["code"]) == (409, "request_over")


async def test_a_week_and_absences_speak_the_doctors_wall_time(edge: Edge, ward: Ward) -> None:
    ben = ward.doctors[1]
    await set_hours(ben)
    day = f"{on_day(edge, 30, 8):%Y-%m-%d}"
    offset = {"start": f"{day}T09:00:00+01:00", "end": f"{day}T10:00:00"}
    assert fields_of(await ben.post("/doctor/absences", offset)) == {"start"}
    away = {"start": f"{day}T09:00:00", "end": f"{day}T10:00:00"}
    preview = await ben.post("/doctor/absences/preview", away)
    assert preview.json["visits"] == []
    noted = await ben.post("/doctor/absences", {**away, "note": "A course"})
    assert noted.status == 201
    week = (await ben.get(f"/doctor/week?day={day}")).json
    assert len(week["days"]) == 7
    (shown,) = [each for each in week["days"] if each["day"] == day]
    assert [span["start"] for span in shown["off"]] == [preview.json["span"]["start"]]
    (absence,) = [each["id"] for each in noted.json["items"] if each["note"] == "A course"]
    gone = await ben.call("DELETE", f"/doctor/absences/{absence}")
    assert absence not in gone.text


async def test_clocks_that_a_law_moves_are_listed(ward: Ward) -> None:
    path = f"/admin/departments/{ward.department}/moved-clocks"
    assert (await ward.admin.get(path)).json == {"items": [], "count": 0, "next": None}
    assert fields_of(await ward.admin.post(f"{path}/notify", {"appointments": []}))


async def test_letters_tell_how_far_they_came_and_no_more(edge: Edge, ward: Ward) -> None:
    patient = await edge.patient()
    await ask_for(edge, ward, patient, reason="A secret of mine")
    path = f"/admin/accounts/{patient.user}/letters"
    found = await ward.admin.get(path)
    assert found.json["items"][-1]["topic"] == "received"
    assert "secret" not in found.text
    nothing = await ward.admin.post(f"{path}/99/resend", {})
    assert nothing.status in {404, 409}


async def test_anybody_may_read_what_to_do_in_an_emergency(edge: Edge, ward: Ward) -> None:
    assert (await edge.visitor.get("/clinic")).json["emergency"]
    wrong = await ward.admin.call("PUT", "/clinic", {"emergency": ""})
    assert fields_of(wrong) == {"emergency"}
