"""What the columns of a list are used as: found by heading or cells, or chosen by staff."""

import pytest

from learning.kit.email_addresses import EmailIssue
from learning.participants.list_columns import Choice, Column, ColumnProblem
from learning.participants.list_files import read_text
from learning.participants.people_lists import (
    ListRow,
    PeopleList,
    RowProblem,
    read_list,
    without_lines,
)

LANGUAGES = ("fr", "en", "es")
E, W, G, F = Column.EMAIL, Column.WHOLE_NAME, Column.GIVEN, Column.FAMILY


def read(text: str, choice: Choice | None = None) -> PeopleList:
    return read_list(read_text(text), LANGUAGES, choice)


def chosen(text: str, *kinds: Column | None) -> PeopleList:
    key = read(text).columns.key
    return read(text, Choice(key=key, kinds=dict(enumerate(kinds))))


@pytest.mark.parametrize(
    ("text", "kinds"),
    [
        ("Full name;E-mail address;Company\nA;a@x.org;C", (W, E, Column.INSTITUTION)),
        ("first_name;last_name;user@\nA;B;a@x.org", (G, F, E)),
        ("Nom;Contact\nA;a@x.org\nB;b@x.org\nC;?", (W, E)),
        ("Nom;Contact\nA;a@x.org\nB;?\nC;?", (W, None)),
        ("Nom;Contact\nA;a@x.org\nB;?", (W, None)),
        ("Nom;Contact\nA;a@x.org\nB;b@x.org\nC;?\nD;?\nE;?", (W, None)),
        ("Nom;Contact\nA;a@x.org\nB\nC;\n", (W, E)),
        ("Nom;Contact\n" + "A;?\n" * 100 + "B;b@x.org\n" * 200, (W, None)),
        ("Nom;Contact;Secours\nA;a@x.org;b@x.org", (W, E, None)),
        ("a@x.org;Awa;fr", (E, None, None)),
        ("Nom;Mél\nA;a@x.org;more", (W, E)),
    ],
)
def test_columns_are_known_by_their_headings_or_by_their_addresses(text: str, kinds) -> None:
    assert read(text).columns.kinds == kinds


@pytest.mark.parametrize(
    ("text", "first", "titles"),
    [
        ("Liste 2027\n\nNom;Courriel\nA;a@x.org", 4, (1,)),
        ("Ministère;Bouaké\nNom;Courriel\nA;a@x.org", 3, (1,)),
        ("Liste\nQui;Contact\nA;a@x.org", 3, (1,)),
        ("Liste\nA;a@x.org", 2, (1,)),
        ("Liste\n2027\nA;a@x.org", 3, (1, 2)),
        ("Nom;Courriel\nA;a@x.org", 2, ()),
        ("A;a@x.org\nB;b@x.org", 1, ()),
        ("\nA;a@x.org", 2, ()),
    ],
)
def test_the_headings_may_stand_below_a_title_or_be_missing(text: str, first: int, titles) -> None:
    choice = Choice(key=read(text).columns.key, kinds={0: W, 1: E})
    people = read(text, choice)
    assert (people.lines[0].number, people.title_rows) == (first, titles)
    assert people.has_headings is ("Courriel" in text or "Qui" in text)


def test_a_column_of_addresses_under_a_title_has_it_as_its_heading() -> None:
    assert [each.name for each in read("Contacts\na@x.org\nb@x.org").columns.shown] == ["Contacts"]


def test_a_list_without_headings_has_letters_for_them() -> None:
    lists = [read(text) for text in ("a@x.org\nb@x.org;B", "c@x.org\nb@x.org;B")]
    assert [each.name for each in lists[0].columns.shown] == ["A", "B"]
    assert not lists[0].has_headings
    assert lists[0].columns.key != lists[1].columns.key, "a choice is for one of them"
    assert not read("a@x.org\nb@x.org").has_headings


def test_headings_are_looked_for_in_the_first_rows_only() -> None:
    assert read("Liste\n" * 9 + "Nom;Courriel\nA;a@x.org").title_rows == tuple(range(1, 10))
    assert read("Liste\n" * 10 + "Nom;Courriel\nA;a@x.org").title_rows == ()


def test_each_column_is_shown_with_its_first_cells() -> None:
    text = "Nom;;Courriel;Vide;\nA;x;a@x.org;;\nB;;b@x.org;;\nC;y;c@x.org;;\nD;z;d@x.org;;\n"
    assert [(c.position, c.name, c.samples, c.kind) for c in read(text).columns.shown] == [
        (0, "Nom", ("A", "B", "C"), W),
        (1, "B", ("x", "y", "z"), None),
        (2, "Courriel", ("a@x.org", "b@x.org", "c@x.org"), E),
        (3, "Vide", (), None),
    ]


def test_a_choice_counts_in_place_of_the_headings() -> None:
    text = "Courriel;Contact;Nom;Autre\nold@x.org;new@x.org;Koné;Awa\n"
    (found,) = read(text).lines
    (line,) = chosen(text, None, E, F, G).lines
    assert (found.email, found.name) == ("old@x.org", "Koné")
    assert (line.email, line.name, line.problem) == ("new@x.org", "Awa Koné", None)


