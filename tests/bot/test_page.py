"""The page in a real browser: with a keyboard, a small phone, a dark room, no script, and somebody looking on."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image
from playwright.sync_api import Browser, Page, expect, sync_playwright

from tests.bot.doubles import PICTURE, ListedCounting, SmallDialogue
from tests.bot.web_rig import served

CHROMIUM = "/usr/bin/chromium"
FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
OFFER = "Tuyển người đi Bavet 🚗\ncọc 500k giữ chỗ"

# Every text against the colour that is really behind it, as WCAG 2.2 counts it.
LOW_CONTRAST = """() => {
  const parse = (c) => { const v = c.match(/[\\d.]+/g).map(Number); return c.startsWith('color(srgb') ? v.map((x, i) => i < 3 ? x * 255 : x) : v; };
  const light = (c) => { const [r, g, b] = c.map((v) => { v /= 255; return v <= .04045 ? v / 12.92 : ((v + .055) / 1.055) ** 2.4; }); return .2126 * r + .7152 * g + .0722 * b; };
  const behind = (e) => { for (; e; e = e.parentElement) { const c = parse(getComputedStyle(e).backgroundColor); if (c.length < 4 || c[3] === 1) return c; } return [255, 255, 255]; };
  const bad = [];
  const check = (e, style, what) => {
    const a = light(parse(style.color)), b = light(behind(e));
    const ratio = (Math.max(a, b) + .05) / (Math.min(a, b) + .05);
    if (ratio < 4.5) bad.push([what.trim().slice(0, 30), ratio.toFixed(2)]);
  };
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node; (node = walker.nextNode());) {
    const e = node.parentElement;
    if (!node.data.trim() || !e.checkVisibility() || e.closest('.skip')) continue;
    check(e, getComputedStyle(e), node.data);
  }
  const offer = document.querySelector('#offer');
  check(offer, getComputedStyle(offer, '::placeholder'), 'placeholder');
  return bad;
}"""

# What axe would look for: names, landmarks, ids, headings, targets large enough for a thumb.
PROBLEMS = """() => {
  const bad = [];
  const named = (e) => (e.getAttribute('aria-label') || [...(e.labels || [])].map((l) => l.textContent).join(' ') || e.textContent || '').trim();
  for (const e of document.querySelectorAll('button, a[href], input:not([type=hidden]), textarea, [role=group], [role=log]')) {
    if (!e.checkVisibility() && e.type !== 'file') continue;
    if (!named(e) && e.getAttribute('role') !== 'log') bad.push(['no name', e.outerHTML.slice(0, 80)]);
    const box = (e.closest('label') || e).getBoundingClientRect();
    const isInline = e.matches('.words a, .skip');
    if (e.matches('button, a, input') && !isInline && (box.height < 43.5 || box.width < 43.5)) bad.push(['small', e.outerHTML.slice(0, 80), box.width, box.height]);
  }
  for (const e of document.querySelectorAll('img:not([alt])')) bad.push(['img without alt', e.outerHTML]);
  const ids = [...document.querySelectorAll('[id]')].map((e) => e.id);
  if (new Set(ids).size !== ids.length) bad.push(['id twice']);
  for (const name of ['header', 'main', 'aside', 'h1']) if (document.querySelectorAll(name).length !== 1) bad.push(['landmark', name]);
  for (const e of document.querySelectorAll('[aria-describedby]')) for (const id of e.getAttribute('aria-describedby').split(' ')) if (!document.getElementById(id)) bad.push(['describedby', id]);
  if (!document.documentElement.lang || !document.title) bad.push(['lang or title']);
  return bad;
}"""


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def site() -> Iterator[tuple[str, SmallDialogue, ListedCounting]]:
    dialogue, counting = SmallDialogue(), ListedCounting()
    with served(dialogue, counting) as address:
        yield address, dialogue, counting


@pytest.fixture
def dialogue(site) -> SmallDialogue:
    site[1].asked.clear()
    return site[1]


@pytest.fixture
def open_page(browser, site):
    """A fresh person's page; every request and every complaint of the browser is looked at afterwards."""
    contexts, complaints, requests = [], [], []

    def open_one(path: str = "/", **options) -> Page:
        options = {"locale": "vi-VN", "viewport": {"width": 360, "height": 740}, **options}
        context = browser.new_context(**options)
        contexts.append(context)
        page = context.new_page()
        page.set_default_timeout(8000)
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on(
            "console", lambda message: complaints.append(message.text) if message.type == "error" else None
        )
        page.on("request", lambda request: requests.append(request.url))
        page.goto(site[0] + path)
        return page

    yield open_one
    for context in contexts:
        context.close()
    assert [
        text for text in complaints if "429" not in text and "422" not in text and "ERR_" not in text
    ] == []
    assert [
        url
        for url in requests
        if not url.startswith((site[0], "blob:", "data:image/png", "https://www.google.com/search"))
    ] == []


