"""What happened in a call, in words: one line for each event of its log.

`lines` makes what pages show; `events` puts one event in words, with `visits`, `people`, `media`
and `recordings` for what they are about; `names` knows how people, pages and recordings are called.
"""

from http_edge.pages.call_log_wording.lines import (
    Day,
    Look,
    Talk,
    days_of,
    deletion_of,
    looks_at,
    talks_of,
)
from http_edge.pages.call_log_wording.names import lasting

__all__ = ["Day", "Look", "Talk", "days_of", "deletion_of", "lasting", "looks_at", "talks_of"]
