"""Who may say something to a doctor's actor."""

from actors.accounts.messages import KIND as ACCOUNT
from actors.admin_router.messages import KIND as ROUTER
from actors.asked import Asked
from actors.caller import Caller, Role, is_actor_of_kind, is_staff
from actors.doctor.state.kept import Doctor
from actors.refusal import NotAllowed


def is_owner(state: Doctor, asked: Asked) -> bool:
    """Return whether *asked*'s caller is this doctor."""
    return is_doctor(state, asked.caller)


def is_owner_or_staff(state: Doctor, asked: Asked) -> bool:
    """Return whether *asked*'s caller is this doctor, or runs the clinic."""
    return is_doctor(state, asked.caller) or is_staff(asked.caller)


def is_doctor(state: Doctor, caller: Caller) -> bool:
    """Return whether *caller* is this doctor."""
    return caller.role is Role.DOCTOR and caller.user == state.id


def check_account(asked: Asked) -> None:
    """Refuse everybody but the actors of accounts."""
    if not is_actor_of_kind(asked.caller, ACCOUNT):
        raise NotAllowed


def check_router(asked: Asked) -> None:
    """Refuse everybody but the departments' routers."""
    if not is_actor_of_kind(asked.caller, ROUTER):
        raise NotAllowed
