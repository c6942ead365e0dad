"""The corpus: nothing in it may be a copy, a template or a shortcut, and the checks themselves must bite."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner

from classifier.assessment import Danger, Kind, Verdict
from classifier.corpus import Document, load_corpus
from classifier.corpus_checks import check_corpus, read_items, sign_ids
from classifier.evaluation import overlaps, shortcuts
from classifier.evaluation.cli import corpus

WORDS = "mận đào ổi xoài mít na lê táo cam quýt bưởi chanh dưa khế vải nhãn hồng sấu me cóc".split()


def offer(number: int, text: str, label: str = "legit", group: str = "g1") -> Document:
    return Document(
        f"t-{number}", text, Kind.JOB_OFFER, label, (Verdict.NONE,), Danger.NONE, (), "x", group, "vi", "sms", "plain"
    )  # fmt: skip


def row(number: int, **changes: object) -> dict:
    plain = {
        "id": f"t-{number}", "text": f"quán số {number} cần người rửa bát", "kind": "job_offer", "label": "legit",
        "verdicts": ["none"], "danger": "none", "signs": [], "scheme": "cafe", "group": "g1", "lang": "vi",
        "register": "sms", "difficulty": "plain",
    }  # fmt: skip
    return {**plain, **changes}


def write(directory: Path, rows: list[dict]) -> Path:
    directory.mkdir(exist_ok=True)
    (directory / "items.jsonl").write_text(
        "\n".join(json.dumps(r, ensure_ascii=False) for r in rows), "utf-8"
    )
    return directory


def test_a_reworded_copy_is_found_and_a_new_text_is_not() -> None:
    first = offer(1, "Xưởng gỗ cần hai thợ chà nhám làm từ bảy giờ sáng, lương tuần, cơm trưa tại xưởng")
    copy = offer(2, "Xuong go can hai tho cha nham lam tu bay gio sang, luong thang, com trua tai xuong")
    other = offer(3, "Tiệm bánh tìm bạn đứng quầy buổi chiều, biết gói quà, nhà gần chợ càng tốt")
    pairs = overlaps.near_duplicates([first, copy, other])
    assert [(pair.first, pair.second) for pair in pairs] == [("t-1", "t-2")]


def test_the_index_agrees_with_comparing_every_pair() -> None:
    documents = [offer(n, " ".join(WORDS[(n * k) % 20] for k in range(12))) for n in range(1, 30)]
    sets = [overlaps.grams(d.text, overlaps.DUPLICATE_GRAM) for d in documents]
    slow = {
        (documents[i].doc_id, documents[j].doc_id)
        for j in range(len(sets))
        for i in range(j)
        if len(sets[i] & sets[j]) / len(sets[i] | sets[j]) >= overlaps.DUPLICATE_SHARE
    }
    assert {(p.first, p.second) for p in overlaps.near_duplicates(documents)} == slow
    assert slow


def test_words_of_an_evaluation_file_are_found_without_their_marks() -> None:
    item = offer(1, "cuối tuần này bên em gom người đi hái cà phê ở Đắk Mil, ai rảnh nhắn chị Sáu")
    measured = replace(
        item, doc_id="e-1", text="CUOI TUAN NAY BEN EM GOM NGUOI DI HAI CA PHE o dau cung duoc"
    )
    assert [pair.second for pair in overlaps.leaks([item], [measured])] == ["e-1"]
    assert overlaps.leaks([item], [replace(measured, text="bên em gom người đi hái")]) == []


def test_runs_of_words_count_together_whichever_evaluation_text_they_stand_in() -> None:
    item = offer(1, "cuối tuần này bên em gom người đi hái cà phê ở Đắk Mil, ai rảnh nhắn chị Sáu")
    halves = [
        replace(item, doc_id="e-1", text="cuối tuần này bên em gom người thôi"),
        replace(item, doc_id="e-2", text="ở Đắk Mil, ai rảnh nhắn gì cũng được"),
    ]
    (pair,) = overlaps.leaks([item], halves)
    assert (pair.second, pair.share) == ("e-1", 3)
    assert overlaps.leaks([item], halves[1:]) == []


def test_a_stock_phrase_counts_by_class() -> None:
    common = [offer(n, f"{WORDS[n]} nhận việc ngay hôm nay {WORDS[-n]}", "scam") for n in range(1, 20)]
    rest = [offer(100 + n, f"{word} tìm thợ giỏi", "legit") for n, word in enumerate(WORDS)]
    phrases = overlaps.stock_phrases([*common, *rest])
    assert {(p.label, p.words) for p in phrases} == {
        ("scam", "nhan viec ngay hom"),
        ("scam", "viec ngay hom nay"),
    }


def test_a_frame_filled_with_other_words_is_a_skeleton() -> None:
    filled = [offer(n, f"Chỗ {a} đang cần người làm {b} cho {WORDS[-n]} ở {a}") for n, (a, b) in
              enumerate(zip(WORDS, WORDS[5:], strict=False), 1)]  # fmt: skip
    assert overlaps.skeletons(filled)[0].items >= overlaps.FRAME_ITEMS
    assert overlaps.skeletons(filled[: overlaps.FRAME_ITEMS - 1]) == []


def test_a_corpus_whose_bait_is_longer_has_a_shortcut() -> None:
    long = [offer(n, "việc tốt " * (20 + n % 5), "scam", f"g{n % 4}") for n in range(40)]
    short = [offer(n, "việc tốt " * (5 + n % 5), "legit", f"g{n % 4}") for n in range(40)]
    probes = {probe.name: probe.auc for probe in shortcuts.probes([*long, *short])}
    assert probes["length only"] > 0.95
    assert {d.name: d.auc for d in shortcuts.distributions([*long, *short])}["characters"] > 0.95


def test_equal_classes_have_no_shortcut() -> None:
    documents = [
        offer(n, " ".join(WORDS[: 3 + n % 9]), ("scam", "legit")[(n // 9) % 2], f"g{n % 5}")
        for n in range(180)
    ]
    assert all(d.auc <= 0.6 for d in shortcuts.distributions(documents))


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        ({"signs": ["nonsense"]}, "unknown sign"),
        ({"label": "scam", "kind": "job_offer", "verdicts": ["high"]}, "endangers"),
        ({"verdicts": ["high"]}, "never high"),
        ({"label": "crisis"}, "kind"),
        ({"register": "pigeon"}, "register"),
        ({"text": " "}, "text is empty"),
        ({"extra": 1}, "extra"),
        ({"verdicts": []}, "no verdict"),
    ],
)
def test_a_wrong_item_is_named_by_its_line(tmp_path: Path, change: dict, problem: str) -> None:
    write(tmp_path, [row(1), row(2, **change)])
    documents, faults = read_items(tmp_path, sign_ids())
    assert len(documents) == 2
    assert any(fault.where == "items.jsonl:2" and problem in fault.detail for fault in faults)
    assert not any(fault.where == "items.jsonl:1" for fault in faults)


def test_the_command_ends_with_one_on_violations_and_says_them_as_json(tmp_path: Path) -> None:
    write(tmp_path, [row(1), row(1)])
    result = CliRunner().invoke(corpus, ["check", "--directory", str(tmp_path), "--json"])
    assert result.exit_code == 1
    assert {v["check"] for v in json.loads(result.output)["violations"]} == {"unique id", "near duplicate"}
    write(tmp_path, [row(1)])
    assert CliRunner().invoke(corpus, ["check", "--directory", str(tmp_path)]).exit_code == 0


def test_the_corpus_has_no_copies_templates_or_broken_items() -> None:
    report = check_corpus(sign_ids())
    assert [v for v in report.violations if v.check != "shortcut"] == []
    assert len(report.documents) == len(load_corpus())
