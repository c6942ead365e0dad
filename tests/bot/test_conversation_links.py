"""What an address says about itself."""

from __future__ import annotations

import pytest

from bot.conversation.links import LinkReader, LinkTrait


@pytest.fixture(scope="module")
def reader() -> LinkReader:
    return LinkReader.load()


@pytest.mark.parametrize(
    ("text", "domain", "trait"),
    [
        ("https://shopee-tuyendung88.top/abc", "shopee-tuyendung88.top", LinkTrait.LOOKALIKE),
        ("shopee.vn.viec-lam.vip", "viec-lam.vip", LinkTrait.LOOKALIKE),
        ("vietc0mbank.vip", "vietc0mbank.vip", LinkTrait.LOOKALIKE),
        ("tuyendung-vietnamairlines.com", "tuyendung-vietnamairlines.com", LinkTrait.LOOKALIKE),
        ("dolab-gov.com", "dolab-gov.com", LinkTrait.LOOKALIKE),
        ("ｓｈｏｐｅｅ８８.com", "shopee88.com", LinkTrait.LOOKALIKE),
        ("https://user@shopee88.vip/x", "shopee88.vip", LinkTrait.LOOKALIKE),
        ("bit.ly/3xYz", "bit.ly", LinkTrait.SHORTENER),
        ("http://103.12.4.5:8080/app.apk", "103.12.4.5", LinkTrait.BARE_NUMBER),
        ("shоpee.com.vn", "shоpee.com.vn", LinkTrait.FOREIGN_LETTERS),
        ("xn--shope-9ua.com", "xn--shope-9ua.com", LinkTrait.FOREIGN_LETTERS),
        ("t.me/nhomkin", "t.me", LinkTrait.CHAT),
        ("forms.gle/abc", "forms.gle", LinkTrait.FORM),
        ("https://viec.congtymau.com.vn/tin?id=1", "congtymau.com.vn", LinkTrait.PLAIN),
        ("careers.shopee.vn/jobs", "shopee.vn", LinkTrait.PLAIN),
        ("https://fpt.edu.vn", "fpt.edu.vn", LinkTrait.PLAIN),
        ("colab.research.google.com", "google.com", LinkTrait.PLAIN),
        ("frontiershopper.com", "frontiershopper.com", LinkTrait.PLAIN),
        ("sendoffice.vn", "sendoffice.vn", LinkTrait.PLAIN),
        ("tikimall-notebook.com", "tikimall-notebook.com", LinkTrait.PLAIN),
    ],
)
def test_one_address(reader: LinkReader, text: str, domain: str, trait: LinkTrait) -> None:
    (finding,) = reader.find(f"Xem {text} nhé")
    assert (finding.domain, finding.trait) == (domain, trait)


@pytest.mark.parametrize(
    "text", ["lương 5tr.nhận ngay", "làm 8.30-17.30", "tp.hcm v.v.", "a@b", "...", "10.000.000đ", "@nick.hr"]
)
def test_what_is_no_address(reader: LinkReader, text: str) -> None:
    assert reader.find(text) == ()


def test_worst_first_each_once(reader: LinkReader) -> None:
    found = reader.find("zalo.me/1 zalo.me/2 a.com bit.ly/x lazada-hr.vip/a lazada-hr.vip/b")
    assert [finding.domain for finding in found] == ["lazada-hr.vip", "bit.ly", "zalo.me", "a.com"]


def test_a_lookalike_tells_whose_name_it_borrows(reader: LinkReader) -> None:
    (finding,) = reader.find("lazada-hr.vip")
    assert (finding.name, finding.own) == ("Lazada", "lazada.vn")


def test_thousands_of_addresses_stay_quick(reader: LinkReader) -> None:
    assert len(reader.find(" ".join(f"a{n}.com" for n in range(5000)))) <= 40
    assert reader.find("a." * 50_000) == ()
    assert reader.find("www." * 20_000 + "x") is not None
