"""What a browser would fetch for a page, found by reading it."""

from __future__ import annotations

import re
from html.parser import HTMLParser

FETCHING = ("src", "href", "xlink:href", "data", "srcset", "action", "poster", "background")


class Requests(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.addresses: list[str] = []
        self.tags: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.addresses += [value or "" for name, value in attrs if name in FETCHING]


def requests(page: str) -> list[str]:
    """Addresses that are neither within the page nor data, and tags that could fetch some."""
    parser = Requests()
    parser.feed(page)
    addresses = parser.addresses + re.findall(r"url\(([^)]*)\)", page) + re.findall(r"@import\s*(\S+)", page)
    outside = [address for address in addresses if not address.strip("\"' ").startswith(("#", "data:"))]
    return outside + [tag for tag in parser.tags if tag in ("script", "link", "iframe", "object")]
