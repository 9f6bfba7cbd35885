"""A setting that is wrong is said where it is read, in one sentence that names it."""

import secrets

import pytest

from learning.settings import Settings, SettingsError, read_settings

SOUND = {
    "LEARNING_PRODUCTION": "1",
    "LEARNING_SECRET_KEY": "4f6a0c1be2d95873a8b7e6f10d2c3948",
    "LEARNING_ORIGINS": "https://a.example https://b.example",
    "LEARNING_ADDRESS": "https://a.example",
    "LEARNING_TRUSTED_PROXIES": "1",
}
WRONG = {
    "DATABASE_URL": (
        "",
        "nonsense",
        "instance/learning.sqlite",
        "mysql://localhost/x",
        "oracle://x/y",
        "postgresql://localhost",
        "postgresql://localhost:port/x",
        "sqlite://",
    ),
    "SECRET_KEY": ("",),
    "ORIGINS": ("", "a.example", "https://a.example/", "ftp://a.example", "https://a.example:x"),
    "ADDRESS": ("", "https://", "https://a.example/path", "https://a b.example"),
    "COURSES": ("", "/nowhere/at/all", "learning"),
    "FILES": ("",),
    "PRODUCTION": ("yes", ""),
    "EMBEDDED_WORKER": ("2",),
    "TRUSTED_PROXIES": ("-1", "one", "", "10", "²"),
    "BOOKS_YEARS": ("", "0", "ten", "100"),
    "PREPARE_THRESHOLD": ("", "-1", "two", "99999"),
    "POOL_SIZE": ("0", "many", "1001"),
    "CACHE": ("",),
    "AUDIT_ANCHORS": ("",),
    "MAIL_URL": (
        "",
        "folder:",
        "smtp://",
        "smtp://mail.example:port",
        "smtp://mail.example:0",
        "smtp://mail.example:99999",
        "smtp://mail.example?tls=yes",
        "smtp://mail.example?ssl=1",
        "smtp://mail.example/inbox",
        "imap://mail.example",
        "mail.example:25",
    ),
    "MAIL_FROM": (
        "",
        "Reintegration",
        "course@",
        "@example.org",
        "course@localhost",
        "course@example..org",
        '"Reintegration <course@example.org>"',
        "a@example.org, b@example.org",
        "Course <course@example.org>\nBcc: x@example.org",
    ),
    "SCANNER": (
        "nonsense",
        "/run/clamd",
        "clamd:",
        "clamd:host",
        "clamd:host:port",
        "clamd:h:99999",
    ),
}
GUESSED = (
    "a",
    "x" * 40,
    "password" * 5,
    "passwordpasswordpassword12345678!",
    "0123456789" * 4,
    "abcdefghijklmnopqrstuvwxyz0123456789",
    "short but random 9f8e",
    "0110100110010110" * 2,
)


@pytest.mark.parametrize(
    ("name", "value"), [(name, value) for name, values in WRONG.items() for value in values]
)
def test_a_wrong_setting_is_refused_by_name_in_one_line(name, value) -> None:
    with pytest.raises(SettingsError) as refused:
        read_settings({f"LEARNING_{name}": value})
    assert str(refused.value).startswith(f"LEARNING_{name}: ")
    assert "\n" not in str(refused.value)


def test_numbers_are_numbers() -> None:
    read = read_settings({"LEARNING_POOL_SIZE": "20", "LEARNING_PREPARE_THRESHOLD": "0"})
    assert (read.pool_size, read.prepare_threshold) == (20, 0)


@pytest.mark.parametrize("secret", GUESSED)
def test_production_refuses_a_secret_that_could_be_guessed(secret) -> None:
    with pytest.raises(SettingsError, match=r"LEARNING_SECRET_KEY: .*secrets\.token_hex"):
        read_settings(SOUND | {"LEARNING_SECRET_KEY": secret})


def test_production_takes_what_its_own_advice_makes() -> None:
    for _ in range(300):
        for made in (secrets.token_hex(32), secrets.token_hex(16), secrets.token_urlsafe(32)):
            assert read_settings(SOUND | {"LEARNING_SECRET_KEY": made}).secret_key == made


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"LEARNING_SECRET_KEY": None}, "LEARNING_SECRET_KEY: .* of its own"),
        ({"LEARNING_ADDRESS": "https://c.example"}, "LEARNING_ADDRESS: one of"),
        (
            {"LEARNING_ORIGINS": "http://a.example", "LEARNING_ADDRESS": "http://a.example"},
            "LEARNING_ORIGINS: production needs https",
        ),
        ({"LEARNING_TRUSTED_PROXIES": None}, "LEARNING_TRUSTED_PROXIES: say how many"),
    ],
)
def test_production_asks_for_what_it_needs(change, sentence) -> None:
    data = {name: value for name, value in (SOUND | change).items() if value is not None}
    with pytest.raises(SettingsError, match=sentence):
        read_settings(data)


def test_what_is_right_is_taken() -> None:
    for right in (
        {"LEARNING_DATABASE_URL": "postgresql://learning:p%40ss@db.example:5432/learning"},
        {"LEARNING_DATABASE_URL": "postgresql:///learning?host=/run/postgresql"},
        {"LEARNING_DATABASE_URL": "sqlite:////var/lib/learning/learning.sqlite"},
        {"LEARNING_MAIL_URL": "smtp://u%40x:p%2Fw@mail.example:587?tls=1"},
        {"LEARNING_MAIL_URL": "smtp://[::1]:25"},
        {"LEARNING_MAIL_URL": "folder:/var/lib/learning/mail"},
        {"LEARNING_MAIL_FROM": "course@example.org"},
        {"LEARNING_MAIL_FROM": '"Réintégration, Turin" <course@example.org>'},
        {"LEARNING_SCANNER": "clamd:/run/clamav/clamd.ctl"},
        {"LEARNING_SCANNER": "clamd:[::1]:3310"},
        {"LEARNING_SCANNER": ""},
        {"LEARNING_TRUSTED_PROXIES": "0"},
        {"LEARNING_POOL_SIZE": "20", "LEARNING_PREPARE_THRESHOLD": "0"},
        {"LEARNING_ADDRESS": "http://[::1]:8000"},
    ):
        assert read_settings(SOUND | right | {"LEARNING_PRODUCTION": "0"})


@pytest.mark.parametrize(
    "url",
    [
        "postgresql://learning:tr0ub4dor@db.example/learning",
        "postgresql://learning:tr0ub4dor/x@db.example/learning",
        "postgresql://learning:a@tr0ub4dor@db.example/learning",
        "postgresql:///learning?user=x&password=tr0ub4dor",
        "postgresql://learning:a#tr0ub4dor@db.example/learning",
        "postgresql://learning:a?tr0ub4dor@db.example/learning",
        "postgresql://learning:a tr0ub4dor@db.example/learning",
        "postgresql://learning:a\ntr0ub4dor@db.example/learning",
        "postgresql:///learning?sslPassword=a tr0ub4dor",
    ],
)
def test_what_staff_are_shown_holds_no_password(url) -> None:
    shown = dict(Settings(database_url=url).without_secrets())["LEARNING_DATABASE_URL"]
    assert "tr0ub4dor" not in shown
    assert "learning" in shown


def test_what_staff_are_shown_holds_no_password_of_the_mail_server() -> None:
    url = "smtp://learning:a tr0ub4dor@mail.example:587?tls=1"
    shown = dict(Settings(mail_url=url).without_secrets())["LEARNING_MAIL_URL"]
    assert shown == "smtp://…@mail.example:587?tls=1"
