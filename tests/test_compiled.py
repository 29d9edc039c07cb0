"""What is kept between two starts, the knowledge and the templates: the same as read anew, never a stale or a damaged copy."""

from __future__ import annotations

from pathlib import Path

import pytest

from dpia import compiled, corpus
from dpia.documents import compiled_templates, markdown
from tests.fixtures import small


@pytest.fixture
def kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "__pycache__")
    return tmp_path / "__pycache__"


def fresh() -> corpus.Corpus:
    return corpus.load.__wrapped__()


def test_the_second_start_reads_no_yaml_and_finds_the_same(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = fresh()
    assert [path.suffix for path in kept.iterdir()] == [".msgpack"]
    monkeypatch.setattr(corpus, "read_knowledge", lambda text: pytest.fail("le YAML est relu"))
    again = fresh()
    for found in ("themes", "analyses", "data", "version", "since", "digest", "roles"):
        assert getattr(again, found) == getattr(first, found), found
    assert [read.rule for read in again.rules] == [read.rule for read in first.rules]


@pytest.mark.parametrize("damage", [b"", b"\xc1", b"\x93\x01\x02\x03", b"\x81"])
def test_a_damaged_copy_is_read_again(kept: Path, damage: bytes) -> None:
    digest = fresh().digest
    (copy,) = kept.iterdir()
    copy.write_bytes(damage)
    assert fresh().digest == digest and len(fresh().rules) > 100


def test_a_changed_file_never_meets_an_old_copy(kept: Path) -> None:
    compiled.keep("a" * 64, {"law/corpus.yaml": {}})
    assert compiled.recall("b" * 64) is None
    compiled.keep("b" * 64, {})
    assert len(list(kept.iterdir())) == 1  # the older copy is gone


def test_a_folder_that_cannot_be_written_costs_only_time(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "file")
    assert fresh().digest == corpus.build(small.shipped()).digest


def test_a_template_is_compiled_once(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    written = render_once()
    assert [path.suffix for path in kept.iterdir()] == [".jinja"]
    monkeypatch.setattr(markdown._Environment, "_generate", lambda *_, **__: pytest.fail("le gabarit est compilé de nouveau"))
    assert render_once() == written


@pytest.mark.parametrize("damage", [b"", b"j2", b"\x80", None], ids=["empty", "cut", "noise", "cut later"])
def test_a_damaged_template_is_compiled_again(kept: Path, damage: bytes | None) -> None:
    written = render_once()
    (copy,) = kept.iterdir()
    copy.write_bytes(copy.read_bytes()[:-40] if damage is None else damage)
    assert render_once() == written


def test_a_changed_template_or_program_never_meets_an_old_copy(kept: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    render_once()
    (copy,) = kept.iterdir()
    before = copy.read_bytes()
    monkeypatch.setattr(compiled_templates, "_state", lambda owner: "un autre programme")
    render_once()
    assert copy.read_bytes() != before
    monkeypatch.setattr(markdown, "_source", lambda name: ("autre", name, None))
    assert render_once() == "autre"


def test_where_nothing_can_be_written_a_template_is_still_compiled(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "file").write_text("x")
    monkeypatch.setattr(compiled, "FOLDER", tmp_path / "file")
    assert render_once()


def render_once() -> str:
    """Render the smallest template in a new environment, as a new process does."""
    return str(markdown.environment.__wrapped__().get_template("aipd/case-notice.md.j2").render())
