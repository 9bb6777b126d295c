"""Every page and every form, and who may open it."""

from http_edge.pages import (
    account,
    board,
    departments,
    doctor,
    files,
    hours,
    patient,
    people,
    visitors,
)
from http_edge.policy import ADMIN, ANYBODY, DOCTOR, PATIENT, SIGNED_IN, Policy
from http_edge.routes import Handler, Kind, Route

_NAMES = str.maketrans({"/": ".", "-": "_", "{": "", "}": "", ":": "", "*": "", "+": ""})


def _page(method: str, path: str, handler: Handler, policy: Policy, *, limit: str = "") -> Route:
    name = path.strip("/").translate(_NAMES) or "landing"
    return Route(
        name=f"page.{name}.{method.lower()}",
        method=method,
        path=path,
        handler=handler,
        policy=policy,
        kind=Kind.PAGE,
        summary=(handler.__doc__ or "").strip().split("\n", 1)[0],
        limit=limit,
    )


_VISITORS = (
    _page("GET", "/", visitors.landing, ANYBODY),
    _page("GET", "/sign-up", visitors.show_sign_up, ANYBODY),
    _page("POST", "/sign-up", visitors.sign_up, ANYBODY, limit="sign_up"),
    _page("GET", "/sign-in", visitors.show_sign_in, ANYBODY),
    _page("POST", "/sign-in", visitors.sign_in, ANYBODY, limit="sign_in"),
    _page("POST", "/sign-out", visitors.sign_out, ANYBODY),
    _page("GET", "/welcome", visitors.show_welcome, ANYBODY),
    _page("POST", "/welcome/check", visitors.check_invitation, ANYBODY, limit="sign_up"),
    _page("POST", "/welcome", visitors.accept_invitation, ANYBODY, limit="sign_up"),
    _page("GET", "/password", visitors.show_password, ANYBODY),
    _page("POST", "/password", visitors.set_password, ANYBODY, limit="sign_in"),
)

_EVERYBODY = (
    _page("GET", "/account", account.account, SIGNED_IN),
    _page("POST", "/account/profile", account.set_profile, PATIENT),
    _page("POST", "/account/password", account.change_password, SIGNED_IN, limit="sign_in"),
    _page("POST", "/account/sessions/end-others", account.end_other_sessions, SIGNED_IN),
    _page("POST", "/account/sessions/{session}/end", account.end_session, SIGNED_IN),
)

_PATIENTS = (
    _page("GET", "/home", patient.home, PATIENT),
    _page("GET", "/requests/new", patient.show_request_form, PATIENT),
    _page("POST", "/requests", patient.send_request, PATIENT),
    _page("GET", "/appointments/{appointment}", patient.appointment, PATIENT),
    _page("POST", "/appointments/{appointment}/withdraw", patient.withdraw, PATIENT),
    _page("GET", "/notices", patient.notices, PATIENT),
    _page("POST", "/notices/read", patient.read_notices, PATIENT),
)

_DOCTORS = (
    _page("GET", "/inbox", doctor.inbox, DOCTOR),
    _page("POST", "/inbox/{appointment}/accept", doctor.accept, DOCTOR),
    _page("POST", "/inbox/{appointment}/decline", doctor.decline, DOCTOR),
    _page("GET", "/hours", hours.show_hours, DOCTOR),
    _page("POST", "/hours", hours.set_hours, DOCTOR),
)

_REQUEST = "/board/{department}/{appointment}"
_DEPARTMENT = "/departments/{department}"

_ADMINISTRATORS = (
    _page("GET", "/board", board.board, ADMIN),
    _page("POST", f"{_REQUEST}/route", board.route, ADMIN),
    _page("POST", f"{_REQUEST}/pull-back", board.pull_back, ADMIN),
    _page("POST", f"{_REQUEST}/decline", board.decline, ADMIN),
    _page("GET", "/accounts", people.people, ADMIN),
    _page("POST", "/accounts/search", people.search, ADMIN),
    _page("POST", "/accounts/invite", people.invite, ADMIN),
    _page("POST", "/accounts/{user}/approve", people.approve, ADMIN),
    _page("POST", "/accounts/{user}/disable", people.disable, ADMIN),
    _page("POST", "/accounts/{user}/enable", people.enable, ADMIN),
    _page("POST", "/accounts/{user}/link", people.hand_out_link, ADMIN),
    _page("GET", "/departments", departments.departments, ADMIN),
    _page("POST", "/departments", departments.open_department, ADMIN),
    _page("GET", _DEPARTMENT, departments.department, ADMIN),
    _page("POST", f"{_DEPARTMENT}/name", departments.rename, ADMIN),
    _page("POST", f"{_DEPARTMENT}/groups", departments.set_group, ADMIN),
    _page("POST", f"{_DEPARTMENT}/deadlines", departments.set_deadlines, ADMIN),
    _page("POST", f"{_DEPARTMENT}/categories", departments.set_category, ADMIN),
    _page(
        "POST", f"{_DEPARTMENT}/categories/{{category}}/remove", departments.remove_category, ADMIN
    ),
)

ROUTES: tuple[Route, ...] = (
    *_VISITORS,
    *_EVERYBODY,
    *_PATIENTS,
    *_DOCTORS,
    *_ADMINISTRATORS,
    *files.ROUTES,
)