def ask(page: Page, text: str = OFFER) -> None:
    page.get_by_role("textbox").fill(text)
    page.get_by_role("button", name=re.compile("Soi tin này|Check this offer")).click()
    page.locator("article").last.wait_for()
    expect(page.locator(".is-reading")).to_have_count(0)


def picture(width: int = 40, height: int = 40) -> bytes:
    file = io.BytesIO()
    Image.effect_noise((width, height), 90).convert("RGB").save(file, "PNG")
    return file.getvalue()


def test_a_pasted_offer_is_answered_and_the_words_are_marked_in_it(open_page):
    page = open_page()
    expect(page.locator(".bar .call")).to_be_in_viewport()
    ask(page)
    reply = page.get_by_role("article", name="Soi Việc trả lời")
    expect(reply).to_contain_text("Gọi 111")
    expect(reply).to_be_focused()
    expect(reply.locator("b").first).to_be_in_viewport()
    assert reply.get_attribute("data-verdict") == "high"
    assert page.locator(".sent mark").all_inner_texts() == ["Bavet", "cọc"]
    assert page.locator(".sent").inner_text() == OFFER
    assert page.get_by_role("textbox").input_value() == ""
    expect(page.locator(".bar .call")).to_be_in_viewport()
    expect(page.locator("#leave")).to_be_in_viewport()


def test_words_of_others_never_become_markup(open_page):
    page = open_page()
    ask(page, "<img src=x onerror=alert(1)> cọc <b>đậm</b>")
    assert page.locator(".sent img, .sent b").count() == 0
    assert page.locator(".sent").inner_text() == "<img src=x onerror=alert(1)> cọc <b>đậm</b>"


