"""Every page and every form, and who may open it."""

from http_edge.pages import (
    absences,
    account,
    answering,
    board,
    booking,
    calendar,
    call_table,
    categories,
    clinic,
    clocks,
    day,
    departments,
    dev_mail,
    doctor,
    doctor_visit,
    files,
    groups,
    hours,
    letters,
    moving,
    notice_settings,
    notices,
    patient,
    people,
    practice,
    questions,
    requests,
    rules,
    series,
    thread_table,
    visit,
    visit_types,
    visitors,
    week,
)
from http_edge.pages.page_route import page_route as _page
from http_edge.policy import (
    ADMIN,
    ANYBODY,
    DOCTOR,
    PATIENT,
    PATIENT_OR_DOCTOR,
    SIGNED_IN,
    UNIDENTIFIED,
)
from http_edge.routes import Route

_ANSWER = "/answer/{token:[A-Za-z0-9_.-]+}"
"""A signed link in a letter: longer than an id."""

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

_LINKS = (
    _page("GET", "/cal/{token}.ics", calendar.feed, UNIDENTIFIED, limit="feed"),
    _page("GET", _ANSWER, answering.show, ANYBODY, limit="answer"),
    _page("POST", f"{_ANSWER}/accept", answering.accept, ANYBODY, limit="answer"),
    _page("POST", f"{_ANSWER}/decline", answering.decline, ANYBODY, limit="answer"),
)

_TOLD = "/notices/settings"
_BROWSER = f"{_TOLD}/browsers/{{subscription}}/remove"

_DEMONSTRATION = (
    _page("GET", "/dev/mail", dev_mail.letters, ANYBODY),
    _page("GET", "/dev/mail/{letter}", dev_mail.letter, ANYBODY),
)

_EVERYBODY = (
    _page("GET", "/account", account.account, SIGNED_IN),
    _page("POST", "/account/profile", account.set_profile, PATIENT),
    _page("POST", "/account/reminders", account.set_reminders, PATIENT),
    _page("POST", "/account/feed", calendar.create_feed, PATIENT_OR_DOCTOR, limit="new_feed"),
    _page("POST", "/account/feed/revoke", calendar.revoke_feed, PATIENT_OR_DOCTOR),
    _page("POST", "/account/password", account.change_password, SIGNED_IN, limit="sign_in"),
    _page("POST", "/account/sessions/end-others", account.end_other_sessions, SIGNED_IN),
    _page("POST", "/account/sessions/{session}/end", account.end_session, SIGNED_IN),
    _page("GET", "/bell", notices.bell, SIGNED_IN),
    _page("GET", "/notices", notices.notices, SIGNED_IN),
    _page("POST", "/notices/read", notices.mark_seen, SIGNED_IN),
    _page("POST", "/notices/hush", notices.hush, SIGNED_IN),
    _page("GET", _TOLD, notice_settings.settings, SIGNED_IN),
    _page("POST", _TOLD, notice_settings.set_settings, SIGNED_IN),
    _page("POST", _BROWSER, notice_settings.remove_browser, SIGNED_IN),
)

_APPOINTMENT = "/appointments/{appointment}"

_PATIENTS = (
    _page("GET", "/home", patient.home, PATIENT),
    _page("GET", "/requests/new", booking.show_request_form, PATIENT),
    _page("POST", "/requests/form", booking.back_to_form, PATIENT),
    _page("POST", "/requests/times", booking.show_times, PATIENT),
    _page("POST", "/requests/own-times", booking.ask_by_windows, PATIENT),
    _page("POST", "/requests/hold", booking.hold, PATIENT, limit="hold"),
    _page("POST", "/requests", booking.send_request, PATIENT),
    _page("GET", _APPOINTMENT, visit.appointment, PATIENT),
    _page("GET", f"{_APPOINTMENT}/calendar.ics", calendar.visit_file, PATIENT),
    _page("POST", f"{_APPOINTMENT}/take", visit.take, PATIENT),
    _page("POST", f"{_APPOINTMENT}/refuse", visit.refuse, PATIENT),
    _page("GET", f"{_APPOINTMENT}/move", moving.show_times, PATIENT),
    _page("POST", f"{_APPOINTMENT}/move", moving.move, PATIENT),
    _page("POST", f"{_APPOINTMENT}/wish", moving.wish, PATIENT),
    _page("POST", f"{_APPOINTMENT}/earlier", visit.set_earlier, PATIENT),
    _page("POST", f"{_APPOINTMENT}/check-in", visit.check_in, PATIENT),
    _page("POST", f"{_APPOINTMENT}/answer", visit.answer, PATIENT),
    _page("POST", f"{_APPOINTMENT}/withdraw", visit.withdraw, PATIENT),
)

