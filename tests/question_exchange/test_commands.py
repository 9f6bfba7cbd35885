"""`learning questions` exports a bank and converts files, and says what it could not keep."""

from pathlib import Path

import pytest

from learning.cli import main
from learning.commands import questions as command
from learning.question_exchange.converter import convert
from tests.question_exchange.formats.builders import SAMPLES


def run(capsys, *arguments: object) -> tuple[int, str, str]:
    status = main(["questions", *map(str, arguments)])
    out, err = capsys.readouterr()
    return status, out, err


def test_a_bank_is_exported_and_converted_again(capsys, tmp_path: Path) -> None:
    files = []
    for language in ("fr", "en", "es"):
        path = tmp_path / f"{language}.xml"
        arguments = ("--format", "moodle-xml", "--language", language, "--output", path)
        assert run(capsys, "export", "m1", *arguments) == (0, "", "")
        files += [f"--{language}", path]
    bank = tmp_path / "bank.toml"
    status, out, err = run(capsys, "convert", *files, "--output", bank)
    assert (status, out) == (0, "")
    assert err.endswith("40 question(s), 0 left out\n")
    assert bank.read_text().count("[questions.es]") == 40


def test_what_gift_cannot_hold_is_named(capsys) -> None:
    status, out, err = run(capsys, "export", "m1", "--format", "gift", "--language", "fr")
    assert status == 1
    assert out.startswith("$CATEGORY: ")
    assert err.splitlines() == [f"{key}: cloze is not part of gift" for key in keys_of(out)]


def keys_of(gift: str) -> list[str]:
    lines = [line for line in gift.splitlines() if "GIFT cannot hold" in line]
    assert lines
    return [line.removeprefix("// ").partition(":")[0] for line in lines]


def test_a_report_names_file_line_and_question(capsys) -> None:
    sample = SAMPLES / "moodle-4.xml"
    status, out, err = run(capsys, "convert", "--en", sample)
    assert status == 1
    assert out == convert({"en": sample.read_text()}).text
    lines = err.splitlines()
    assert lines[0] == f"{sample}:294: Your view: Essay: a bank has no open questions"
    assert f"{sample}:331: A sum: A type that a bank does not have (calculated)" in lines
    assert "fr: w1-q1: The question is missing in a language" in lines
    assert lines[-1] == "8 question(s), 3 left out"


def test_control_characters_of_a_file_do_not_reach_the_terminal(capsys, tmp_path: Path) -> None:
    path = tmp_path / "a.gift"
    path.write_text("// [tag:\u2066x]\n::a::So?{T}")
    _, _, err = run(capsys, "convert", "--en", path)
    assert all(sign.isprintable() for line in err.splitlines() for sign in line)


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["export"], "Say which module"),
        (["export", "m9", "--format", "gift", "--language", "fr"], "There is no bank m9"),
        (
            ["export", "m1", "--format", "gift", "--language", "fr", "--course", "none"],
            "There is no course in",
        ),
        (["convert"], "Name a file for one language or more"),
        (["convert", "--fr", "nowhere.xml"], "The system refused"),
    ],
)
def test_what_is_missing_is_said(capsys, arguments: list[str], sentence: str) -> None:
    status, out, err = run(capsys, *arguments)
    assert (status, out) == (2, "")
    assert err.startswith(sentence)


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"<quiz>\n<a></quiz>", "{}:2: The XML is damaged here. Export the file again.\n"),
        (b"// nothing", "There is no question in it. Choose another file.\n"),
        (b"PK\x03\x04\0\0", "{}: This is not a text file."),
    ],
)
def test_a_file_is_refused_with_its_line(capsys, tmp_path: Path, content, sentence) -> None:
    path = tmp_path / "a"
    path.write_bytes(content)
    status, out, err = run(capsys, "convert", "--fr", path)
    assert (status, out) == (2, "")
    assert err.startswith(sentence.format(path))


def test_a_file_is_not_read_if_it_is_too_large(capsys, tmp_path, monkeypatch) -> None:
    path = tmp_path / "a"
    path.write_text("::a::So?{T}")
    monkeypatch.setattr(command, "MAX_BYTES", 5)
    status, _, err = run(capsys, "convert", "--fr", path)
    assert status == 2
    assert "The file is too large." in err
