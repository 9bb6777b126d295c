"""Setting a department and the clinic up on pages: what does not fit is said, and stays typed."""

from typing import Any

from tests.edge import Edge, Ward, open_ward
from tests.integration.pages_support import Tab, place, tab_of, text_of
from tests.integration.visits_support import hidden_in

VISIT = {
    "name": "Check-up",
    "medium": "audio",
    "asking": "times",
    "minutes": "30",
    "notice_minutes": "120",
    "capacity": "1",
    "cutoff_minutes": "60",
    "most_per_day": "2",
    "hold_minutes": "5",
}


async def desk_of(edge: Edge) -> tuple[Ward, Tab, str]:
    """Return a new ward, its administrator's browser and its page."""
    ward = await open_ward(edge)
    return ward, await tab_of(edge, ward.admin), f"/departments/{ward.department}"


async def set_up(ward: Ward) -> dict[str, Any]:
    """Return how the ward is set up."""
    found: dict[str, Any] = (await ward.admin.get(f"/admin/departments/{ward.department}")).json
    return found


async def test_a_kind_of_visit_is_added_changed_and_removed(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    wrong = await tab.send_fields(f"{path}/visits/new", {"once": "1", **VISIT, "capacity": "0"})
    assert wrong.status == 422
    assert 'href="#f-capacity"' in wrong.text
    assert 'value="Check-up"' in wrong.text
    assert 'value="audio" selected' in wrong.text
    for _ in range(2):
        kept = await tab.send_fields(f"{path}/visits/new", {"once": "2", **VISIT})
        assert place(kept) == f"{path}/visits?said=visit-type"
    (visit,) = (await set_up(ward))["visits"]
    assert (visit["name"], visit["asking"], visit["minutes"]) == ("Check-up", "times", 30)
    assert visit["window_days"] is None
    page = await tab.open(f"{path}/visits/{visit['id']}")
    assert 'value="120"' in page.text
    changed = {"once": "3", **VISIT, "minutes": ""}
    await tab.send_fields(f"{path}/visits/{visit['id']}", changed)
    (visit,) = (await set_up(ward))["visits"]
    assert visit["minutes"] is None
    gone = await tab.send(f"{path}/visits/{visit['id']}/remove", once="4")
    assert place(gone) == f"{path}/visits?said=visit-type-removed"
    assert (await tab.open(f"{path}/visits/{visit['id']}")).status == 404


async def test_a_group_shares_by_weight_and_priority(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    mia, ben = (each.user for each in ward.doctors)
    fields = {"name": "Hearts", "mode": "balanced", f"member-{mia}": "y", f"member-{ben}": "y"}
    heavy = {f"weight-{mia}": "101", f"priority-{mia}": "0"}
    wrong = await tab.send_fields(f"{path}/groups/hearts", {"once": "1", **fields, **heavy})
    assert wrong.status == 422
    assert 'value="101"' in wrong.text
    shares = {f"weight-{mia}": "2", f"priority-{mia}": "1", f"weight-{ben}": "1"}
    fields |= shares | {f"priority-{ben}": "0"}
    kept = await tab.send_fields(f"{path}/groups/hearts", {"once": "2", **fields})
    assert place(kept) == f"{path}/groups/hearts?said=group"
    (group,) = (await set_up(ward))["groups"]
    assert group["mode"] == "balanced"
    assert group["shares"] == [{"doctor": mia, "weight": 2, "priority": 1}]
    needed = await tab.send(f"{path}/groups/hearts/remove", once="3")
    assert needed.status == 409
    assert 'class="errors"' in needed.text
    assert (await tab.open(f"{path}/groups/nothing")).status == 404


async def test_rules_are_added_ordered_and_removed(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    base = f"{path}/categories/palpitations"
    mia = ward.doctors[0].user
    wrong = await tab.send(f"{base}/rules/new", once="1", was="", name="", age_from="9", age_to="3")
    assert wrong.status == 422
    assert 'href="#f-name"' in wrong.text
    assert 'href="#f-age_to"' in wrong.text
    young = {"was": "", "name": "Young", "age_to": "17", "to": f"doctor:{mia}"}
    assert place(await tab.send_fields(f"{base}/rules/new", {"once": "2", **young})).endswith(
        "rule"
    )
    hindi = {"was": "", "name": "Hindi", "languages": "Hindi", "to": "group:hearts", "on_duty": "y"}
    await tab.send_fields(f"{base}/rules/new", {"once": "3", **hindi})
    assert await rules_of(ward) == ["Young", "Hindi"]
    moved = await tab.send(f"{base}/rules/2/move", once="4", was="Hindi", to="up")
    assert place(moved) == f"{base}?said=rule-moved"
    assert await rules_of(ward) == ["Hindi", "Young"]
    await tab.send(f"{base}/rules/2/remove", once="5", was="Hindi")
    assert await rules_of(ward) == ["Young"]
    page = await tab.open(f"{base}/rules/1")
    assert f'value="doctor:{mia}" selected' in page.text
    for nowhere in ("0", "2", "x"):
        assert (await tab.open(f"{base}/rules/{nowhere}")).status == 404


async def test_two_who_change_a_category_at_once_lose_nothing(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    base = f"{path}/categories/palpitations"
    await tab.send(f"{base}/rules/new", once="1", was="", name="Young", age_to="17", to="")
    mine, other = hidden_in(await tab.open(f"{base}/rules/1")), await tab.open(f"{base}/rules/new")
    elder = {**hidden_in(other), "name": "Old", "age_from": "70", "to": ""}
    assert place(await tab.send_fields(f"{base}/rules/new", elder)).endswith("rule")
    typed = {**mine, "name": "Younger", "age_to": "12", "to": ""}
    late = await tab.send_fields(f"{base}/rules/1", typed)
    assert late.status == 409
    assert "has changed this category meanwhile" in late.text
    assert 'value="Younger"' in late.text
    assert await rules_of(ward) == ["Young", "Old"]
    again = {**typed, **hidden_in(late)}
    for _ in range(2):
        assert place(await tab.send_fields(f"{base}/rules/1", again)).endswith("rule")
    assert await rules_of(ward) == ["Younger", "Old"]
    question = {**hidden_in(other), "text": "Any pain?", "kind": "yes_no"}
    assert (await tab.send_fields(f"{base}/questions/new", question)).status == 409
    assert (await tab.send_fields(base, {**hidden_in(other), "name": "Rhythm"})).status == 409


async def rules_of(ward: Ward) -> list[str]:
    """Return the names of the category's rules, in order."""
    (category,) = (await set_up(ward))["categories"]
    return [rule["name"] for rule in category["rules"]]


async def test_questions_are_asked_in_order_with_their_red_flags(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    base = f"{path}/categories/palpitations"
    pain = {"text": "Any pain?", "kind": "choice", "choices": "None\nSome\nStrong", "required": "y"}
    wrong = await tab.send_fields(f"{base}/questions/new", {"once": "1", **pain, "red": "Terrible"})
    assert wrong.status == 422
    assert "“Terrible” is not one of the answers" in wrong.text
    assert "Strong</textarea>" in wrong.text
    await tab.send_fields(f"{base}/questions/new", {"once": "2", **pain, "red": "strong"})
    faint = {"once": "3", "text": "Did you faint?", "kind": "yes_no", "red": "yes"}
    kept = await tab.send_fields(f"{base}/questions/new", faint)
    assert place(kept) == f"{base}?said=question"
    (category,) = (await set_up(ward))["categories"]
    first, second = category["questions"]
    assert (first["red"], first["required"]) == (["Strong"], True)
    moved = await tab.send(f"{base}/questions/{second['id']}/move", once="4", to="up")
    assert place(moved) == f"{base}?said=question-moved"
    page = text_of(await tab.open(base))
    assert page.index("Did you faint?") < page.index("Any pain?")
    gone = await tab.send(f"{base}/questions/{first['id']}/remove", once="5")
    assert place(gone) == f"{base}?said=question-removed"
    assert "Any pain?" not in text_of(await tab.open(base))


async def test_a_category_keeps_its_rules_when_its_name_changes(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    base = f"{path}/categories/palpitations"
    await tab.send(f"{base}/rules/new", once="1", was="", name="Always", to="")
    kept = await tab.send(base, once="2", name="Racing heart", group="")
    assert place(kept) == f"{base}?said=category"
    assert await rules_of(ward) == ["Always"]
    assert "triage by hand" in text_of(await tab.open(base))
    nameless = await tab.send(base, once="3", name=" ", group="")
    assert nameless.status == 422
    gone = await tab.send(f"{base}/remove", once="4")
    assert place(gone) == f"{path}?said=category-removed"
    assert (await tab.open(base)).status == 404


async def test_a_policy_names_who_is_on_call(edge: Edge) -> None:
    ward, tab, path = await desk_of(edge)
    ben = ward.doctors[1].user
    policy = {"reminder_minutes": "60, 1440", "proposal_minutes": "90", "earlier_minutes": "20"}
    for reminders in ("soon", "0", "1.5"):
        fields = {"once": reminders, **policy, "reminder_minutes": reminders, "on_call": ben}
        wrong = await tab.send_fields(f"{path}/policy", fields)
        assert wrong.status == 422
        assert 'href="#policy-reminder_minutes"' in wrong.text
        assert f'value="{ben}" selected' in wrong.text
    kept = await tab.send_fields(f"{path}/policy", {"once": "k", **policy, "on_call": ben})
    assert place(kept) == f"{path}?said=policy"
    found = (await set_up(ward))["policy"]
    assert found == {
        "reminder_minutes": [1440, 60],
        "proposal_minutes": 90,
        "earlier_minutes": 20,
        "on_call": {"id": ben, "name": "Dr Ben"},
    }


async def test_the_clinic_has_its_own_emergency_wording_and_closures(edge: Edge) -> None:
    ward, tab, _ = await desk_of(edge)
    before = (await ward.admin.get("/clinic")).json["emergency"]
    empty = await tab.send("/clinic/emergency", once="1", emergency=" ")
    assert empty.status == 422
    assert 'href="#emergency-emergency"' in empty.text
    kept = await tab.send("/clinic/emergency", once="2", emergency="Dial 112 & stay calm.")
    assert place(kept) == "/clinic?said=emergency"
    assert "Dial 112 &amp; stay calm." in (await tab.open("/clinic")).text
    patient = await tab_of(edge, await edge.patient("Dan Ger"))
    for each, path in ((patient, "/home"), (Tab(edge), "/"), (Tab(edge), "/sign-in")):
        assert (await each.open(path)).text.count("Dial 112 &amp; stay calm.") == 1
    wrong = await tab.send("/clinic/closures", once="3", name="Feast", first="", last="2031-01-01")
    assert wrong.status == 422
    assert 'href="#closure-first"' in wrong.text
    feast = {"name": "Feast", "first": "2029-12-25", "last": "2029-12-26"}
    closed = await tab.send_fields("/clinic/closures", {"once": "4", **feast})
    assert place(closed) == "/clinic?said=closure"
    await edge.clinic.settled()
    doctor = await tab_of(edge, ward.doctors[0])
    assert "Feast" in text_of(await doctor.open("/absences"))
    opened = await tab.send_fields("/clinic/closures/remove", {"once": "5", **feast})
    assert place(opened) == "/clinic?said=closure-removed"
    await tab.send("/clinic/emergency", once="6", emergency=before)
    await edge.clinic.settled()
    said = (await ward.admin.get("/clinic")).json
    assert said == {"emergency": before, "closures": [], "phone": ""}


async def test_the_clinic_has_a_telephone_number(edge: Edge) -> None:
    ward, tab, _ = await desk_of(edge)
    wrong = await tab.send("/clinic/phone", once="1", phone="ring us")
    assert wrong.status == 422
    assert 'href="#phone-phone"' in wrong.text
    assert 'value="ring us"' in wrong.text
    kept = await tab.send("/clinic/phone", once="2", phone="+49 30 901820")
    assert place(kept) == "/clinic?said=phone"
    assert 'value="+49 30 901820"' in (await tab.open("/clinic")).text
    assert (await ward.admin.get("/clinic")).json["phone"] == "+49 30 901820"
    await tab.send("/clinic/phone", once="3", phone="")
    assert (await ward.admin.get("/clinic")).json["phone"] == ""


async def test_letters_are_listed_and_sent_again(edge: Edge) -> None:
    ward, tab, _ = await desk_of(edge)
    patient = await edge.patient("Let Ter")
    assert (await patient.post("/appointments", ward.wish())).status == 201
    await edge.clinic.settled()
    path = f"/accounts/{patient.user}/letters"
    page = await tab.open(path)
    assert "Letters to Let Ter" in text_of(page)
    assert "Request received" in text_of(page)
    nothing = await tab.send(f"{path}/99/resend", once="1")
    assert nothing.status in {404, 409}
