"""No template shows a word that did not come out of the catalogues."""

import re
from collections import defaultdict
from collections.abc import Iterator

import pytest
from jinja2 import nodes

from tests.templates import FOLDER, NAMES, Shown, leaves, read, results, tree

READ_OUT = {
    "alt", "aria-description", "aria-label", "aria-placeholder", "aria-roledescription",
    "aria-valuetext", "content", "label", "placeholder", "srcdoc", "summary", "title",
}  # fmt: skip
"""Attributes that people see or hear; `label` is also the value of a button."""
NOT_WORDS = {
    "width=device-width",
    "width=device-width, initial-scale=1",  # to browsers
    "j, k",  # keys of the keyboard
    "s",
}
"""What is the same in every language, by name."""
ENGLISH_ONLY = {"home/styleguide.html"}
"""Pages for developers alone, which say in which language they are."""
LETTER = re.compile(r"[^\W\d_]")
WORDS = re.compile(r"[^\W\d_]\s+[^\W\d_]")


def is_shown(piece: Shown) -> bool:
    """Whether people read a piece: a text, or an attribute that is shown or read out."""
    return not piece.attribute or piece.attribute in READ_OUT


def untranslated(template: str, source: str | None = None) -> list[str]:
    """Return every word of a template that cannot be translated."""
    found = []
    for piece in read(template, source):
        for text in piece.literals():
            message = is_shown(piece) and LETTER.search(text)
            message = message or (piece.attribute.startswith("data-") and WORDS.search(text))
            if message and " ".join(text.split()) not in NOT_WORDS:
                found.append(text.strip())
    return found + [text for text in handed_on(template, source) if LETTER.search(text)]


def shown_names(template: str, source: str | None = None) -> set[str]:
    """Return the names whose values a template shows as they are."""
    pieces = (piece for piece in read(template, source) if is_shown(piece))
    values = (leaf for piece in pieces for each in piece.values() for leaf in leaves(each))
    return {leaf.name for leaf in values if isinstance(leaf, nodes.Name)}


def shown_parameters() -> dict[str, list[tuple[str, ...]]]:
    """Return, for each macro, its parameters; those that it does not show are empty."""
    found = defaultdict(list)
    for template in NAMES:
        names = shown_names(template)
        for macro in tree(template).find_all(nodes.Macro):
            arguments = (each.name for each in macro.args)
            found[macro.name].append(tuple(n if n in names else "" for n in arguments))
    return found


MACROS = shown_parameters()


def handed_on(template: str, source: str | None = None) -> Iterator[str]:
    """Yield the strings that reach the page by a variable, a macro or a method of a value."""
    names = shown_names(template, source)
    for node in tree(template, source).find_all((nodes.Assign, nodes.For, nodes.Call)):
        if isinstance(node, nodes.Call):
            yield from message_of_call(node)
        elif isinstance(node.target, nodes.Name) and node.target.name in names:
            yield from results(node.node if isinstance(node, nodes.Assign) else node.iter)


def message_of_call(call: nodes.Call) -> Iterator[str]:
    """Yield the strings among the arguments that what is called may show."""
    named = {each.key: each.value for each in call.kwargs}
    if isinstance(call.node, nodes.Getattr):  # i18n.labelled and its like
        of = call.node.node
        if isinstance(of, nodes.Name) and of.name == "i18n":
            for value in (*call.args, *named.values()):
                yield from results(value)
    elif isinstance(call.node, nodes.Name):
        for parameters in MACROS.get(call.node.name, ()):
            for name, value in (*zip(parameters, call.args, strict=False), *named.items()):
                if name and name in parameters:
                    yield from results(value)


@pytest.mark.parametrize("template", [name for name in NAMES if name not in ENGLISH_ONLY])
def test_every_word_of_a_template_can_be_translated(template: str) -> None:
    assert untranslated(template) == []


HARD_CODED = [
    "<h2>Hard coded</h2>",
    "<table><tr><th>Hard coded</th></tr></table>",
    "<p>Hard coded</p>",
    "<details><summary>Hard coded</summary></details>",
    "<title>Hard coded</title>",
    "<b>Hard coded</b>{{ page.number }}",
    "<p>{{ page.number }} Hard coded</p>",
    '<p>{{ "Hard coded" if page.number else _("Name") }}</p>',
    '<p>{{ page.name or "Hard coded" }}</p>',
    '<p>{{ page.name|default("Hard coded") }}</p>',
    '<p>{{ ["a", "b"]|join(" Hard coded ") }}</p>',
    '<p>{{ {"a": "Hard coded"}[page.name] }}</p>',
    '<p>{{ page.number ~ " Hard coded" }}</p>',
    '<p>{{ i18n.labelled("Hard coded", page.name) }}</p>',
    '{% set said = "Hard coded" %}<p>{{ said }}</p>',
    '{% for said in ["Hard coded"] %}<li>{{ said }}</li>{% endfor %}',
    '<img alt="Hard coded">',
    '<input placeholder="Hard coded">',
    '<a title="{{ page.number }} Hard coded"></a>',
    '<nav aria-label="{{ "Hard coded" if page.number else _("Name") }}"></nav>',
    '<input type="submit" value="Hard coded">',
    '<optgroup label="Hard coded"></optgroup>',
    '<p data-asks="Hard coded"></p>',
    '<meta name="description" content="Hard coded">',
    "{% if page.number %}<p>Hard coded</p>{% endif %}",
    "{% macro own() %}<p>Hard coded</p>{% endmacro %}",
    "{% call crumbs(page.edition) %}<p>Hard coded</p>{% endcall %}",
    '{{ field(page.form.name, "Hard coded") }}',
    '{{ field(page.form.name, hint="Hard coded") }}',
    "{{ notes(page.form.name, hint='Hard coded') }}",
]


@pytest.mark.parametrize("written", HARD_CODED)
def test_a_word_that_nobody_can_translate_is_found(written: str) -> None:
    source = (FOLDER / "admin/health.html").read_text()
    assert untranslated("admin/health.html", source + written)


@pytest.mark.parametrize(
    "written",
    [
        '<p class="meta" id="hard-coded" data-key="m1">{{ _("Name") }} – 12 · &nbsp;€</p>',
        "<p>{% trans %}A sentence of its own.{% endtrans %}</p>",
        '<button name="go" value="leave" type="submit">{{ ngettext("a", "b", 2) }}</button>',
        '{{ field(page.form.name, kind="email", autocomplete="off") }}',
        '<a href="{{ url_for("home.start") }}">{{ page.name|replace("m", "") }}</a>',
        '{% set own = "m1-" ~ page.number %}<p id="{{ own }}"></p>',
        '{% if page.name == "hard coded" %}<br>{% endif %}{# hard coded #}',
    ],
)  # fmt: skip
def test_what_nobody_reads_is_left_alone(written: str) -> None:
    assert untranslated("admin/health.html", written) == []
