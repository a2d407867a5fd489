"""Equations as MathML, written when the site is built, so that a page needs no script and no network to show them."""

from __future__ import annotations

import re
from html import unescape
from typing import Any

from latex2mathml.converter import convert

INLINE = re.compile(r'<span class="arithmatex">\\\((.*?)\\\)</span>', flags=re.DOTALL)
DISPLAY = re.compile(r'<div class="arithmatex">\s*\\\[(.*?)\\\]\s*</div>', flags=re.DOTALL)


def on_page_content(html: str, **_: Any) -> str:
    """The page with its equations written out."""
    html = DISPLAY.sub(lambda match: convert(unescape(match[1]).strip(), display="block"), html)
    return INLINE.sub(lambda match: convert(unescape(match[1]).strip()), html)
