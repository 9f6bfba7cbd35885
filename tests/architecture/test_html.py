"""Every page of the demonstration is sound HTML, and small. `make check-html` asks the W3C too."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy.orm import Session

from learning import demo
from learning.content.course import Course
from tests.html_rules import HtmlIssues
from tests.shown_pages import NOT_FOUND, ShownPage, shown_pages

MAX_BYTES, MAX_NODES = 120_000, 3_000
SOUND = "<section><h2>A heading</h2>{}</section>"


@pytest.fixture
def pages(app: Flask, session: Session, course: Course) -> Iterator[ShownPage]:
    demo.load_demo(session, course, now=datetime.now(UTC))
    session.commit()
    return shown_pages(app, session, "fr")


def test_every_page_is_sound_and_small(pages: Iterator[ShownPage]) -> None:
    """Of each kind of page one, as each of 14 people sees it, and after each kind of form."""
    wrong: dict[str, set[str]] = {}
    statuses: set[int] = set()
    number = 0
    for page in pages:
        found = HtmlIssues(page.text)
        number += 1
        statuses.add(page.status)
        issues = found.issues
        if len(page.text.encode()) > MAX_BYTES or found.nodes > MAX_NODES:
            issues |= {f"{len(page.text.encode())} bytes, {found.nodes} nodes"}
        if issues:
            wrong[f"{page.who}: {page.request}"] = issues
    assert wrong == {}
    assert statuses >= {200, 404, 422}
    assert number > 400


@pytest.mark.parametrize(
    "part",
    [
        "<p><a href='/'>A link</a> <time datetime='2026-11-30T19:20:42+00:00'>today</time></p>",
        "<details><summary><h3>A heading</h3><span>and more</span></summary><p>Text</p></details>",
        "<dl><div><dt>One</dt><dd>1</dd></div><div><dt>Two</dt><dd>2</dd></div></dl>",
        "<table><thead><tr><th>A</th></tr></thead><tbody><tr><td>1</td></tr></tbody></table>",
        "<label for='a'>A</label><input id='a' aria-describedby='b'><p id='b'>more</p>",
        "<svg viewBox='0 0 1 1'><g><title>A</title><path d='m0 0'/></g></svg>",
        "<article aria-label='A'><p>Named</p></article>",
        "<button><svg></svg>A</button><select><option value=''>Choose</option></select>",
    ],
)
def test_sound_html_has_no_faults(part: str) -> None:
    assert HtmlIssues(SOUND.format(part)).issues == set()


@pytest.mark.parametrize(
    "part",
    [
        "<p>never closed",
        "<b>crossed<i></b></i>",
        "</p>",
        "<p id='a'></p><p id='a'></p>",
        "<p id=''></p>",
        "<h3> </h3>",
        "<section><p>Without a heading</p></section>",
        "<article class='a'><p>Without a heading</p></article>",
        "<dl><dt>One</dt><dd>1</dd><dt>One</dt><dd>2</dd></dl>",
        "<dl><p>Text</p></dl>",
        "<ul>text</ul>",
        "<ul><p>Text</p></ul>",
        "<li>Alone</li>",
        "<p><ul></ul></p>",
        "<details><summary><div>A</div></summary></details>",
        "<span><div>A</div></span>",
        "<a href='/'><button>A</button></a>",
        "<button><a href='/'>A</a></button>",
        "<a href='/'><span tabindex='0'>A</span></a>",
        "<table role='table'></table>",
        "<ol role='list'></ol>",
        "<table><tr><td>1</td></tr></table>",
        "<time datetime='2026-11-30T19:20:42.668865+00:00'>today</time>",
        "<input type='file' value=''>",
        "<select><option value=''></option></select>",
        "<label for='nowhere'>A</label>",
        "<p aria-describedby='nowhere'>A</p>",
        "<p class='a' class='b'>A</p>",
        "<img src='a'>",
        "<svg><circle pathLength='100'/></svg>",
    ],
)
def test_a_fault_is_found(part: str) -> None:
    assert HtmlIssues(SOUND.format(part)).issues


def test_a_crawler_opens_pages_with_values_and_pages_with_errors(
    pages: Iterator[ShownPage],
) -> None:
    visitors: list[ShownPage] = []
    for page in pages:
        if page.who != "visitor":
            break
        visitors.append(page)
    assert {f"GET /fr/{NOT_FOUND}", "POST /fr/account/sign-in"} <= {p.request for p in visitors}
