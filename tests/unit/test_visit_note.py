"""A visit note is drafted by the visit's doctors, locked by a signature, and summed up."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from actors.address import Address
from actors.appointment import DoctorRef, PatientRef
from actors.asked import Asked
from actors.call_session import messages as call_session
from actors.caller import Caller, Role, actor_caller
from actors.effects import Send
from actors.ids import AppointmentId, DoctorId, MessageId, PatientId
from actors.notify import messages as notify
from actors.refusal import Invalid, NotAllowed, NotFound, Refusal
from actors.visit_note.actor import ROOM
from actors.visit_note.messages import (
    LONGEST_SUMMARY,
    MOST_AMENDMENTS,
    Amendment,
    AmendNote,
    DraftNote,
    GetNote,
    GetSummary,
    NoteAmended,
    NoteDrafted,
    NoteSigned,
    NoteView,
    Parts,
    PeopleSet,
    SetPeople,
    SignNote,
    SummaryView,
    address_of,
)
from actors.visit_note.state import Note

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)
A1, A2 = AppointmentId("a1"), AppointmentId("a2")
DR_ANN, DR_BOB = DoctorRef(DoctorId("ann"), "Dr Ann"), DoctorRef(DoctorId("bob"), "Dr Bob")
PATIENT = PatientRef(PatientId("pat"), "Pat", "Europe/Paris", "fr")
ANN, BOB, PAT = (
    Caller("ann", Role.DOCTOR),
    Caller("bob", Role.DOCTOR),
    Caller("pat", Role.PATIENT),
)
SESSION = actor_caller(call_session.address_of(call_session.of_visit(A1)))
PEOPLE = SetPeople(A1, PATIENT, (DR_ANN, DR_BOB), NOON)
COUGH = Parts(subjective="Coughs.", plan="Rest.", summary="Rest, and drink a lot.")
OUTSIDE = [
    Caller("carl", Role.DOCTOR),
    Caller("ann", Role.PATIENT),
    Caller("pat", Role.DOCTOR),
    Caller("quin", Role.PATIENT),
    Caller("root", Role.ADMIN),
    Caller("me", Role.OPERATOR),
    Caller("ann", Role.GUEST, session=call_session.of_visit(A1)),
    Caller("", Role.NOBODY),
    SESSION,
]


class Bench:
    """The note of one visit, and a clock."""

    def __init__(self, *, of: SetPeople | None = PEOPLE) -> None:
        self.me = address_of(A1)
        self.state: Note = ROOM.born(A1)
        self.now = NOON
        self.journal: list[Any] = []
        self.sent: list[tuple[Address, Any]] = []
        if of is not None:
            self.tell(of, SESSION)

    def tell(self, command: msgspec.Struct, caller: Caller = ANN) -> Sequence[Any]:
        """Return the events of *command*; keep what they send."""
        asked = Asked(caller, self.now, MessageId(f"m{len(self.journal)}"))
        events = ROOM.decide(self.state, command, asked)
        for event in events:
            self.state = ROOM.evolve(self.state, event)
            self.journal.append(event)
            effects = ROOM.react(event, self.me)
            self.sent += [(each.to, each.command) for each in effects if isinstance(each, Send)]
        return events

    def refused(self, command: msgspec.Struct, caller: Caller = ANN) -> Refusal:
        """Return why *command* is refused; nothing changes."""
        before = self.state
        with pytest.raises(Refusal) as caught:
            self.tell(command, caller)
        assert self.state is before
        return caught.value

    def ask(self, query: msgspec.Struct, caller: Caller = ANN) -> Any:  # noqa: ANN401  any view
        """Return the view that answers *query*."""
        return ROOM.answer(self.state, query, Asked(caller, self.now, MessageId("query")))

    def note(self) -> NoteView:
        """Return the note as Dr Ann sees it."""
        view = self.ask(GetNote())
        assert isinstance(view, NoteView)
        return view

    def check_replay(self) -> None:
        """Hold that the state comes back from the journal, and both from their encoding."""
        replayed = ROOM.born(A1)
        for event in self.journal:
            encoded = msgspec.msgpack.encode(event)
            replayed = ROOM.evolve(replayed, msgspec.msgpack.decode(encoded, type=ROOM.event))
        assert replayed == self.state
        raw = msgspec.msgpack.encode(self.state)
        assert msgspec.msgpack.decode(raw, type=Note) == self.state


def signed(parts: Parts = COUGH) -> Bench:
    bench = Bench()
    bench.tell(DraftNote(0, parts))
    bench.tell(SignNote(1))
    return bench


# --- whose note ----------------------------------------------------------------------------------


def test_the_session_says_whose_visit_it_is() -> None:
    bench = Bench()
    assert bench.journal == [PeopleSet(A1, PATIENT, (DR_ANN, DR_BOB), NOON, NOON)]
    assert not bench.tell(PEOPLE, SESSION)
    assert bench.tell(replace(PEOPLE, doctors=(DR_BOB,)), SESSION)
    assert isinstance(bench.refused(DraftNote(0, COUGH), ANN), NotFound)
    assert bench.tell(DraftNote(0, COUGH), BOB)


@pytest.mark.parametrize(
    "caller",
    [ANN, PAT, actor_caller(call_session.address_of(call_session.of_visit(A2))), OUTSIDE[4]],
)
def test_nobody_else_says_who_may_write(caller: Caller) -> None:
    assert isinstance(Bench().refused(replace(PEOPLE, doctors=()), caller), NotAllowed)


def test_a_session_speaks_of_its_own_visit_alone() -> None:
    assert isinstance(Bench().refused(replace(PEOPLE, appointment=A2), SESSION), NotAllowed)


def test_a_note_of_no_visit_is_nobodys() -> None:
    bench = Bench(of=None)
    for caller in (ANN, PAT):
        assert isinstance(bench.refused(DraftNote(0, COUGH), caller), NotFound)
        with pytest.raises(NotFound):
            bench.ask(GetNote(), caller)


# --- drafting ------------------------------------------------------------------------------------


def test_a_note_is_drafted_version_by_version() -> None:
    bench = Bench()
    assert bench.note().version == 0
    assert bench.tell(DraftNote(0, COUGH)) == [NoteDrafted(A1, 1, COUGH, DR_ANN, NOON)]
    bench.now += timedelta(minutes=1)
    bench.tell(DraftNote(1, replace(COUGH, objective="Clear lungs.")), BOB)
    view = bench.note()
    assert (view.version, view.parts.objective) == (2, "Clear lungs.")
    assert (view.saved_at, view.signed_by) == (bench.now, None)
    bench.check_replay()


def test_who_typed_upon_an_older_version_is_told_so_and_nothing_is_lost() -> None:
    bench = Bench()
    bench.tell(DraftNote(0, COUGH), ANN)
    assert bench.refused(DraftNote(0, Parts(plan="Other.")), BOB).code == "note_changed"
    assert bench.refused(DraftNote(7, Parts(plan="Other.")), BOB).code == "note_changed"
    assert bench.note().parts == COUGH


def test_the_same_words_again_change_nothing_whatever_the_version() -> None:
    bench = Bench()
    assert not bench.tell(DraftNote(0, Parts()))
    bench.tell(DraftNote(0, COUGH))
    for version in (0, 1):
        spaced = replace(COUGH, plan=" Rest. \n")
        assert not bench.tell(DraftNote(version, spaced))


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (Parts(plan="x" * 8001), "plan"),
        (Parts(summary="x" * (LONGEST_SUMMARY + 1)), "summary"),
        (Parts(objective="\x07"), "objective"),
        (Parts(come_back=date(2026, 2, 28)), "come_back"),
        (Parts(come_back=date(2999, 1, 1)), "come_back"),
    ],
)
def test_what_does_not_fit_is_named(parts: Parts, field: str) -> None:
    refusal = Bench().refused(DraftNote(0, parts))
    assert isinstance(refusal, Invalid)
    assert list(refusal.fields) == [field]


@given(st.lists(st.tuples(st.sampled_from([ANN, BOB]), st.integers(0, 6)), max_size=30))
def test_a_save_is_kept_or_refused_and_never_written_over_unread(
    saves: list[tuple[Caller, int]],
) -> None:
    bench = Bench()
    for number, (caller, behind) in enumerate(saves):
        before = bench.state
        parts = Parts(plan=f"{number}")
        version = before.version - behind
        if behind == 0:
            bench.tell(DraftNote(version, parts), caller)
            assert (bench.state.version, bench.state.parts) == (before.version + 1, parts)
        else:
            assert bench.refused(DraftNote(version, parts), caller).code == "note_changed"
    bench.check_replay()


# --- signing -------------------------------------------------------------------------------------


def test_a_signature_locks_the_note_and_tells_the_patient() -> None:
    bench = Bench()
    bench.tell(DraftNote(0, COUGH))
    assert bench.tell(SignNote(1)) == [NoteSigned(A1, PATIENT, 1, DR_ANN, True, NOON, NOON)]
    notice = notify.Notice(notify.Topic.SUMMARY, A1, NOON, with_name="Dr Ann")
    assert bench.sent == [(notify.address_of("pat"), notify.Notify(notice))]
    assert bench.refused(DraftNote(1, Parts())).code == "note_final"
    assert (bench.note().signed_by, bench.note().signed_at) == (DR_ANN, NOON)
    bench.check_replay()


def test_a_note_is_signed_once_and_as_it_reads() -> None:
    bench = Bench()
    assert bench.refused(SignNote(0)).code == "nothing_written"
    bench.tell(DraftNote(0, COUGH))
    assert bench.refused(SignNote(0)).code == "note_changed"
    bench.tell(SignNote(1))
    assert not bench.tell(SignNote(1))
    assert bench.refused(SignNote(1), BOB).code == "note_final"
    assert len(bench.sent) == 1


def test_an_emptied_note_is_not_signed() -> None:
    bench = Bench()
    bench.tell(DraftNote(0, COUGH))
    bench.tell(DraftNote(1, Parts()))
    assert bench.refused(SignNote(2)).code == "nothing_written"


def test_without_a_summary_the_patient_is_told_nothing() -> None:
    bench = signed(replace(COUGH, summary=""))
    assert bench.sent == []
    for caller in (PAT, ANN):
        with pytest.raises(NotFound):
            bench.ask(GetSummary(), caller)


# --- amending ------------------------------------------------------------------------------------


def test_a_signed_note_is_amended_and_not_changed() -> None:
    bench = signed()
    bench.now += timedelta(days=1)
    added = Amendment("The swab was negative.", DR_BOB, bench.now)
    assert bench.tell(AmendNote(" The swab was negative."), BOB) == [NoteAmended(A1, added)]
    assert (bench.note().parts, bench.note().amendments) == (COUGH, (added,))
    assert isinstance(bench.refused(AmendNote(" ")), Invalid)
    bench.check_replay()


def test_a_draft_is_changed_and_not_amended() -> None:
    assert Bench().refused(AmendNote("More.")).code == "not_signed"


def test_amendments_have_an_end() -> None:
    bench = signed()
    for number in range(MOST_AMENDMENTS):
        bench.tell(AmendNote(f"{number}"))
    assert bench.refused(AmendNote("One more.")).code == "too_many_amendments"


# --- who reads -----------------------------------------------------------------------------------


def test_the_patient_reads_the_summary_once_it_is_signed_and_nothing_else() -> None:
    bench = Bench()
    back = replace(COUGH, come_back=date(2026, 3, 16))
    bench.tell(DraftNote(0, back))
    with pytest.raises(NotFound):
        bench.ask(GetSummary(), PAT)
    bench.tell(SignNote(1))
    view = bench.ask(GetSummary(), PAT)
    assert view == SummaryView(A1, PATIENT, DR_ANN, NOON, back.summary, back.come_back, NOON)
    assert view == bench.ask(GetSummary(), BOB)
    with pytest.raises(NotFound):
        bench.ask(GetNote(), PAT)
    assert not ROOM.may_watch(bench.state, PAT)


@pytest.mark.parametrize("caller", OUTSIDE)
def test_nobody_else_learns_that_there_is_a_note(caller: Caller) -> None:
    bench = signed()
    for query in (GetNote(), GetSummary()):
        with pytest.raises(NotFound):
            bench.ask(query, caller)
    for command in (DraftNote(1, Parts()), SignNote(1), AmendNote("No.")):
        assert isinstance(bench.refused(command, caller), NotFound)
    assert not ROOM.may_watch(bench.state, caller)


def test_the_doctors_watch_and_no_word_is_printed() -> None:
    bench = signed()
    assert ROOM.may_watch(bench.state, ANN)
    assert ROOM.may_watch(bench.state, BOB)
    assert "Coughs" not in repr(bench.state)
    assert tuple(ROOM.about(bench.journal[-1])) == (A1,)
