"""What languages are called, and which one is meant by a word."""

import re

LANGUAGES = {
    "ar": "Arabic",
    "bg": "Bulgarian",
    "bn": "Bengali",
    "cs": "Czech",
    "da": "Danish",
    "de": "German",
    "el": "Greek",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fi": "Finnish",
    "fr": "French",
    "he": "Hebrew",
    "hi": "Hindi",
    "hr": "Croatian",
    "hu": "Hungarian",
    "id": "Indonesian",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "ku": "Kurdish",
    "nl": "Dutch",
    "no": "Norwegian",
    "pl": "Polish",
    "ps": "Pashto",
    "pt": "Portuguese",
    "ro": "Romanian",
    "ru": "Russian",
    "so": "Somali",
    "sr": "Serbian",
    "sv": "Swedish",
    "sw": "Swahili",
    "ta": "Tamil",
    "th": "Thai",
    "ti": "Tigrinya",
    "tr": "Turkish",
    "uk": "Ukrainian",
    "ur": "Urdu",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
"""Names of languages by BCP 47 tag, for those that a clinic meets most often."""


def language(tag: str) -> str:
    """Return how a language is called; a tag that is not known stands for itself."""
    primary, _, rest = tag.partition("-")
    name = LANGUAGES.get(primary.lower())
    if name is None:
        return tag
    return f"{name} ({rest})" if rest else name


def tag_of(text: str) -> str:
    """Return the tag of the language that *text* names, by name or by tag; empty: none."""
    if text.casefold() in _TAGS:
        return _TAGS[text.casefold()]
    primary, _, rest = text.partition("-")
    return f"{primary.lower()}-{rest}" if rest and _TAG.fullmatch(text) else _bare(text)


def _bare(text: str) -> str:
    return text.lower() if _TAG.fullmatch(text) and "-" not in text else ""


_TAG = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}")
_TAGS = {name.casefold(): tag for tag, name in LANGUAGES.items()}