_OFFER = "/inbox/{appointment}"
_OWN_VISIT = "/visits/{appointment}"

_DOCTORS = (
    _page("GET", "/inbox", doctor.inbox, DOCTOR),
    _page("POST", f"{_OFFER}/accept", doctor.accept, DOCTOR),
    _page("POST", f"{_OFFER}/propose", doctor.propose, DOCTOR),
    _page("POST", f"{_OFFER}/decline", doctor.decline, DOCTOR),
    _page("GET", _OWN_VISIT, doctor_visit.visit, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/start", doctor_visit.start, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/finish", doctor_visit.finish, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/no-show", doctor_visit.no_show, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/give-back", doctor_visit.give_back, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/propose", doctor_visit.propose, DOCTOR),
    _page("GET", f"{_OWN_VISIT}/series", series.show_series, DOCTOR),
    _page("POST", f"{_OWN_VISIT}/series", series.book_series, DOCTOR),
    _page("GET", "/week", week.week, DOCTOR),
    _page("GET", "/hours", hours.show_hours, DOCTOR),
    _page("POST", "/hours", hours.set_hours, DOCTOR),
    _page("POST", "/hours/dates", hours.set_date, DOCTOR),
    _page("POST", "/hours/dates/{day}/remove", hours.remove_date, DOCTOR),
    _page("GET", "/absences", absences.absences, DOCTOR),
    _page("GET", "/absences/preview", absences.preview, DOCTOR),
    _page("POST", "/absences", absences.add, DOCTOR),
    _page("POST", "/absences/{absence}/remove", absences.remove, DOCTOR),
    _page("GET", "/practice", practice.practice, DOCTOR),
    _page("POST", "/practice/profile", practice.set_profile, DOCTOR),
    _page("POST", "/practice/duty", practice.go_on_duty, DOCTOR),
    _page("POST", "/practice/duty/end", practice.go_off_duty, DOCTOR),
    _page("POST", "/practice/calendar", practice.set_calendar, DOCTOR, limit="fetch"),
    _page("POST", "/practice/calendar/read", practice.read_calendar, DOCTOR, limit="fetch"),
    _page("POST", "/practice/calendar/remove", practice.remove_calendar, DOCTOR),
)

_REQUEST = "/board/{department}/{appointment}"

_TRIAGE = (
    _page("GET", "/board", board.board, ADMIN),
    _page("GET", _REQUEST, requests.show, ADMIN),
    _page("POST", f"{_REQUEST}/route", requests.route, ADMIN),
    _page("POST", f"{_REQUEST}/pull-back", requests.pull_back, ADMIN),
    _page("POST", f"{_REQUEST}/decline", requests.decline, ADMIN),
    _page("POST", f"{_REQUEST}/urgency", requests.set_urgency, ADMIN),
    _page("POST", f"{_REQUEST}/ask", requests.ask_patient, ADMIN),
    _page("POST", f"{_REQUEST}/reassign", requests.reassign, ADMIN),
    _page("GET", "/day", day.day, ADMIN),
)

_ACCOUNTS = (
    _page("GET", "/accounts", people.people, ADMIN),
    _page("POST", "/accounts/search", people.search, ADMIN),
    _page("POST", "/accounts/invite", people.invite, ADMIN),
    _page("POST", "/accounts/{user}/approve", people.approve, ADMIN),
    _page("POST", "/accounts/{user}/disable", people.disable, ADMIN),
    _page("POST", "/accounts/{user}/enable", people.enable, ADMIN),
    _page("POST", "/accounts/{user}/link", people.hand_out_link, ADMIN),
    _page("GET", "/accounts/{user}/letters", letters.letters, ADMIN),
    _page("POST", "/accounts/{user}/letters/{letter}/resend", letters.resend, ADMIN),
)

_DEPARTMENT = "/departments/{department}"
_GROUP = f"{_DEPARTMENT}/groups/{{group}}"
_KIND = f"{_DEPARTMENT}/visits/{{visit}}"
_CATEGORY = f"{_DEPARTMENT}/categories/{{category}}"
_RULE = f"{_CATEGORY}/rules/{{rule}}"
_QUESTION = f"{_CATEGORY}/questions/{{question}}"

_SETTING_UP = (
    _page("GET", "/departments", departments.departments, ADMIN),
    _page("POST", "/departments", departments.open_department, ADMIN),
    _page("GET", _DEPARTMENT, departments.department, ADMIN),
    _page("POST", f"{_DEPARTMENT}/name", departments.rename, ADMIN),
    _page("POST", f"{_DEPARTMENT}/deadlines", departments.set_deadlines, ADMIN),
    _page("POST", f"{_DEPARTMENT}/policy", departments.set_policy, ADMIN),
    _page("POST", f"{_DEPARTMENT}/groups", departments.add_group, ADMIN),
    _page("GET", _GROUP, groups.group, ADMIN),
    _page("POST", _GROUP, groups.set_group, ADMIN),
    _page("POST", f"{_GROUP}/remove", groups.remove_group, ADMIN),
    _page("GET", f"{_DEPARTMENT}/visits", visit_types.visit_types, ADMIN),
    _page("GET", _KIND, visit_types.visit_type, ADMIN),
    _page("POST", _KIND, visit_types.set_visit_type, ADMIN),
    _page("POST", f"{_KIND}/remove", visit_types.remove_visit_type, ADMIN),
    _page("POST", f"{_DEPARTMENT}/categories", departments.add_category, ADMIN),
    _page("GET", _CATEGORY, categories.category, ADMIN),
    _page("POST", _CATEGORY, categories.set_category, ADMIN),
    _page("POST", f"{_CATEGORY}/remove", categories.remove_category, ADMIN),
    _page("GET", _RULE, rules.rule, ADMIN),
    _page("POST", _RULE, rules.set_rule, ADMIN),
    _page("POST", f"{_RULE}/move", rules.move_rule, ADMIN),
    _page("POST", f"{_RULE}/remove", rules.remove_rule, ADMIN),
    _page("GET", _QUESTION, questions.question, ADMIN),
    _page("POST", _QUESTION, questions.set_question, ADMIN),
    _page("POST", f"{_QUESTION}/move", questions.move_question, ADMIN),
    _page("POST", f"{_QUESTION}/remove", questions.remove_question, ADMIN),
    _page("GET", "/clinic", clinic.clinic, ADMIN),
    _page("POST", "/clinic/emergency", clinic.set_emergency, ADMIN),
    _page("POST", "/clinic/phone", clinic.set_phone, ADMIN),
    _page("POST", "/clinic/closures", clinic.add_closure, ADMIN),
    _page("POST", "/clinic/closures/remove", clinic.remove_closure, ADMIN),
    _page("GET", "/clocks", clocks.clocks, ADMIN),
    _page("POST", "/clocks/{department}/tell", clocks.tell_patients, ADMIN),
)

_ADMINISTRATORS = (*_TRIAGE, *_ACCOUNTS, *_SETTING_UP)

ROUTES: tuple[Route, ...] = (
    *_VISITORS,
    *_LINKS,
    *_DEMONSTRATION,
    *_EVERYBODY,
    *_PATIENTS,
    *_DOCTORS,
    *_ADMINISTRATORS,
    *thread_table.ROUTES,
    *files.ROUTES,
    *call_table.ROUTES,
)
