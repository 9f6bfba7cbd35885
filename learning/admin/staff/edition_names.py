"""What an edition is called where pages of all editions name it: its course and its first day."""

from learning.catalogue.models import Edition
from learning.content import registry
from learning.kit.i18n import I18n


def edition_name(edition: Edition, i18n: I18n) -> str:
    title = registry.course(edition.course).title[i18n.language]
    return f"{title} · {i18n.date(edition.starts_on, weekday=False)}"
