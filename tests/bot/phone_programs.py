"""Screens of a group post, a chat and a comment as a telephone's programs draw them around a text, made by Chromium."""

from __future__ import annotations

import html
from base64 import b64encode
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from playwright.sync_api import Page, sync_playwright

from tests.bot.phone_screens import FACES

CHROMIUM = "/usr/bin/chromium"
_GLOBE = '<svg width="12" height="12"><circle cx="6" cy="6" r="5" fill="none" stroke="#666"/><path d="M1 6h10M6 1v10" stroke="#666"/></svg>'
_THUMB = '<svg width="16" height="16"><path d="M1 7h3v7H1zM5 7l3-6 2 1-1 4h5l-1 8H5z" fill="#666"/></svg>'
_POST = f"""
<header><i></i><div><b>Nguyễn Thu Hà</b> ▸ <b>Việc làm Vinh - Nghệ An</b><small>2 giờ · {_GLOBE}</small></div></header>
<p>TEXT</p><div class="row"><span>{_THUMB} 37</span><span>12 bình luận · 3 lượt chia sẻ</span></div>
<div class="row"><span>{_THUMB} Thích</span><span>Bình luận</span><span>Chia sẻ</span></div>
<style>header {{ display: flex; gap: 10px }} i {{ width: 40px; height: 40px; border-radius: 50%; background: #88a }}
small {{ display: block; color: #666 }} .row {{ display: flex; justify-content: space-between; color: #666; font-size: 14px;
border-top: 1px solid #ddd; padding: 10px 4px }}</style>"""
_CHAT = """
<header>‹ &nbsp; <b>Chị Ngọc Tuyển Dụng</b><small>Truy cập 5 phút trước</small></header><time>14:02 Hôm nay</time>
<div class="bubble"><p>TEXT</p><small>14:05</small></div><footer>Tin nhắn &nbsp; ···</footer>
<style>header { background: #0068ff; color: #fff; margin: -12px -12px 12px; padding: 12px } small { display: block; font-size: 12px }
time { display: block; text-align: center; color: #777; font-size: 12px } .bubble { border: 1px solid #cde; border-radius: 10px;
padding: 2px 10px; margin: 8px 40px 70px 30px } .bubble small { color: #889 }
footer { position: absolute; bottom: 0; left: 0; right: 0; padding: 14px; color: #999 }</style>"""
_COMMENT = """
<header>248 bình luận</header><div class="one"><i></i><div><small>hr.thaonguyen_92</small><p>TEXT</p>
<small>3 ngày trước &nbsp; Trả lời</small></div></div><footer>Thêm bình luận...</footer>
<style>body { background: #121212; color: #eee } header { text-align: center; font-size: 14px } .one { display: flex; gap: 10px }
i { flex: none; width: 32px; height: 32px; border-radius: 50%; background: #a55; margin-top: 12px } small { color: #999 }
p { margin: 4px 0 } footer { color: #777; margin-top: 20px; border-top: 1px solid #333; padding-top: 10px }</style>"""
PROGRAMS = {"post": _POST, "chat": _CHAT, "comment": _COMMENT}
AROUND = (
    "Thu Hà",
    "Vinh",
    "Thích",
    "bình luận",
    "Trả lời",
    "2 giờ",
    "Tuyển Dụng",
    "Truy cập",
    "Tin nhắn",
    "14:0",
    "63%",
)
"""Words that none of the programs may leave in the text."""


@contextmanager
def telephone() -> Iterator[Page]:
    """A page as large and as fine as a telephone."""
    with sync_playwright() as driver:
        browser = driver.chromium.launch(
            executable_path=CHROMIUM, args=["--headless", "--no-sandbox", "--disable-gpu"]
        )
        context = browser.new_context(viewport={"width": 360, "height": 760}, device_scale_factor=3)
        yield context.new_page()
        browser.close()


def screens(page: Page, texts: Sequence[tuple[str, str]]) -> Iterator[bytes]:
    """Screenshots, one for each pair of a program's name and a text."""
    face = b64encode(FACES["android"].read_bytes()).decode()
    for program, text in texts:
        page.set_content(
            f"<style>@font-face {{ font-family: R; src: url(data:font/ttf;base64,{face}) }}"
            "body { font: 16px/1.35 R; margin: 0; padding: 12px; position: relative; min-height: 736px }"
            ".bar { display: flex; justify-content: space-between; font-size: 13px; margin: -6px 0 10px }"
            "p { white-space: pre-wrap }</style><div class=bar><span>21:07</span><span>4G 63%</span></div>"
            + PROGRAMS[program].replace("TEXT", html.escape(text))
        )
        page.evaluate("document.fonts.ready")
        yield page.screenshot(full_page=True)
