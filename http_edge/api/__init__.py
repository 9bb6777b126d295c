"""The JSON API, `/api/v1`: each handler turns a body into one message, and a view into JSON."""

from http_edge.api import (
    accounts,
    admin_accounts,
    admin_departments,
    admin_queue,
    appointments,
    departments,
    doctor,
    me,
    meta,
    notices,
    password,
    sessions,
)
from http_edge.routes import Route

ROUTES: tuple[Route, ...] = (
    *meta.ROUTES,
    *accounts.ROUTES,
    *sessions.ROUTES,
    *me.ROUTES,
    *password.ROUTES,
    *departments.ROUTES,
    *appointments.ROUTES,
    *notices.ROUTES,
    *doctor.ROUTES,
    *admin_accounts.ROUTES,
    *admin_departments.ROUTES,
    *admin_queue.ROUTES,
)
