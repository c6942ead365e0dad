"""Small parts of the web door: cleaning of markup, buckets, lanes, sentences."""

from __future__ import annotations

import re
import shutil
from html.parser import HTMLParser
from types import SimpleNamespace

import anyio
import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from starlette.datastructures import Headers

from bot.web.lanes import Lane
from bot.web.limits import Rate, TokenBuckets, client_key, is_local
from bot.web.markup import ALLOWED_TAGS, clean_html, plain_text
from bot.web.refusals import Refusal
from bot.web.wording import HERE, WordingError, language_of, load_wordings

ODD = st.text(alphabet="<>/=\"' abiu&;#script:href\n1", max_size=60)
PIECES = st.lists(
    st.sampled_from(
        [
            "<b>",
            "</b>",
            "<a href='javascript:x'>",
            '<a href="https://a.vn">',
            "</a>",
            "<code>",
            "</code>",
            "<script>",
            "</script>",
            "<img src=x onerror=y>",
            "<blockquote>",
            "</blockquote>\n",
            "&lt;",
            "<!--",
            "-->",
            "111",
            "a\n",
        ]
    ),
    max_size=14,
).map("".join)


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.depth: list[str] = []

    def handle_starttag(self, tag, attrs):
        assert tag in ALLOWED_TAGS
        for name, value in attrs:
            if (tag, name, value) == ("i", "class", "quote"):
                continue
            assert tag == "a"
            assert name in ("href", "target", "rel")
            assert name != "href" or re.match(r"(https?|tel|mailto):", value)
        self.depth.append(tag)

    def handle_endtag(self, tag):
        assert self.depth.pop() == tag

    def handle_comment(self, data):
        raise AssertionError("a comment")


@given(st.one_of(ODD, PIECES))
@example("<blockquote></blockquote>\n</blockquote>\n")
def test_whatever_comes_only_allowed_balanced_tags_go_out(html):
    cleaned = clean_html(html)
    tags = _Tags()
    tags.feed(cleaned)
    tags.close()
    assert tags.depth == []
    assert clean_html(cleaned) == cleaned
    plain_text(html)


@pytest.mark.parametrize(
    ("html", "expected"),
    [
        ("<b>Dừng</b> & xem", "<b>Dừng</b> &amp; xem"),
        ("Gọi 111 hoặc 113.", 'Gọi <a href="tel:111">111</a> hoặc <a href="tel:113">113</a>.'),
        ("+84 981 84 84 84", '<a href="tel:+84981848484">+84 981 84 84 84</a>'),
        ("phí 111.000 đồng, 111k, 1,113", "phí 111.000 đồng, 111k, 1,113"),
        ("<blockquote>cọc 111 nhé</blockquote>\nxong", "<blockquote>cọc 111 nhé</blockquote>xong"),
        ("<b onclick='x'>a</b>", "<b>a</b>"),
        ('<a href=" JavaScript:alert(1)">a</a>', "a"),
        ('<a href="http://[">a</a>', "a"),
        ("<i><b>a</i>b", "<i><b>a</b></i>b"),
        ("<img src=x>a<svg/onload=x>", "a"),
        ("<i>“cọc”</i> <i class=x>a</i>", '<i class="quote">“cọc”</i> <i>a</i>'),
    ],
)
def test_cleaning(html, expected):
    assert clean_html(html) == expected


def test_plain_text_tells_where_a_link_leads():
    html = 'Xem <a href="https://dolab.moha.gov.vn">danh sách</a> &amp; <b>gọi</b> <a href="tel:111">111</a>'
    assert plain_text(html) == "Xem danh sách (https://dolab.moha.gov.vn) & gọi 111"


def test_a_bucket_refills_with_time_and_memory_is_bounded():
    now = [0.0]
    buckets = TokenBuckets(Rate(per_minute=60, burst=2), most_keys=3, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(3)] == [0, 0, 1]
    now[0] = 1.0
    assert buckets.take("a") == 0
    assert buckets.take("a") == 1
    for key in "bcde":
        buckets.take(key)
    assert len(buckets._buckets) == 3


def connection(peer: str | None, **headers: str) -> SimpleNamespace:
    client = SimpleNamespace(host=peer) if peer else None
    return SimpleNamespace(
        client=client, headers=Headers({k.replace("_", "-"): v for k, v in headers.items()})
    )


