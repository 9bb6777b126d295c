"""E-mail addresses in the one form under which accounts are kept."""

from email_validator import EmailNotValidError, validate_email

from http_edge.bodies import invalid


def normal_email(text: str) -> str:
    """Return *text* in its normal form, or raise `Problem` (422) naming the field `email`."""
    try:
        return _normal(text)
    except EmailNotValidError as error:
        raise invalid({"email": "That is no e-mail address."}) from error


def email_as_typed(text: str) -> str:
    """Return the normal form of *text*, or, where it has none, *text*: nobody lives there."""
    try:
        return _normal(text)
    except EmailNotValidError:
        return text.strip()


def _normal(text: str) -> str:
    found = validate_email(text.strip(), check_deliverability=False, globally_deliverable=False)
    return found.normalized