def test_buttons_ask_again_about_the_same_offer(open_page, dialogue):
    page = open_page()
    ask(page)
    page.get_by_role("button", name="Hỏi lại gì?").click()
    page.locator("code").wait_for()
    assert [name for name, _ in dialogue.asked] == ["answer", "press ask vi"]
    assert dialogue.asked[1][1].text == OFFER
    expect(page.get_by_role("button", name="Hỏi lại gì?")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Hỏi lại gì?").click()
    page.get_by_role("button", name="Vì sao?").click()
    expect(page.locator("article")).to_have_count(3)
    assert len(dialogue.asked) == 3, "a pressed button does not ask twice"
    assert page.get_by_role("link", name="Trang nhà nước").get_attribute("rel") == "noopener noreferrer"


def test_a_question_to_the_recruiter_is_ready_to_copy(open_page):
    page = open_page()
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    ask(page)
    page.get_by_role("button", name="Hỏi lại gì?").click()
    page.get_by_role("button", name="Chép").click()
    page.get_by_role("button", name="Đã chép").wait_for()
    assert page.evaluate("navigator.clipboard.readText()").startswith("Anh/chị cho em xin tên công ty")
    page.evaluate("navigator.clipboard.writeText('')")
    page.evaluate("Object.defineProperty(navigator, 'clipboard', {value: undefined})")
    page.get_by_role("button", name="Chép").click()
    page.get_by_role("button", name="Đã chép").wait_for()


def test_everything_with_the_keyboard_alone(open_page, dialogue):
    page = open_page(viewport={"width": 1280, "height": 720})
    page.keyboard.press("Tab")
    expect(page.locator(".skip")).to_be_focused()
    expect(page.locator(".skip")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    expect(page.locator("#sample")).not_to_be_focused()
    page.locator("#offer").focus()
    page.keyboard.type("cọc 500k")
    page.keyboard.press("Tab")
    expect(page.locator("#image")).to_be_focused()
    assert page.evaluate("getComputedStyle(document.querySelector('.attach')).outlineStyle") == "solid"
    page.keyboard.press("Tab")
    expect(page.locator(".submit")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("article")).to_be_focused()
    page.keyboard.press("Tab")  # 111 inside the reply
    assert page.evaluate("document.activeElement.href") == "tel:111"
    page.keyboard.press("Tab")
    page.keyboard.press("Space")
    expect(page.locator("article")).to_have_count(2)
    assert dialogue.asked[-1][0] == "press why vi"
    page.locator("#offer").focus()
    page.keyboard.type("cọc")
    page.keyboard.press("Control+Enter")
    expect(page.locator("article")).to_have_count(3)


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("size", [(360, 740), (1280, 720)])
def test_it_reads_well_on_a_small_phone_and_a_projector_by_day_and_night(open_page, scheme, size):
    width, height = size
    page = open_page(viewport={"width": width, "height": height}, color_scheme=scheme)
    for _ in range(2):
        assert page.evaluate("document.documentElement.scrollWidth") <= width
        assert page.evaluate(LOW_CONTRAST) == []
        assert page.evaluate(PROBLEMS) == []
        ask(page, OFFER + " " + "W" * 300)
        page.get_by_role("button", name="Hỏi lại gì?").last.click()
        page.locator("code").last.wait_for()
    is_dark = page.evaluate("parseInt(getComputedStyle(document.body).backgroundColor.match(/\\d+/)[0])") < 60
    assert is_dark == (scheme == "dark")


def test_the_first_screen_of_a_phone_says_everything(open_page):
    page = open_page()
    bar = page.locator(".bar").bounding_box()["y"]
    for part in ("h1", ".lede", "#offer", "#sample", ".attach", ".submit", "#privacy"):
        box = page.locator(part).bounding_box()
        assert box["y"] + box["height"] <= bar, part
    expect(page.locator(".bar")).to_be_in_viewport()


def test_the_sample_is_labelled_and_fills_the_box(open_page):
    page = open_page()
    page.get_by_role("link", name="Thử với tin mẫu").click()
    expect(page.get_by_role("textbox")).to_have_value(re.compile(r"^\[MẪU\]"))
    expect(page.get_by_role("textbox")).to_be_focused()


def test_pictures_are_chosen_dropped_pasted_and_taken_back(open_page, dialogue):
    page = open_page()
    page.locator("#image").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    expect(page.locator("#files li")).to_have_count(1)
    page.get_by_role("button", name="Bỏ Ảnh 1").click()
    expect(page.locator("#files")).to_be_hidden()
    for event in ("drop", "paste"):
        page.evaluate(
            """([event, bytes]) => {
              const transfer = new DataTransfer();
              transfer.items.add(new File([new Uint8Array(bytes)], 'x.png', {type: 'image/png'}));
              const made = event === 'drop' ? new DragEvent('drop', {dataTransfer: transfer, bubbles: true, cancelable: true})
                : new ClipboardEvent('paste', {clipboardData: transfer, bubbles: true, cancelable: true});
              document.querySelector('#offer').dispatchEvent(made);
            }""",
            [event, list(picture())],
        )
    expect(page.locator("#files li")).to_have_count(2)
    page.locator(".submit").click()
    page.locator("article.reply").wait_for()
    assert [a.content[:4] for a in dialogue.asked[0][1].attachments] == [b"\x89PNG"] * 2
    expect(page.locator(".sent img")).to_have_count(2)
    page.get_by_role("button", name="Vì sao?").click()
    expect(page.locator("article")).to_have_count(2)
    assert len(dialogue.asked[1][1].attachments) == 2, (
        "the page sends the picture again, the server kept none"
    )


def test_dragging_a_file_over_the_page_shows_where_to_drop_it(open_page):
    page = open_page()
    page.evaluate(
        """() => {
          const transfer = new DataTransfer();
          transfer.items.add(new File(['x'], 'x.png', {type: 'image/png'}));
          document.body.dispatchEvent(new DragEvent('dragover', {dataTransfer: transfer, bubbles: true, cancelable: true}));
        }"""
    )
    assert "Thả ảnh vào đây" in page.evaluate(
        "getComputedStyle(document.querySelector('.sheet'), '::after').content"
    )


def test_a_heavy_photo_is_made_smaller_in_the_browser(open_page, dialogue):
    page = open_page()
    heavy = picture(2600, 650)
    assert len(heavy) > 1_500_000
    page.locator("#image").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": heavy})
    page.locator("#files li").wait_for()
    page.locator(".submit").click()
    page.locator("article.reply").wait_for()
    sent = dialogue.asked[0][1].attachments[0].content
    assert len(sent) < len(heavy)
    assert max(Image.open(io.BytesIO(sent)).size) == 2400


def test_a_file_that_cannot_be_read_is_refused_on_the_spot(open_page):
    page = open_page()
    page.locator("#image").set_input_files({"name": "a.mp4", "mimeType": "video/mp4", "buffer": b"x"})
    expect(page.get_by_role("status")).to_contain_text("JPEG, PNG, WEBP")
    expect(page.get_by_role("status")).to_contain_text("111")


def test_an_empty_box_is_answered_beside_the_box(open_page, dialogue):
    page = open_page()
    page.locator(".submit").click()
    expect(page.get_by_role("status")).to_contain_text("111")
    expect(page.get_by_role("textbox")).to_be_focused()
    assert dialogue.asked == []


def test_the_language_changes_in_place_and_is_all_that_is_kept(open_page, site):
    page = open_page()
    ask(page)
    page.get_by_role("button", name="English").first.click()
    expect(page.locator("h1")).to_contain_text("odd about this job?")
    assert page.evaluate("document.documentElement.lang") == "en"
    expect(page.locator(".sent")).to_have_text(OFFER)
    ask(page)
    expect(page.locator("article").last).to_contain_text("Stop and check first.")
    assert page.evaluate("JSON.stringify(localStorage)") == '{"soiviec.language":"en"}'
    assert page.evaluate("sessionStorage.length") == 0
    assert page.evaluate("caches.keys()") == []
    assert page.evaluate("indexedDB.databases()") == []
    assert page.context.cookies() == []
    page.goto(site[0])
    expect(page.locator("h1")).to_contain_text("odd about this job?")


def test_an_english_browser_gets_english_and_may_choose(open_page, site):
    page = open_page(locale="en-GB")
    expect(page.locator(".submit")).to_have_text("Check this offer")
    page.get_by_role("button", name="Tiếng Việt").click()
    expect(page.locator(".submit")).to_have_text("Soi tin này")
    assert page.evaluate("document.documentElement.lang") == "vi"
    page.get_by_role("link", name="Thử với tin mẫu").click()
    expect(page.get_by_role("textbox")).to_have_value(re.compile("MẪU"))


@pytest.mark.parametrize("way", ["head", "reply", "words"])
def test_clearing_leaves_nothing_on_the_page(open_page, dialogue, way):
    page = open_page()
    expect(page.locator("#wipe")).to_be_hidden()
    ask(page)
    if way == "head":
        page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    elif way == "reply":
        page.locator("article").get_by_role("button", name="Xóa").click()
    else:
        page.get_by_role("textbox").fill("/xoa")
        page.keyboard.press("Control+Enter")
    expect(page.locator("#log")).to_be_empty()
    assert "Bavet" not in page.content()
    assert page.get_by_role("textbox").input_value() == ""
    assert page.evaluate("localStorage.length") == 0
    expect(page.get_by_role("textbox")).to_be_focused()
    assert len(dialogue.asked) == 1


@pytest.mark.parametrize("way", ["click", "escape"])
def test_the_quick_exit_leaves_and_going_back_does_not_return(open_page, site, way):
    page = open_page("/healthz")
    page.goto(site[0])
    page.context.route(
        "https://www.google.com/**", lambda route: route.fulfill(body="mưa", content_type="text/plain")
    )
    ask(page)
    if way == "click":
        page.locator("#leave").click()
    else:
        page.keyboard.press("Escape")
        page.keyboard.press("Escape")
    page.wait_for_url("https://www.google.com/search*")
    page.go_back()
    assert page.url.endswith("/healthz")


def test_an_impatient_exit_does_not_stumble(open_page):
    page = open_page()
    page.context.route(
        "https://www.google.com/**", lambda route: route.fulfill(status=204)
    )  # stays where it is
    page.evaluate(
        """() => { for (let i = 0; i < 4; i++)
            document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" })); }"""
    )
    expect(page.locator("#log")).to_have_count(0)


def test_one_escape_on_a_page_just_opened_is_no_exit(open_page):
    page = open_page()
    page.keyboard.press("Escape")
    expect(page.locator("#leave")).to_be_visible()


def test_coming_back_to_the_page_shows_no_conversation(open_page, site):
    page = open_page()
    ask(page)
    page.goto(site[0] + "/healthz")
    page.go_back()
    expect(page.locator("#log")).to_be_empty()
    assert page.get_by_role("textbox").input_value() == ""


def test_without_script_the_form_answers(open_page):
    page = open_page(java_script_enabled=False)
    page.get_by_role("link", name="Thử với tin mẫu").click()
    assert "[MẪU]" in page.get_by_role("textbox").input_value()
    page.get_by_role("textbox").fill(OFFER)
    page.locator("#image").set_input_files({"name": "a.png", "mimeType": "image/png", "buffer": picture()})
    page.get_by_role("button", name="Soi tin này").click()
    expect(page.locator("article")).to_contain_text("Gọi 111")
    page.get_by_role("button", name="Vì sao?").click()
    expect(page.locator("article")).to_contain_text(
        f"Vì: {len(OFFER) + 1} chữ"
    )  # a form sends line ends as two letters
    page.get_by_role("textbox").fill(OFFER)
    page.get_by_role("button", name="Soi tin này").click()
    page.get_by_role("button", name="Cảnh báo bạn bè").click()
    with page.expect_download() as saved:
        page.get_by_role("link", name="Lưu ảnh để gửi bạn bè").click()
    assert Path(saved.value.path()).read_bytes() == PICTURE
    assert page.locator("article img").evaluate("image => image.naturalWidth") == 1
    page.get_by_role("button", name="Xóa cuộc trò chuyện").click()
    expect(page.locator("article")).to_have_count(0)
    page.get_by_role("button", name="English").click()
    expect(page.get_by_role("button", name="Check this offer")).to_be_visible()
    page.get_by_role("textbox").fill("cọc")
    page.get_by_role("button", name="Check this offer").click()
    expect(page.locator("article")).to_contain_text("Stop and check first.")


def test_what_the_conversation_offers_besides_is_one_tap_away(open_page, dialogue):
    page = open_page()
    page.get_by_role("button", name="Bạn mình nhận được tin lạ").click()
    expect(page.get_by_role("article")).to_contain_text("/friend")
    assert dialogue.asked[0][0] == "command friend"


def test_a_lost_network_keeps_the_words_and_names_the_hotline(open_page):
    page = open_page()
    page.context.route("**/chat", lambda route: route.abort())
    page.get_by_role("textbox").fill(OFFER)
    page.locator(".submit").click()
    expect(page.locator(".notice")).to_contain_text("111")
    assert page.get_by_role("textbox").input_value() == OFFER


def test_a_crowded_moment_is_waited_out(open_page):
    page = open_page()
    answers = iter([429])

    def crowd(route):
        status = next(answers, None)
        if status is None:
            route.continue_()
            return
        route.fulfill(status=429, headers={"retry-after": "1"}, json={"error": "flooded", "message": "111"})

    page.context.route("**/chat", crowd)
    page.get_by_role("textbox").fill(OFFER)
    page.locator(".submit").click()
    expect(page.get_by_role("status")).to_contain_text("Đang đông người")
    expect(page.locator("article.reply")).to_contain_text("Gọi 111")


def test_a_cry_for_help_is_neither_marked_nor_coloured(open_page):
    page = open_page()
    ask(page, "cứu em, họ đòi cọc ở Bavet")
    expect(page.locator("mark")).to_have_count(0)
    expect(page.get_by_role("article").get_by_role("link", name="113")).to_have_attribute("href", "tel:113")
    assert page.locator("article").get_attribute("data-verdict") is None
    assert page.title() == "Soi Việc"
