"""Rules of HTML that the W3C checker has too, so that a fault shows without Java."""

import re
from collections.abc import Callable, Mapping
from html.parser import HTMLParser

VOID = {
    "area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
    "wbr",
}  # fmt: skip
HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
FLOW = HEADINGS | {
    "address", "article", "aside", "blockquote", "details", "dialog", "div", "dl", "fieldset",
    "figure", "footer", "form", "header", "hr", "main", "menu", "nav", "ol", "p", "pre", "section",
    "table", "ul",
}  # fmt: skip
PHRASING_ONLY = HEADINGS | {
    "abbr", "b", "bdi", "button", "cite", "code", "dt", "em", "i", "label", "legend", "mark", "p",
    "pre", "q", "s", "small", "span", "strong", "sub", "summary", "sup", "time", "u",
}  # fmt: skip
INTERACTIVE = {"a", "button", "details", "label", "select", "textarea"}
CHILDREN: Mapping[str, set[str]] = {
    "ul": {"li", "template"},
    "ol": {"li", "template"},
    "dl": {"div", "dt", "dd"},
    "select": {"option", "optgroup"},
    "table": {"caption", "colgroup", "thead", "tbody", "tfoot"},
    "thead": {"tr"},
    "tbody": {"tr"},
    "tfoot": {"tr"},
    "tr": {"th", "td", "template"},
}
PARENTS: Mapping[str, set[str]] = {
    "li": {"ul", "ol"},
    "dt": {"dl", "div"},
    "dd": {"dl", "div"},
    "option": {"select", "optgroup", "datalist"},
    "summary": {"details"},
    "legend": {"fieldset"},
    "caption": {"table"},
    "td": {"tr"},
    "th": {"tr"},
}
NEEDS_NO_ROLE = {"ol", "ul", "table", "thead", "tbody", "tfoot", "tr", "th", "td"}
NEEDS_HEADING = {"section", "article"}
REFERENCES = ("for", "aria-labelledby", "aria-describedby", "aria-controls", "list", "form")
REFERENCES += ("popovertarget",)
MOMENT = re.compile(r"\d{4}-\d\d-\d\d(T\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)?)?")
Attributes = dict[str, str]
ATTRIBUTE_ISSUES: Mapping[str, Callable[[str, Attributes], bool]] = {
    "a role that the element has by itself": lambda tag, has: (
        "role" in has and tag in NEEDS_NO_ROLE
    ),
    "a moment that is none": lambda tag, has: (
        tag == "time" and not MOMENT.fullmatch(has.get("datetime", ""))
    ),
    "a file field with a value": lambda _, has: has.get("type") == "file" and "value" in has,
    "a picture without words": lambda tag, has: tag == "img" and "alt" not in has,
    "a length of what is no path": lambda tag, has: tag != "path" and "pathlength" in has,
}


class Element:
    """An element that is open: what stands in it so far."""

    def __init__(self, tag: str, has: Attributes) -> None:
        self.tag, self.has = tag, has
        self.text = ""
        self.has_heading = False
        self.terms: list[str] = []


class HtmlIssues(HTMLParser):
    """The issues of a page, and how many elements it has."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.issues: set[str] = set()
        self.nodes = 0
        self._open: list[Element] = []
        self._ids: set[str] = set()
        self._references: set[str] = set()
        self.feed(text)
        self.close()
        self._add("an element is never closed", *(each.tag for each in self._open))
        missing = self._references - self._ids
        self._add("what is referred to is not there", *sorted(missing))

    def _add(self, error: str, *where: str) -> None:
        self.issues |= {f"{error}: {each}" for each in where}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.nodes += 1
        has = {name: value or "" for name, value in attrs}
        if len(has) < len(attrs):
            self._add("an attribute stands twice", tag)
        self._check_place(tag, has)
        self._check_attributes(tag, has)
        if tag in HEADINGS:
            for each in self._open:
                each.has_heading = True
        for each in self._open if "aria-label" in has or tag in {"svg", "img", "input"} else ():
            each.text += "…"  # something that is not text says what this is
        if tag not in VOID:
            self._open.append(Element(tag, has))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in VOID:
            self.handle_endtag(tag)

    def handle_endtag(self, tag: str) -> None:
        if not self._open or self._open[-1].tag != tag:
            self._add("an end tag without its element", tag)
            return
        closed = self._open.pop()
        blank = not closed.text.strip()
        if blank and (tag in HEADINGS or (tag == "option" and "label" not in closed.has)):
            self._add("an element is empty", tag)
        if tag in NEEDS_HEADING and not (closed.has_heading or "aria-label" in closed.has):
            self._add("a part without a heading", f"{tag} {closed.has.get('class', '')}")
        if tag == "dt" and (lists := [each for each in self._open if each.tag == "dl"]):
            lists[-1].terms.append(closed.text)
        if tag == "dl" and len(set(closed.terms)) < len(closed.terms):
            self._add("a term stands twice in a list", str(sorted(closed.terms)))

    def handle_data(self, data: str) -> None:
        for each in self._open:
            each.text += data
        if data.strip() and self._open and self._open[-1].tag in CHILDREN:
            self._add("text where only elements may stand", self._open[-1].tag)

    def _check_place(self, tag: str, has: Attributes) -> None:
        if not self._open or "svg" in (around := [each.tag for each in self._open]):
            return
        parent = around[-1]
        if tag not in CHILDREN.get(parent, {tag}) or parent not in PARENTS.get(tag, {parent}):
            self._add("an element where it may not stand", f"{tag} in {parent}")
        headings = HEADINGS if parent in {"summary", "legend"} else set()
        if parent in PHRASING_ONLY and tag in FLOW - headings:
            self._add("an element where it may not stand", f"{tag} in {parent}")
        if _is_interactive(tag, has):
            outer = [each for each in around if each in {"a", "button"}]
            self._add("one thing to press in another", *(f"{tag} in {each}" for each in outer))

    def _check_attributes(self, tag: str, has: Attributes) -> None:
        if (id_ := has.get("id")) is not None:
            if id_ in self._ids or not id_ or " " in id_:
                self._add("an id stands twice, or is none", id_)
            self._ids.add(id_)
        for name in REFERENCES:
            self._references |= set(has.get(name, "").split())
        for error, is_there in ATTRIBUTE_ISSUES.items():
            if is_there(tag, has):
                self._add(error, tag)


def _is_interactive(tag: str, has: Attributes) -> bool:
    typed = tag == "input" and has.get("type") != "hidden"
    return typed or (tag in INTERACTIVE and (tag != "a" or "href" in has)) or "tabindex" in has