def test_a_choice_for_another_list_does_not_count() -> None:
    choice = Choice(key=read("Nom;Courriel\nA;a@x.org").columns.key, kinds={0: E, 1: W})
    assert read("Nom;Courriel\nA;a@x.org", choice).columns.kinds == (E, W)
    assert read("Courriel;Nom\na@x.org;A", choice).columns.kinds == (E, W), "by its headings"
    assert read("Nom;E-mail\nA;a@x.org", choice).columns.kinds == (W, E)


@pytest.mark.parametrize(
    ("kinds", "problem"),
    [
        ((E, W, None), None),
        ((E, G, F), None),
        ((E, W, G), None),
        ((E, G, G), ColumnProblem.HALF_NAME),
        ((E, F, None), ColumnProblem.HALF_NAME),
        ((E, None, None), ColumnProblem.NO_NAME),
        ((None, W, None), ColumnProblem.NO_EMAIL),
        ((E, E, W), ColumnProblem.TWO_EQUAL),
        ((E, W, W), ColumnProblem.TWO_EQUAL),
    ],
)
def test_columns_have_to_say_who_it_is(kinds, problem: ColumnProblem | None) -> None:
    people = chosen("x;y;z\na@x.org;A;B", *kinds)
    assert people.problem is problem
    assert bool(people.lines) is (problem is None)


@pytest.mark.parametrize(
    ("row", "problem", "value"),
    [
        ("Awa Koné <awa@example.org>;A;", None, ""),
        ("mailto:awa@example.org;A;", None, ""),
        ("<awa@example.org>;A;", None, ""),
        ("AWA@Example;A;", EmailIssue.DOMAIN, "AWA@Example"),
        ("Awa <awa@example>;A;", EmailIssue.DOMAIN, "Awa <awa@example>"),
        ("awa@example.org;A;Allemand", RowProblem.BAD_LANGUAGE, "Allemand"),
        ("awa@example.org;A;pt_BR", RowProblem.BAD_LANGUAGE, "pt_BR"),
        ("awa@example.org;A;fr;x;y", RowProblem.TOO_MANY_CELLS, "x y"),
        ("awa@example.org;#REF!;", RowProblem.CELL_ERROR, "#REF!"),
        ("awa@example.org;#nom?;", RowProblem.CELL_ERROR, "#nom?"),
        (";A;", RowProblem.NO_EMAIL, ""),
        ("awa@example.org;;", RowProblem.NO_NAME, ""),
    ],
)
def test_a_problem_quotes_the_cell_as_it_was_typed(row: str, problem, value: str) -> None:
    (line,) = read(f"email;name;language\n{row}\n").lines
    assert (line.problem, line.value) == (problem, value)
    if problem is None:
        assert line.email == "awa@example.org"


@pytest.mark.parametrize(
    "cell",
    [
        "#N/A",
        "#REF!",
        "#NAME?",
        "#VALUE!",
        "#DIV/0!",
        "#NULL!",
        "#NUM!",
        "#SPILL!",
        "#CALC!",
        "#NOM?",
        "#VALEUR!",
        "#NUL!",
        "#NOMBRE!",
        "#ERROR!",
    ],
)
def test_what_spreadsheets_write_for_an_error_is_no_name(cell: str) -> None:
    (line,) = read(f"email;name\na@b.org;{cell}\n").lines
    assert (line.problem, line.value) == (RowProblem.CELL_ERROR, cell)


def test_the_second_of_two_names_the_first() -> None:
    lines = read("email;name\na@b.org;A\nA@B.org;B\n<a@b.org>;C\n").lines
    assert [(each.problem, each.value, each.other_line) for each in lines] == [
        (None, "", 0),
        (RowProblem.TWICE, "a@b.org", 2),
        (RowProblem.TWICE, "a@b.org", 2),
    ]


def test_lines_that_are_left_out_leave_the_numbers_of_the_others() -> None:
    cells = read_text("email;name\na@b.org;A\nb;B\nc@b.org;C\n")
    lines = read_list(without_lines(cells, {3}), LANGUAGES).lines
    assert [(each.number, each.email) for each in lines] == [(2, "a@b.org"), (4, "c@b.org")]


def test_the_digest_is_that_of_the_lines() -> None:
    text = "Courriel;Nom;Autre\na@b.org;A;B\n"
    assert read(text).digest == read(text.replace(";", ",")).digest
    assert read(text).digest != read(text.replace(";A;", ";C;")).digest
    assert read(text).digest != chosen(text, E, None, W).digest


def test_a_line_is_read_back_from_what_a_job_keeps_of_it() -> None:
    (line,) = read("email;name\na@b.org;A\n").lines
    earlier = {
        name: value for name, value in vars(line).items() if name not in {"value", "other_line"}
    }
    assert ListRow(**earlier) == line
