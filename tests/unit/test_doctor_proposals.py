"""Other times: held for the patient to choose one, for a request or for a visit that stands."""

from datetime import datetime, timedelta

import pytest

from actors.admin_router import messages as router
from actors.caller import Caller, Role
from actors.doctor import messages as doctor
from actors.doctor.messages import Closed, OfferStatus
from actors.ids import AppointmentId
from actors.refusal import NotFound, Refusal
from tests.unit.doctor_support import FIRST, PAT, SECOND, THIRD, Ann, at, request

A1 = AppointmentId("a1")


def proposing(ann: Ann, *starts: datetime, minutes: int = 60) -> object:
    """Let Ann propose; return the event."""
    [proposed] = ann.tell(doctor.ProposeTimes(A1, starts, minutes))
    return proposed


def refusal(ann: Ann, command: doctor.Command, caller: Caller | None = None) -> Refusal:
    with pytest.raises(Refusal) as caught:
        ann.tell(command, *([caller] if caller else []))
    return caught.value


def offered() -> Ann:
    ann = Ann()
    ann.offer(request())
    ann.words()
    ann.letters()
    return ann


def test_up_to_three_times_are_held_until_the_patient_has_chosen() -> None:
    ann = offered()
    proposing(ann, THIRD, FIRST, SECOND)
    [word] = ann.words()
    assert isinstance(word, router.RecordProposal)
    assert [each.start for each in word.spans] == [FIRST, SECOND, THIRD]
    assert (word.round, word.until) == (1, at(60))
    seen = ann.seen(A1)
    assert seen.status is OfferStatus.PROPOSED
    assert [each.start for each in seen.choices] == [FIRST, SECOND, THIRD]
    assert seen.until == at(60)
    [declined] = ann.book(request("other"), SECOND)
    assert declined.reason == "time_taken"


def test_the_time_that_the_patient_takes_stands_and_the_others_are_free() -> None:
    ann = offered()
    proposing(ann, FIRST, SECOND)
    [confirmed] = ann.route(doctor.GrantClaim(A1, 1, SECOND))
    assert (confirmed.start, confirmed.moved) == (SECOND, False)
    assert [each.span.start for each in ann.state.booked(ann.now)] == [SECOND]


def test_a_grant_without_a_start_is_enough_for_a_single_time() -> None:
    ann = offered()
    proposing(ann, FIRST)
    assert ann.route(doctor.GrantClaim(A1, 1))


def test_a_grant_of_a_time_that_is_not_held_changes_nothing() -> None:
    ann = offered()
    proposing(ann, FIRST, SECOND)
    assert not ann.route(doctor.GrantClaim(A1, 1, THIRD))
    assert not ann.route(doctor.GrantClaim(A1, 1))
    assert not ann.route(doctor.GrantClaim(A1, 2, FIRST))


@pytest.mark.parametrize("why", [Closed.REFUSED, Closed.LAPSED, Closed.PULLED_BACK])
def test_a_proposal_that_is_closed_frees_all_its_times(why: Closed) -> None:
    ann = offered()
    proposing(ann, FIRST, SECOND)
    [closed] = ann.route(doctor.CloseOffer(A1, 1, why))
    assert closed.round == 1
    assert not ann.state.booked(ann.now)
    assert ann.seen(A1).why is why


def test_a_request_may_come_back_after_its_times_were_refused() -> None:
    ann = offered()
    proposing(ann, FIRST)
    ann.route(doctor.CloseOffer(A1, 1, Closed.REFUSED))
    ann.offer(request(), 2)
    assert ann.seen(A1).status is OfferStatus.OPEN
    proposing(ann, SECOND)
    assert not ann.route(doctor.CloseOffer(A1, 1, Closed.REFUSED))
    assert ann.route(doctor.GrantClaim(A1, 2, SECOND))


def test_proposed_times_are_let_go_at_the_latest_when_the_last_begins() -> None:
    ann = offered()
    proposing(ann, FIRST, SECOND, minutes=24 * 60)
    assert ann.seen(A1).until == SECOND


