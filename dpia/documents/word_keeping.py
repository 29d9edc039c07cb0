"""Which paragraphs stay on the page of what follows: the words that announce a list, and the last item but one."""

from __future__ import annotations

from collections.abc import Sequence

from markdown_it.token import Token

LISTS = ("bullet_list_open", "ordered_list_open")
LONG = 400  # characters, some four lines: after a longer item, the last one may begin a page alone


def kept(tokens: Sequence[Token]) -> set[int]:
    """Return the indexes of the paragraph_open that stay with what follows."""
    found: set[int] = set()
    lasts: list[list[int]] = []  # for each open list, the last paragraph of each item
    for index, token in enumerate(tokens):
        if token.type in LISTS:
            if index > 2 and tokens[index - 1].type == "paragraph_close":
                found.add(index - 3)
            lasts.append([])
        elif token.type == "list_item_open":
            lasts[-1].append(-1)
        elif token.type == "paragraph_open":
            for items in lasts:
                items[-1] = index
        elif token.type.endswith("_list_close"):
            found.update(last for last in lasts.pop()[-2:-1] if last >= 0 and len(tokens[last + 1].content) <= LONG)
    return found
