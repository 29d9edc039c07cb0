"""Every article that an assessment names outside its notes is in its list of texts (point 6 of the grid)."""

from __future__ import annotations

import re

import pytest

from dpia.documents import drafts
from dpia.documents.plans import CNIL
from tests.fixtures.views import profile

NAMED = re.compile(r"(RGPD|loi 78-17), art(?:\.|icles?) ([^;)|]*)")
NUMBER = re.compile(r"(\d{1,3})(?: à (\d{1,3}))?(?=[ ,.:*)]|$)")
INSIDE = re.compile(r"points? \d+|paragraphes? \d+(?:(?:,| et) \d+)*|§ ?\d+|\d+°|alinéas? \d+")


def numbers(said: str) -> set[int]:
    """The articles of "15 à 18, 20, paragraphe 1": 15, 16, 17, 18, 20."""
    found: set[int] = set()
    for first, last in NUMBER.findall(INSIDE.sub(" ", said)):
        found.update(range(int(first), int(last or first) + 1))
    return found


@pytest.mark.parametrize("name", ["complet", "petite-commune", "ville-csu", "stationnement", "cameras-pietons", "depots", "analyse"])
def test_no_article_is_named_that_the_list_leaves_out(name: str) -> None:
    for draft in drafts.drafts(profile(name), CNIL):
        text = re.sub(r"\\([^\w\s])", r"\1", draft.text)
        start = text.index("Les textes applicables\n")
        listed = text[start : text.index("\n## ", start + 5)]
        body = re.sub(r"\^\[[^\]]*\]", "", text[:start] + text[start + len(listed) :])
        for law in ("RGPD", "loi 78-17"):
            known: set[int] = set()
            for row in re.findall(rf"(?:\| |[:;] ){law}(?: \||, art\.) ([^|;]*)", listed):
                known |= numbers(row)
            named = {number for found, said in NAMED.findall(body) if found == law for number in numbers(said.split(" (")[0])}
            assert named <= known, (draft.name, law, sorted(named - known))
