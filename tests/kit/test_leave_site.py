"""The page that leads to another site says where, and takes no address that hides it."""

import pytest
from flask import Flask

from learning.kit.leave_site import UnsafeDestination, destination_host, leave_site

BANK = "https://pay.bank.example/checkout?order=7&back=%2Fmine"


@pytest.mark.parametrize(
    ("url", "host"),
    [
        (BANK, "pay.bank.example"),
        ("https://meet.example:8443/j/1", "meet.example:8443"),
        ("https://xn--bnk-qla.example/", "xn--bnk-qla.example"),
        ("https://[2001:db8::1]/", "[2001:db8::1]"),
        ("http://127.0.0.1:8011/bank", "127.0.0.1:8011"),
        ("http://[::1]:8011/bank", "[::1]:8011"),
        ("http://localhost/bank", "localhost"),
        ("https://meet.example/" + "x" * 1979, "meet.example"),
    ],
)
def test_the_host_that_people_read_is_the_one_that_the_browser_goes_to(url, host) -> None:
    assert destination_host(url) == host


@pytest.mark.parametrize(
    "url",
    [
        "",
        "http://pay.bank.example/",
        "http://127.0.0.1.bank.example/",
        "http://10.0.0.1/",
        "//pay.bank.example/",
        "/checkout",
        "javascript:alert(1)",
        "data:text/html,x",
        "ftp://pay.bank.example/",
        "https:///checkout",
        "https://pay.bank.example@evil.example/",
        "https://pay.bank.example:secret@evil.example/",
        "https://evil.example\\@pay.bank.example/",
        "https://pay.bank.example/a b",
        "https://pay.bank.example/\n",
        'https://pay.bank.example/"onclick=',
        "https://pay.bank.example:port/",
        "https://bänk.example/",
        "https://meet.example/" + "x" * 1980,
    ],
)
def test_an_address_that_hides_where_it_leads_is_refused(url) -> None:
    with pytest.raises(UnsafeDestination):
        destination_host(url)


@pytest.mark.parametrize(
    ("language", "title"),
    [
        ("en", "Continue to Bank &amp; Co"),
        ("fr", "Continuer vers Bank &amp; Co"),
        ("es", "Continuar a Bank &amp; Co"),
    ],
)
def test_the_page_names_the_destination_and_carries_the_link(app: Flask, language, title) -> None:
    with app.test_request_context(f"/{language}/account/sign-in"):
        app.preprocess_request()
        answer = app.process_response(leave_site(BANK, "Bank & Co"))
    text = answer.get_data(as_text=True)
    assert answer.status_code == 200
    assert f"<h1>{title}</h1>" in text
    assert '<bdi translate="no">pay.bank.example</bdi>' in text
    link = 'href="https://pay.bank.example/checkout?order=7&amp;back=%2Fmine"'
    assert text.count(link) == 1
    assert f'{link} rel="external noopener noreferrer">{title}</a>' in text
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    assert answer.headers["Cache-Control"] == "no-store"
    assert "form-action 'self'" in answer.headers["Content-Security-Policy"]
