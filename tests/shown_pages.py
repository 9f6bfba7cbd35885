"""The pages of the demonstration as its people see them, from link to link and form to form."""

from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser
from http import HTTPStatus
from urllib.parse import parse_qsl, urljoin, urlsplit

from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from learning.accounts.models import Person
from tests.world import sign_in

HOST = "http://localhost"
PEOPLE = (
    None, "awa@example.org", "candidate@example.org", "mamadou@example.org", "grace@example.org",
    "carlos@example.org", "expert@example.org", "tutor@example.org", "lead@example.org",
    "registrar@example.org", "finance@example.org", "approver@example.org",
    "administrator@example.org", "auditor@example.org",
)  # fmt: skip
"""A visitor, and people of the demonstration: one in each role, candidates in several states."""
ENDS_HERE = {"accounts.sign_out", "impersonation.start"}
"""What is not sent: after it, the browser belongs to nobody, or to somebody else."""
NOT_FOUND = "no-such-page"


@dataclass(frozen=True, kw_only=True)
class ShownPage:
    """A page: who saw it, and after what (`GET` or `POST` with an address)."""

    who: str
    request: str
    status: int
    text: str


@dataclass(frozen=True, kw_only=True)
class SentForm:
    action: str
    hidden: dict[str, str] = field(default_factory=dict[str, str])


class LinksAndForms(HTMLParser):
    """The addresses that a page links to, and its forms that send something."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.forms: list[SentForm] = []
        self._form: SentForm | None = None
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        has = {name: value or "" for name, value in attrs}
        if tag == "a" and "href" in has:
            self.links.append(has["href"])
        elif tag == "form" and has.get("method") == "post":
            self._form = SentForm(action=has.get("action", ""))
            self.forms.append(self._form)
        elif tag == "input" and self._form and has.get("type") == "hidden":
            self._form.hidden[has["name"]] = has.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self._form = None


class PageCrawler:
    """A browser of one person that opens what it finds, each kind of page `most` times.

    Then it sends each kind of form without what people type, so that pages with errors show, too.
    """

    def __init__(self, app: Flask, session: Session, who: str | None, limit: int) -> None:
        by_email = select(Person).where(Person.email == who)
        person = session.scalars(by_email).one() if who else None
        self.app, self.who, self.limit = app, who or "visitor", limit
        self.client = sign_in(app, session, person)
        self._adapter = app.url_map.bind("localhost")
        self._forms: dict[str, SentForm] = {}

    def pages(self, language: str) -> Iterator[ShownPage]:
        """Yield the pages in a language, starting at all that need no further value."""
        waiting = deque(
            self._adapter.build(rule.endpoint, {"lang": language})
            for rule in self.app.url_map.iter_rules()
            if rule.arguments == {"lang"} and "GET" in (rule.methods or ())
        )
        waiting.append(f"/{language}/{NOT_FOUND}")
        seen, opened = set(waiting), Counter[tuple[str, ...]]()
        while waiting:
            address = waiting.popleft()
            kind = self._kind_of(address, "GET")
            opened[kind] += 1
            if opened[kind] > self.limit:
                continue
            answer = self.client.get(address, follow_redirects=True)
            if answer.mimetype != "text/html":
                continue
            yield self._shown(f"GET {address}", answer)
            for link in self._note(answer):
                if link.startswith(f"/{language}/") and link not in seen:
                    seen.add(link)
                    waiting.append(link)
        yield from self._pages_after_forms()

    def _note(self, answer: TestResponse) -> list[str]:
        """Keep the forms of a page; return the addresses on this site that it links to."""
        found, here = LinksAndForms(answer.text), answer.request.url
        for form in found.forms:
            action = _on_this_site(urljoin(here, form.action))
            kind, *_ = self._kind_of(action, "POST")
            if kind not in ENDS_HERE:
                self._forms.setdefault(kind, SentForm(action=action, hidden=form.hidden))
        return [_on_this_site(urljoin(here, link)) for link in found.links]

    def _pages_after_forms(self) -> Iterator[ShownPage]:
        forms, self._forms = self._forms, {}
        for form in forms.values():
            answer = self.client.post(form.action, data=form.hidden)
            if answer.mimetype == "text/html" and answer.status_code != HTTPStatus.SEE_OTHER:
                yield self._shown(f"POST {form.action}", answer)

    def _kind_of(self, address: str, method: str) -> tuple[str, ...]:
        """Return the endpoint of an address and the names in its query, in order."""
        parts = urlsplit(address)
        try:
            endpoint, _ = self._adapter.match(parts.path, method)
        except HTTPException:
            endpoint = NOT_FOUND
        return str(endpoint), *sorted(name for name, _ in parse_qsl(parts.query))

    def _shown(self, request: str, answer: TestResponse) -> ShownPage:
        return ShownPage(who=self.who, request=request, status=answer.status_code, text=answer.text)


def _on_this_site(address: str) -> str:
    return address.removeprefix(HOST).partition("#")[0]


def shown_pages(app: Flask, session: Session, language: str, limit: int = 1) -> Iterator[ShownPage]:
    """Yield the pages of everybody in a language."""
    for who in PEOPLE:
        yield from PageCrawler(app, session, who, limit).pages(language)