@pytest.mark.parametrize(
    ("starts", "minutes", "field"),
    [
        ((), 60, "starts"),
        ((FIRST, SECOND, THIRD, at(140)), 60, "starts"),
        ((FIRST, FIRST), 60, "starts"),
        ((FIRST, at(50)), 60, "starts"),
        ((at(0),), 60, "starts"),
        ((at(400 * 24 * 60),), 60, "starts"),
        ((FIRST.replace(tzinfo=None),), 60, "starts"),
        ((FIRST,), 4, "hold_minutes"),
        ((FIRST,), 14 * 24 * 60 + 1, "hold_minutes"),
    ],
)
def test_what_can_be_proposed(starts: tuple[datetime, ...], minutes: int, field: str) -> None:
    said = refusal(offered(), doctor.ProposeTimes(A1, starts, minutes))
    assert set(said.fields) == {field}


def test_a_proposed_time_lies_over_no_visit() -> None:
    ann = offered()
    ann.visit(request("other"), SECOND)
    assert refusal(ann, doctor.ProposeTimes(A1, (FIRST, at(90)))).code == "time_taken"


def test_proposing_twice_is_proposing_once() -> None:
    ann = offered()
    proposing(ann, FIRST, SECOND)
    assert not ann.tell(doctor.ProposeTimes(A1, (SECOND, FIRST)))
    for command in (
        doctor.ProposeTimes(A1, (THIRD,)),
        doctor.AcceptRequest(A1),
        doctor.AcceptRequest(A1, FIRST),
        doctor.DeclineRequest(A1, "No."),
    ):
        assert refusal(ann, command).code == "times_proposed"


def test_who_has_accepted_proposes_nothing() -> None:
    ann = offered()
    ann.tell(doctor.AcceptRequest(A1))
    assert refusal(ann, doctor.ProposeTimes(A1, (SECOND,))).code == "already_accepted"


@pytest.mark.parametrize("caller", [PAT, Caller("bob", Role.DOCTOR), Caller("root", Role.ADMIN)])
def test_only_the_doctor_proposes(caller: Caller) -> None:
    assert type(refusal(offered(), doctor.ProposeTimes(A1, (FIRST,)), caller)) is NotFound


# --- for a visit that stands ---------------------------------------------------------------------


def standing() -> Ann:
    ann = Ann()
    ann.visit(request(), FIRST)
    ann.words()
    ann.letters()
    return ann


def test_a_visit_keeps_its_time_until_the_patient_takes_another() -> None:
    ann = standing()
    proposing(ann, SECOND, THIRD)
    [word] = ann.words()
    assert word.round == 1
    seen = ann.seen(A1)
    assert (seen.status, seen.start) == (OfferStatus.CONFIRMED, FIRST)
    assert [each.start for each in seen.choices] == [SECOND, THIRD]
    [confirmed] = ann.route(doctor.GrantClaim(A1, 1, THIRD))
    assert (confirmed.round, confirmed.start, confirmed.moved) == (1, THIRD, True)
    assert [each.span.start for each in ann.state.booked(ann.now)] == [THIRD]


def test_a_visit_may_be_proposed_a_time_that_laps_over_its_own() -> None:
    ann = standing()
    proposing(ann, FIRST + timedelta(minutes=10))
    assert ann.route(doctor.GrantClaim(A1, 1))


def test_refused_times_leave_the_visit_where_it_is() -> None:
    ann = standing()
    proposing(ann, SECOND)
    assert ann.route(doctor.CloseOffer(A1, 1, Closed.REFUSED))
    assert not ann.route(doctor.CloseOffer(A1, 1, Closed.REFUSED))
    assert ann.seen(A1).start == FIRST
    assert [each.span.start for each in ann.state.booked(ann.now)] == [FIRST]


def test_a_visit_that_is_being_moved_or_has_begun_is_not_proposed_other_times() -> None:
    ann = standing()
    assert set(refusal(ann, doctor.ProposeTimes(A1, (FIRST,))).fields) == {"starts"}
    proposing(ann, SECOND)
    assert refusal(ann, doctor.ProposeTimes(A1, (THIRD,))).code == "move_under_way"
    ann.route(doctor.CloseOffer(A1, 1, Closed.LAPSED))
    ann.now = FIRST
    assert refusal(ann, doctor.ProposeTimes(A1, (THIRD,))).code == "visit_begun"
    ann.tell(doctor.FinishVisit(A1))
    assert refusal(ann, doctor.ProposeTimes(A1, (THIRD,))).code == "visit_over"
