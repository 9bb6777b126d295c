"""What somebody asks for, as the request form says it."""

from dataclasses import dataclass

from aiohttp import web

from actors.appointment import DoctorRef, Urgency
from actors.directory.messages import Departments, ListedCategory, ListedDepartment
from actors.ids import DepartmentId
from actors.intake import Answer, trouble_with
from actors.patient.messages import Appointments, AppointmentView, ListAppointments
from actors.visit_type import Asking
from http_edge.ask import ask
from http_edge.lookup import Offered, visit_of
from http_edge.open_times import Wanted
from http_edge.pages.forms import Form
from http_edge.pages.patient import me

LATELY = 50
LONGEST_ANSWER = 1000


@dataclass(frozen=True, slots=True)
class Chosen:
    """How far somebody has chosen: a category, and (where it is clear) a kind of visit."""

    department: ListedDepartment
    category: ListedCategory
    offered: Offered | None


def chosen_in(typed: dict[str, str], listed: Departments) -> Chosen | None:
    """Return what `category` (`department/category`) and `visit` choose; the only one is chosen."""
    all_of_them = [
        (department, category) for department in listed.items for category in department.categories
    ]
    wanted = typed.get("category", "")
    found = [each for each in all_of_them if f"{each[0].id}/{each[1].id}" == wanted]
    if not wanted and len(all_of_them) == 1:
        found = all_of_them
    if not found:
        return None
    department, category = found[0]
    visit = visit_of(category, typed.get("visit", ""))
    return Chosen(department, category, Offered(department, category, visit) if visit else None)


@dataclass(frozen=True, slots=True)
class Wish:
    """What was typed about the visit itself, read and found to fit."""

    offered: Offered
    reason: str
    urgency: Urgency
    answers: tuple[Answer, ...]
    same_doctor: bool
    earlier: bool

    def wanted(self, before: DoctorRef | None) -> Wanted:
        """Return what free times suit; those of the doctor from *before* if they are wished for."""
        return Wanted(
            department=DepartmentId(self.offered.department.id),
            category=self.offered.category.id,
            visit=self.offered.visit,
            answers=self.answers,
            preferred=before.id if before and self.same_doctor else None,
        )


def read_wish(form: Form, offered: Offered) -> Wish | None:
    """Read reason, urgency and answers; what does not fit is noted in *form*."""
    reason = form.text("reason", most=2000, needed="Say what is the matter.")
    urgency: Urgency | None = Urgency.ROUTINE
    if offered.visit.asking is not Asking.DIRECT:
        urgency = form.choice("urgency", Urgency, "Choose how soon you should be seen.")
    answers = _answers(form, offered)
    if not form.ok or urgency is None:
        return None
    return Wish(
        offered=offered,
        reason=reason,
        urgency=urgency,
        answers=answers,
        same_doctor=form.typed.get("same") == "yes",
        earlier=form.typed.get("earlier") == "yes",
    )


def _answers(form: Form, offered: Offered) -> tuple[Answer, ...]:
    questions = offered.category.questions
    answers = tuple(
        Answer(each.id, each.text, form.text(f"q-{each.id}", most=LONGEST_ANSWER))
        for each in questions
    )
    texts = {each.id: each.text for each in questions}
    for question, sentence in trouble_with(questions, answers, LONGEST_ANSWER).items():
        form.wrong(f"q-{question}", f"{texts[question]} {sentence}")
    return tuple(answer for answer in answers if answer.value)


async def my_lately(request: web.Request) -> tuple[AppointmentView, ...]:
    """Return the latest appointments of the patient who asks."""
    query = ListAppointments(limit=LATELY)
    return (await ask(request, me(request), query, Appointments)).items


def doctor_before(lately: tuple[AppointmentView, ...], offered: Offered) -> DoctorRef | None:
    """Return who saw the patient last for the same category."""
    for view in lately:
        same = view.request.category == offered.category.id
        same = same and view.request.department == offered.department.id
        if same and view.doctor and (view.status.stands or view.status.value == "fulfilled"):
            return view.doctor
    return None
