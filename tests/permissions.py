"""Who may call what, written by hand: the second opinion beside the routes' own policies."""

EVERYBODY = frozenset({"visitor", "patient", "doctor", "admin"})
PEOPLE = EVERYBODY - {"visitor"}

_BY_HAND = {
    EVERYBODY: """
        GET /api/v1/openapi.json
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
    """,
    frozenset({"patient"}): """
        PATCH /api/v1/me
        POST /api/v1/appointments
        GET /api/v1/appointments
        GET /api/v1/appointments/{appointment}
        POST /api/v1/appointments/{appointment}/cancel
        GET /api/v1/notices
        POST /api/v1/notices/read
        POST /account/profile
        GET /home
        GET /requests/new
        POST /requests
        GET /appointments/{appointment}
        POST /appointments/{appointment}/withdraw
        GET /notices
        POST /notices/read
    """,
    frozenset({"doctor"}): """
        GET /api/v1/doctor/requests
        GET /api/v1/doctor/requests/{appointment}
        POST /api/v1/doctor/requests/{appointment}/accept
        POST /api/v1/doctor/requests/{appointment}/decline
        GET /api/v1/doctor/visits
        GET /api/v1/doctor/hours
        PUT /api/v1/doctor/hours
        GET /api/v1/doctor/free-times
        GET /inbox
        POST /inbox/{appointment}/accept
        POST /inbox/{appointment}/decline
        GET /hours
        POST /hours
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
        PUT /api/v1/admin/departments/{department}/groups/{group}
        PUT /api/v1/admin/departments/{department}/deadlines
        GET /api/v1/admin/departments/{department}/queue
        GET /api/v1/admin/departments/{department}/requests/{appointment}
        POST /api/v1/admin/departments/{department}/requests/{appointment}/route
        POST /api/v1/admin/departments/{department}/requests/{appointment}/pull-back
        POST /api/v1/admin/departments/{department}/requests/{appointment}/decline
        GET /board
        POST /board/{department}/{appointment}/route
        POST /board/{department}/{appointment}/pull-back
        POST /board/{department}/{appointment}/decline
        GET /accounts
        POST /accounts/search
        POST /accounts/invite
        POST /accounts/{user}/approve
        POST /accounts/{user}/disable
        POST /accounts/{user}/enable
        POST /accounts/{user}/link
        GET /departments
        POST /departments
        GET /departments/{department}
        POST /departments/{department}/name
        POST /departments/{department}/groups
        POST /departments/{department}/deadlines
        POST /departments/{department}/categories
        POST /departments/{department}/categories/{category}/remove
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
