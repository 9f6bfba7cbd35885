"""What applicants agree to has a version: who agreed to an older text is asked again."""

from hashlib import sha256
from pathlib import Path

from learning.admissions.pages.candidate.forms import ConsentForm
from learning.admissions.rules.answers import CONSENT_VERSION
from learning.kit.i18n import LANGUAGES, i18n_for
from learning.paths import ROOT
from tests.templates import ENVIRONMENT

TEXTS = (
    ROOT / "templates/admissions/consent.html",
    ROOT / "templates/components/cost_periods.html",
)
DIGESTS = {"2026-11": "66527b4080f74927"}
"""The digest of the text, in all languages, of each version that was in use."""


def digest(texts: tuple[Path, ...] = TEXTS) -> str:
    """Return the digest of what the page of the agreement says, in all languages."""
    sources = [path.read_text() for path in texts]
    found = [each for source in sources for each in ENVIRONMENT.extract_translations(source)]
    messages = [*(message for _line, _function, message in found), ConsentForm().agreed.label.text]
    shown = [i18n_for(language).gettext(each) for language in LANGUAGES for each in messages]
    return sha256("\n".join(shown).encode()).hexdigest()[:16]


def test_the_text_changes_only_with_its_version(app) -> None:
    """If this fails, give CONSENT_VERSION a new value, and add the digest of the new text.

    Replace the digest of the present version for a slip of the pen alone, which changes nothing
    that was agreed: with a new version, everybody whose application is open is asked again.
    """
    with app.test_request_context():
        assert digest() == DIGESTS[CONSENT_VERSION]


def test_another_word_in_the_text_is_noticed(app, tmp_path) -> None:
    changed = tmp_path / "consent.html"
    text = TEXTS[0].read_text()
    changed.write_text(text.replace("nothing is sold", "little is sold"))
    assert changed.read_text() != text
    with app.test_request_context():
        assert digest((changed, *TEXTS[1:])) != digest()


def test_the_present_version_is_the_newest() -> None:
    assert max(DIGESTS) == CONSENT_VERSION
