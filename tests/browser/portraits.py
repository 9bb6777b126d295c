"""Drawn people who sit before made-up cameras, where pictures of calls are to be shown."""

import asyncio
from dataclasses import dataclass
from pathlib import Path

from playwright.async_api import Browser, ViewportSize

SIZE: ViewportSize = {"width": 1280, "height": 720}
FRAMES = 4
DRAWING = """<body style="margin:0"><svg width="1280" height="720" viewBox="0 0 1280 720">
<defs><linearGradient id="wall" x2="0" y2="1"><stop stop-color="{wall}"/>
<stop offset="1" stop-color="{floor}"/></linearGradient></defs>
<rect width="1280" height="720" fill="url(#wall)"/>{behind}
<g transform="translate(96 108) scale(.85)">
<path d="M640 118c-118 0-168 84-164 186 4 92-14 150-34 196h396
c-20-46-38-104-34-196 4-102-46-186-164-186Z"
 fill="{hair}" opacity="{long}"/>
<path d="M330 720c6-132 92-196 214-212h192c122 16 208 80 214 212Z" fill="{coat}"/>
<path d="M568 510h144l-34 110-38 36-38-36Z" fill="{shirt}"/>
<path d="M586 430h108v84c-16 36-92 36-108 0Z" fill="{shade}"/>
<ellipse cx="640" cy="324" rx="122" ry="152" fill="{skin}"/>
<path d="M516 318c-8-128 54-186 124-186s132 58 124 186c-14-62-44-104-84-112
-50 22-112 16-136 28-16 22-24 54-28 84Z"
 fill="{hair}"/>
<g fill="none" stroke="#2b211d" stroke-width="7" stroke-linecap="round">
<path d="M566 290c14-12 36-12 48-2M666 288c14-10 36-10 48 2M600 410c22 22 58 22 80 0"/>
<path d="M636 330c-6 18-8 28 6 32" stroke="{shade}"/></g>
<circle cx="592" cy="320" r="10" fill="#2b211d"/><circle cx="688" cy="320" r="10" fill="#2b211d"/>
{before}</g></svg>"""
WINDOW = """<g opacity=".9"><rect x="120" y="90" width="250" height="300" rx="10" fill="#dcebf3"/>
<path d="M245 90v300M120 240h250" stroke="#f7fafb" stroke-width="14"/></g>
<path d="M1010 400c-40-90-20-150 20-190 8 60 50 70 40 140 30-30 60-30 90-20-20 60-60 80-110 90Z"
 fill="#5c8a63"/><path d="M1000 410h120l-16 110h-88Z" fill="#c27a50"/>"""
SHELF = """<rect x="900" y="130" width="300" height="16" fill="#8a6f56"/>
<path d="M920 130v-70h34v70ZM960 130v-88h26v88ZM992 130v-76h40v76Z" fill="#4d7d86"/>
<path d="M1060 130v-60h70v60Z" fill="#c9a66b"/><circle cx="220" cy="170" r="70" fill="#f2f5f4"/>
<path d="M220 170v-42M220 170l28 18" stroke="#50636a" stroke-width="8" stroke-linecap="round"/>"""
STETHOSCOPE = """<g fill="none" stroke="#33454c" stroke-width="13" stroke-linecap="round">
<path d="M556 506c-24 60-30 112 26 150M724 506c24 60 30 112-26 150"/></g>
<circle cx="582" cy="662" r="20" fill="#33454c"/>"""


@dataclass(frozen=True)
class Portrait:
    """How somebody looks, in colours of CSS."""

    skin: str
    shade: str
    hair: str
    coat: str
    shirt: str
    wall: str
    floor: str
    long: int
    """Whether the hair is long: 1 or 0."""
    behind: str = ""
    before: str = ""


DOCTOR = Portrait(
    skin="#e7bd9c",
    shade="#cf9f7c",
    hair="#4a2f22",
    coat="#fbfdfd",
    shirt="#7fb7b0",
    wall="#dfe8e6",
    floor="#bccdcb",
    long=1,
    behind=SHELF,
    before=STETHOSCOPE,
)
PATIENT = Portrait(
    skin="#c68f67",
    shade="#a8744f",
    hair="#1f1815",
    coat="#7a4f6d",
    shirt="#efe3d3",
    wall="#efe4d2",
    floor="#d3bfa2",
    long=1,
    behind=WINDOW,
)


async def film(browser: Browser, portrait: Portrait, into: Path) -> Path:
    """Draw *portrait* into a film (Motion JPEG) that Chromium takes for what a camera sees."""
    page = await browser.new_page(viewport=SIZE)
    await page.set_content(DRAWING.format(**vars(portrait)))
    frame = await page.screenshot(type="jpeg", quality=92)
    await page.close()
    await asyncio.to_thread(into.write_bytes, frame * FRAMES)
    return into
