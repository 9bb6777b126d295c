"""How a journal tells an outcome."""

import logging

from actors.runtime.errors import JournalError
from actors.runtime.journal import Outcome

log = logging.getLogger(__name__)


def tell(outcome: Outcome, error: JournalError | None) -> None:
    """Call *outcome*; what goes wrong inside it is not the journal's failure."""
    try:
        outcome(error)
    except Exception:
        log.exception("the outcome of a commit was not taken")
