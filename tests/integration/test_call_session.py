"""A visit's call in a whole clinic: real bus, real store, every room; no media worker."""

from datetime import timedelta
from pathlib import Path

import pytest

from actors.appointment import DoctorRef, PatientRef
from actors.call_session import messages as calls
from actors.call_session.messages import (
    CallLog,
    CallView,
    EndCall,
    GetCall,
    GetLog,
    GetSignals,
    JoinCall,
    LoseLeg,
    Outcome,
    Part,
    SendSignal,
    SetVisit,
    Signal,
    Signals,
    TakeSeat,
    of_visit,
)
from actors.caller import Caller, Role, actor_caller
from actors.conversation import messages as conversation
from actors.conversation.messages import CallItem, Items, ListItems, RecordVisit, VisitStep
from actors.ids import AppointmentId, DoctorId, LegId, PatientId
from actors.media import Mode
from actors.patient import messages as patient
from actors.phone import messages as phone
from actors.refusal import Refusal
from actors.visit_note import messages as visit_note
from actors.visit_type import Medium
from tests.clinic import Clinic, open_clinic

A1 = AppointmentId("visit-1")
HERE = calls.address_of(of_visit(A1))
DR_ANN = DoctorRef(DoctorId("ann"), "Dr Ann")
PATIENT = PatientRef(PatientId("pat"), "Pat", "Europe/Paris")
PAIR = conversation.between(PATIENT.id, DR_ANN.id)
ANN, PAT, QUIN = (
    Caller("ann", Role.DOCTOR),
    Caller("pat", Role.PATIENT),
    Caller("quin", Role.PATIENT),
)
BY_PATIENT = actor_caller(patient.address_of(PATIENT.id))
KEY = "k" * 87


async def opened(clinic: Clinic) -> None:
    """Let a visit of Pat with Dr Ann stand now, and their thread be open."""
    now = clinic.clock.now()
    visit = SetVisit(A1, PAIR, PATIENT, DR_ANN, now, now + timedelta(hours=1), Medium.VIDEO)
    await clinic.client.tell(HERE, visit, BY_PATIENT)
    thread = RecordVisit(A1, VisitStep.CONFIRMED, DR_ANN, "Pat", now, now + timedelta(hours=1))
    await clinic.client.tell(conversation.address_of(PAIR), thread, BY_PATIENT)
    await clinic.settled()


async def join(clinic: Clinic, who: Caller, *, ring: bool = False) -> None:
    """Let *who* come into the call."""
    leg = LegId(f"{who.user}-1")
    await clinic.client.tell(HERE, JoinCall(leg, Medium.VIDEO, (), KEY, ring), who)
    await clinic.settled()


async def seen(clinic: Clinic, who: Caller) -> CallView:
    """Return the session as *who* sees it."""
    return await clinic.client.ask(HERE, GetCall(), CallView, who)


async def phone_of(clinic: Clinic, who: Caller) -> phone.PhoneView:
    """Return what rings at *who*'s, and which call they are in."""
    at = phone.address_of(who.user)
    return await clinic.client.ask(at, phone.GetPhone(), phone.PhoneView, who)


async def test_a_visit_from_the_ring_to_its_outcome(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        await opened(clinic)
        await clinic.client.tell(HERE, TakeSeat(LegId("pat-0")), PAT)
        await join(clinic, ANN, ring=True)
        [ringing] = (await phone_of(clinic, PAT)).ringing
        assert (ringing.from_name, ringing.appointment) == ("Dr Ann", A1)
        await join(clinic, PAT)
        both = [await phone_of(clinic, who) for who in (PAT, ANN)]
        assert [each.ringing for each in both] == [(), ()]
        assert [each.engaged and each.engaged.call for each in both] == [of_visit(A1)] * 2
        view = await seen(clinic, PAT)
        assert (view.part, view.mode, view.relay) == (Part.PATIENT, Mode.DIRECT, False)
        await clinic.client.tell(HERE, EndCall(Outcome.COMPLETED), ANN)
        await clinic.settled()
        assert (await phone_of(clinic, PAT)).engaged is None
        at = conversation.address_of(PAIR)
        items = (await clinic.client.ask(at, ListItems(), Items, PAT)).items
        assert [each.by for each in items if isinstance(each, CallItem)] == ["ann"]
        log = await clinic.client.ask(HERE, GetLog(), CallLog, ANN)
        assert isinstance(log.events[-1], calls.OutcomeSet)
        assert await clinic.journal.dead_letters() == []


async def test_the_doctors_of_a_visit_may_write_its_note(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        await opened(clinic)
        at = visit_note.address_of(A1)
        note = await clinic.client.ask(at, visit_note.GetNote(), visit_note.NoteView, ANN)
        assert (note.patient, note.doctors) == (PATIENT, (DR_ANN,))


async def test_a_call_goes_on_where_it_was_after_a_restart(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        await opened(clinic)
        await join(clinic, ANN)
        await join(clinic, PAT)
        before = [await seen(clinic, who) for who in (ANN, PAT)]
        run = await told(clinic, 1)
    async with open_clinic(tmp_path) as clinic:
        assert [await seen(clinic, who) for who in (ANN, PAT)] == before
        assert await told(clinic, 2) != run


async def told(clinic: Clinic, number: int) -> str:
    """Let Pat's page tell Dr Ann's something; return the run in which it is held."""
    signal = SendSignal(LegId("pat-1"), LegId("ann-1"), number, Signal.DESCRIPTION, "{}")
    await clinic.client.tell(HERE, signal, PAT)
    held = await clinic.client.ask(HERE, GetSignals(LegId("ann-1"), 0), Signals, ANN)
    assert [each.number for each in held.signals] == [1]
    return held.run


async def test_a_stranger_finds_nothing_there(tmp_path: Path) -> None:
    async with open_clinic(tmp_path) as clinic:
        await opened(clinic)
        await join(clinic, ANN)
        leg = LegId("ann-1")
        for command in (TakeSeat(leg), LoseLeg(leg), JoinCall(leg, Medium.VIDEO, (), KEY)):
            with pytest.raises(Refusal) as refused:
                await clinic.client.tell(HERE, command, QUIN)
            assert refused.value.code == "not_found"
        with pytest.raises(Refusal):
            await seen(clinic, QUIN)
        with pytest.raises(Refusal):
            await clinic.client.watch(HERE, "edge.test.quin", 0, QUIN)
