"""Who may call what, written by hand: the second opinion beside the routes' own policies."""

EVERYBODY = frozenset({"visitor", "patient", "doctor", "admin"})
PEOPLE = EVERYBODY - {"visitor"}

_BY_HAND = {
    EVERYBODY: """
        GET /api/v1/openapi.json
        GET /api/v1/clinic
        GET /.well-known/jwks.json
        POST /csp-reports
        POST /api/v1/accounts
        POST /api/v1/sessions
        POST /api/v1/sessions/refresh
        GET /
        GET /sign-up
        POST /sign-up
        GET /sign-in
        POST /sign-in
        POST /sign-out
        GET /welcome
        POST /welcome/check
        POST /welcome
        GET /password
        POST /password
        GET /cal/{token}.ics
        GET /answer/{token:[A-Za-z0-9_.-]+}
        POST /answer/{token:[A-Za-z0-9_.-]+}/accept
        POST /answer/{token:[A-Za-z0-9_.-]+}/decline
    """,
    PEOPLE: """
        GET /api/v1/sessions
        DELETE /api/v1/sessions/current
        DELETE /api/v1/sessions/others
        DELETE /api/v1/sessions/{session}
        GET /api/v1/me
        PUT /api/v1/me/password
        GET /api/v1/departments
        GET /api/v1/categories
        GET /api/v1/doctors
        GET /account
        POST /account/password
        POST /account/sessions/end-others
        POST /account/sessions/{session}/end
        GET /live
        GET /bell
        GET /notices
        POST /notices/read
        POST /notices/hush
        GET /api/v1/notices
        POST /api/v1/notices/read
        POST /api/v1/notices/hush
        GET /api/v1/notices/bell
    """,
    frozenset({"patient", "doctor"}): """
        GET /api/v1/me/calendar-feed
        POST /api/v1/me/calendar-feed
        DELETE /api/v1/me/calendar-feed
        POST /account/feed
        POST /account/feed/revoke
    """,
    frozenset({"patient"}): """
        POST /account/reminders
        GET /api/v1/appointments/{appointment}/calendar.ics
        GET /appointments/{appointment}/calendar.ics
        PATCH /api/v1/me
        POST /api/v1/appointments
        GET /api/v1/appointments
        GET /api/v1/appointments/{appointment}
        POST /api/v1/appointments/{appointment}/cancel
        POST /api/v1/appointments/{appointment}/take
        POST /api/v1/appointments/{appointment}/refuse
        POST /api/v1/appointments/{appointment}/move
        POST /api/v1/appointments/{appointment}/wish-move
        POST /api/v1/appointments/{appointment}/earlier
        POST /api/v1/appointments/{appointment}/check-in
        POST /api/v1/appointments/{appointment}/answer
        GET /api/v1/bookable-times
        GET /api/v1/doctors/{doctor}/hold
        POST /api/v1/doctors/{doctor}/hold
        DELETE /api/v1/doctors/{doctor}/hold
        POST /account/profile
        GET /home
        GET /requests/new
        POST /requests
        POST /requests/form
        POST /requests/times
        POST /requests/own-times
        POST /requests/hold
        GET /appointments/{appointment}
        POST /appointments/{appointment}/take
        POST /appointments/{appointment}/refuse
        GET /appointments/{appointment}/move
        POST /appointments/{appointment}/move
        POST /appointments/{appointment}/wish
        POST /appointments/{appointment}/earlier
        POST /appointments/{appointment}/check-in
        POST /appointments/{appointment}/answer
        POST /appointments/{appointment}/withdraw
    """,
    frozenset({"doctor"}): """
        GET /api/v1/doctor/requests
        GET /api/v1/doctor/requests/{appointment}
        POST /api/v1/doctor/requests/{appointment}/accept
        POST /api/v1/doctor/requests/{appointment}/propose
        POST /api/v1/doctor/requests/{appointment}/decline
        GET /api/v1/doctor/visits
        GET /api/v1/doctor/visits/{appointment}
        POST /api/v1/doctor/visits/{appointment}/start
        POST /api/v1/doctor/visits/{appointment}/finish
        POST /api/v1/doctor/visits/{appointment}/no-show
        POST /api/v1/doctor/visits/{appointment}/give-back
        GET /api/v1/doctor/visits/{appointment}/series
        POST /api/v1/doctor/visits/{appointment}/series
        GET /api/v1/doctor/week
        GET /api/v1/doctor/absences
        POST /api/v1/doctor/absences
        POST /api/v1/doctor/absences/preview
        DELETE /api/v1/doctor/absences/{absence}
        GET /api/v1/doctor/duty
        PUT /api/v1/doctor/duty
        DELETE /api/v1/doctor/duty
        GET /api/v1/doctor/profile
        PUT /api/v1/doctor/profile
        GET /api/v1/doctor/busy-feed
        PUT /api/v1/doctor/busy-feed
        DELETE /api/v1/doctor/busy-feed
        POST /api/v1/doctor/busy-feed/refresh
        GET /api/v1/doctor/hours
        PUT /api/v1/doctor/hours
        GET /api/v1/doctor/free-times
        GET /inbox
        POST /inbox/{appointment}/accept
        POST /inbox/{appointment}/propose
        POST /inbox/{appointment}/decline
        GET /visits/{appointment}
        POST /visits/{appointment}/start
        POST /visits/{appointment}/finish
        POST /visits/{appointment}/no-show
        POST /visits/{appointment}/give-back
        POST /visits/{appointment}/propose
        GET /visits/{appointment}/series
        POST /visits/{appointment}/series
        GET /week
        GET /hours
        POST /hours
        POST /hours/dates
        POST /hours/dates/{day}/remove
        GET /absences
        GET /absences/preview
        POST /absences
        POST /absences/{absence}/remove
        GET /practice
        POST /practice/profile
        POST /practice/duty
        POST /practice/duty/end
        POST /practice/calendar
        POST /practice/calendar/read
        POST /practice/calendar/remove
    """,
    frozenset({"admin"}): """
        GET /api/v1/admin/accounts
        POST /api/v1/admin/accounts/search
        GET /api/v1/admin/accounts/{user}
        POST /api/v1/admin/accounts/{user}/approve
        POST /api/v1/admin/accounts/{user}/disable
        POST /api/v1/admin/accounts/{user}/enable
        POST /api/v1/admin/invitations
        POST /api/v1/admin/departments
        GET /api/v1/admin/departments/{department}
        PUT /api/v1/admin/departments/{department}
        PUT /api/v1/admin/departments/{department}/categories/{category}
        DELETE /api/v1/admin/departments/{department}/categories/{category}
        PUT /api/v1/admin/departments/{department}/visits/{visit}
        DELETE /api/v1/admin/departments/{department}/visits/{visit}
        PUT /api/v1/admin/departments/{department}/groups/{group}
        DELETE /api/v1/admin/departments/{department}/groups/{group}
        PUT /api/v1/admin/departments/{department}/policy
        GET /api/v1/admin/departments/{department}/day
        GET /api/v1/admin/departments/{department}/moved-clocks
        POST /api/v1/admin/departments/{department}/moved-clocks/notify
        GET /api/v1/admin/accounts/{user}/letters
        POST /api/v1/admin/accounts/{user}/letters/{letter}/resend
        PUT /api/v1/clinic
        PUT /api/v1/admin/departments/{department}/deadlines
        GET /api/v1/admin/departments/{department}/queue
        GET /api/v1/admin/departments/{department}/requests/{appointment}
        POST /api/v1/admin/departments/{department}/requests/{appointment}/route
        POST /api/v1/admin/departments/{department}/requests/{appointment}/pull-back
        POST /api/v1/admin/departments/{department}/requests/{appointment}/urgency
        POST /api/v1/admin/departments/{department}/requests/{appointment}/ask
        POST /api/v1/admin/departments/{department}/requests/{appointment}/reassign
        POST /api/v1/admin/departments/{department}/requests/{appointment}/decline
        GET /board
        GET /board/{department}/{appointment}
        POST /board/{department}/{appointment}/route
        POST /board/{department}/{appointment}/pull-back
        POST /board/{department}/{appointment}/decline
        POST /board/{department}/{appointment}/urgency
        POST /board/{department}/{appointment}/ask
        POST /board/{department}/{appointment}/reassign
        GET /day
        GET /accounts
        POST /accounts/search
        POST /accounts/invite
        POST /accounts/{user}/approve
        POST /accounts/{user}/disable
        POST /accounts/{user}/enable
        POST /accounts/{user}/link
        GET /accounts/{user}/letters
        POST /accounts/{user}/letters/{letter}/resend
        GET /departments
        POST /departments
        GET /departments/{department}
        POST /departments/{department}/name
        POST /departments/{department}/groups
        GET /departments/{department}/groups/{group}
        POST /departments/{department}/groups/{group}
        POST /departments/{department}/groups/{group}/remove
        POST /departments/{department}/deadlines
        POST /departments/{department}/policy
        GET /departments/{department}/visits
        GET /departments/{department}/visits/{visit}
        POST /departments/{department}/visits/{visit}
        POST /departments/{department}/visits/{visit}/remove
        POST /departments/{department}/categories
        GET /departments/{department}/categories/{category}
        POST /departments/{department}/categories/{category}
        POST /departments/{department}/categories/{category}/remove
        GET /departments/{department}/categories/{category}/rules/{rule}
        POST /departments/{department}/categories/{category}/rules/{rule}
        POST /departments/{department}/categories/{category}/rules/{rule}/move
        POST /departments/{department}/categories/{category}/rules/{rule}/remove
        GET /departments/{department}/categories/{category}/questions/{question}
        POST /departments/{department}/categories/{category}/questions/{question}
        POST /departments/{department}/categories/{category}/questions/{question}/move
        POST /departments/{department}/categories/{category}/questions/{question}/remove
        GET /clinic
        POST /clinic/emergency
        POST /clinic/closures
        POST /clinic/closures/remove
        GET /clocks
        POST /clocks/{department}/tell
    """,
}


def may_call(method: str, path: str) -> frozenset[str]:
    """Return who may; raise `KeyError` for a route that nobody has thought about."""
    if method == "GET" and path.startswith("/static/"):
        return EVERYBODY
    return WHO[f"{method} {path}"]


WHO = {
    line.strip(): who
    for who, lines in _BY_HAND.items()
    for line in lines.splitlines()
    if line.strip()
}
