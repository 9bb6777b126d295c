"""How the clinic speaks to its operator: one event per line, on standard error.

As JSON, nothing that somebody typed can begin a new line or colour a terminal: the encoder
escapes control characters. The text for people does the same; a traceback in it is indented.
"""

import json
import logging
import sys
from typing import TextIO

import msgspec
import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from config.settings import LogSettings

SECRET_WORDS = ("password", "token", "secret", "seed", "cookie", "authorization")
HIDDEN = "***"

_CONTROLS = {code: f"\\u{code:04x}" for code in (*range(0x20), *range(0x7F, 0xA0), 0x2028, 0x2029)}


def configure(settings: LogSettings, stream: TextIO | None = None) -> None:
    """Set up logging for this process, of ours and of the libraries."""
    target = stream or sys.stderr
    text = settings.format == "text" or (settings.format == "auto" and target.isatty())
    level = logging.getLevelNamesMapping()[settings.level.upper()]
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.add_log_level,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.format_exc_info,
        hide_secrets,
    ]
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.stdlib.LoggerFactory(),
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(target)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                as_text if text else as_json,
            ],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    logging.captureWarnings(capture=True)
    quiet("aiosqlite")  # its debug lines carry the values of statements


def quiet(*names: str) -> None:
    """Let these loggers write down warnings and errors alone."""
    for name in names:
        logging.getLogger(name).setLevel(logging.WARNING)


def hide_secrets(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Mask every field whose name says that it is a secret."""
    for name in event:
        if any(word in name.lower() for word in SECRET_WORDS):
            event[name] = HIDDEN
    return event


def as_json(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return *event* as one line of JSON."""
    try:
        line = msgspec.json.encode(event, enc_hook=repr).decode()
    except UnicodeEncodeError:  # half a character somewhere: only escaped it can be written
        line = json.dumps(event, default=repr)
    return line.translate(_CONTROLS)


def as_text(_logger: WrappedLogger, _method: str, event: EventDict) -> str:
    """Return *event* as one line for people; a traceback follows, indented."""
    trace = event.pop("exception", "")
    head = f"{event.pop('timestamp')} {event.pop('level'):<7} {event.pop('event')}"
    fields = "".join(f"  {name}={value}" for name, value in event.items())
    lines = (head + fields, *str(trace).splitlines())
    return "\n    ".join(_whole(line).translate(_CONTROLS) for line in lines)


def _whole(text: str) -> str:
    """Return *text* with each half of a character, which can't be written, escaped."""
    return text.encode("utf-8", "backslashreplace").decode()
