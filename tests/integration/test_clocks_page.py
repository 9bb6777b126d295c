"""Visits that a change of law has moved on some clock: listed for administrators, patients told."""

from zoneinfo import ZoneInfo

import pytest

from actors.zones import ZONES
from tests.edge import Edge
from tests.integration.pages_support import Tab, place, tab_of, text_of
from tests.integration.visits_support import booked, hidden_in, open_practice

PAGE = "/clocks"


async def test_patients_are_told_what_their_clocks_show_now(
    edge: Edge, monkeypatch: pytest.MonkeyPatch
) -> None:
    practice = await open_practice(edge)
    person = await edge.patient("Clo Ck")
    patient, admin = await tab_of(edge, person), await tab_of(edge, practice.ward.admin)
    appointment = (await booked(edge, patient, practice)).rsplit("/", 1)[1]
    assert appointment not in (await admin.open(PAGE)).text
    law = {**ZONES, "Europe/Berlin": ZoneInfo("Asia/Tokyo")}
    for room in ("admin_router", "patient"):
        monkeypatch.setattr(f"actors.{room}.state.clocks.ZONES", law)
    shown = await admin.open(PAGE)
    assert f"/board/{practice.ward.department}/{appointment}" in shown.text
    assert "Europe/Berlin: " in text_of(shown)
    assert "told: " in text_of(shown)
    told = await admin.send_fields(f"/clocks/{practice.ward.department}/tell", hidden_in(shown))
    assert place(told) == "/clocks?said=clocks"
    await edge.clinic.settled()
    assert appointment not in (await admin.open(PAGE)).text
    assert "Clocks" in text_of(await patient.open("/notices"))


async def test_only_administrators_see_changed_clocks(edge: Edge) -> None:
    patient = await tab_of(edge, await edge.patient())
    for tab, status in ((patient, 403), (Tab(edge), 401)):
        assert (await tab.open(PAGE)).status == status
        assert (await tab.send("/clocks/heart/tell", once="1")).status == status