@pytest.mark.parametrize(
    ("peer", "forwarded", "key"),
    [
        ("93.184.216.7", "", "93.184.216.7"),
        ("93.184.216.7", "1.1.1.1", "93.184.216.7"),  # who comes directly cannot choose an address
        ("10.1.2.3", "6.6.6.6, 93.184.216.9", "93.184.216.9"),
        ("127.0.0.1", "93.184.216.9", "93.184.216.9"),
        ("2001:db8:1:2:3::4", "", "2001:db8:1:2::/64"),
        ("::ffff:93.184.216.7", "", "93.184.216.7"),
        ("10.1.2.3", "nonsense", "192.0.2.1"),
        (None, "", "192.0.2.1"),
    ],
)
def test_whose_bucket(peer, forwarded, key):
    headers = {"x_forwarded_for": forwarded} if forwarded else {}
    assert client_key(connection(peer, **headers)) == key


def test_only_this_machine_is_local():
    assert is_local(connection("127.0.0.1"))
    assert is_local(connection("::1"))
    assert not is_local(connection("192.168.1.5"))
    assert not is_local(connection("127.0.0.1", x_forwarded_for="127.0.0.1"))


def test_a_lane_refuses_beyond_its_room_and_ends_every_wait():
    async def scenario() -> None:
        lane = Lane(threads=1, most_waiting=1, timeout_seconds=0.2)
        gate = anyio.Event()
        outcomes: list[str] = []

        async def one() -> None:
            try:
                await lane.run(lambda: anyio.from_thread.run(gate.wait))
                outcomes.append("done")
            except Refusal as refusal:
                outcomes.append(refusal.code)
            except TimeoutError:
                outcomes.append("timeout")

        async with anyio.create_task_group() as tasks:
            for _ in range(3):
                tasks.start_soon(one)
            await anyio.sleep(0.4)
            gate.set()
        assert sorted(outcomes) == ["busy", "timeout", "timeout"]
        assert await lane.run(lambda: 7) == 7

    anyio.run(scenario)


@pytest.mark.parametrize(
    ("change", "problem"),
    [
        (('wipe = "Xóa"', ""), "vi: tools.wipe is missing"),
        (('wipe = "Xóa"', 'wipe = " "'), "vi: tools.wipe is no sentence"),
        (('wipe = "Xóa"', "wipe = 7"), "vi: tools.wipe is no sentence"),
        (('wipe = "Xóa"', 'wipe = "Xóa"\nnew = "a"'), "en: tools.new is missing"),
        (
            ('not_found = "Không có trang này. Cần giúp ngay thì gọi 111."', 'not_found = "Không có."'),
            "does not name 111",
        ),
        (("[tools]", "[tools"), "page.vi.toml"),
    ],
)
def test_sentences_are_loaded_strictly(tmp_path, change, problem):
    for name in ("page.vi.toml", "page.en.toml"):
        shutil.copy(HERE / name, tmp_path)
    path = tmp_path / "page.vi.toml"
    text = path.read_text("utf-8")
    assert change[0] in text
    path.write_text(text.replace(*change), "utf-8")
    with pytest.raises(WordingError, match=re.escape(problem)):
        load_wordings(tmp_path)


def test_every_sentence_is_used_and_every_used_sentence_exists():
    known = set(load_wordings()["vi"])
    script = (HERE / "static" / "page.js").read_text("utf-8")
    template = (HERE / "templates" / "page.html").read_text("utf-8")
    sections = "|".join({key.partition(".")[0] for key in known})
    used = set(re.findall(rf'["\']((?:{sections})\.[a-z_]+)["\']', script + template))
    used -= {"page.css", "page.js"}
    made = {"composer.picture", "composer.document", "composer.remove", "page.description"}
    assert used <= known
    unused = known - used - made
    assert not {key for key in unused if not key.startswith(("refusal.", "more."))}


def test_vietnamese_unless_something_else_is_asked_for():
    cases = {
        ("", ""): "vi",
        ("", "vi-VN"): "vi",
        ("", "en"): "en",
        ("", "ko"): "en",
        ("vi", "en"): "vi",
        ("en", ""): "en",
    }
    assert {case: language_of(*case) for case in cases} == cases
