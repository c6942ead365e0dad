"""The locale files: strict at start, and a new language is one more file."""

from __future__ import annotations

import re
from collections.abc import Mapping
from html import unescape
from pathlib import Path

import pytest

from bot.conversation.commands import COMMANDS
from bot.conversation.helplines import Helplines
from bot.conversation.intake import ReadStatus
from bot.conversation.lessons import LESSONS_PATH, LessonError, Lessons
from bot.conversation.links import LinkTrait
from bot.conversation.messages import Incoming
from bot.conversation.texts import BOT_NAME, Texts
from bot.conversation.wording import FORBIDDEN_PATH, LOCALES_DIR, Html, Wording, WordingError, load_wordings
from bot.conversation.wording_rules import ForbiddenWords
from classifier.assessment import Danger, Severity, Verdict
from tests.bot.conversation_rig import RigAssessor, assessment, dialogue, match

CONSTANTS = {**Helplines.load().placeholders, "bot": BOT_NAME}
CONVERSATION = Path(__file__).parents[2] / "bot" / "conversation"


@pytest.fixture(scope="module")
def wordings() -> Mapping[str, Wording]:
    return load_wordings(CONSTANTS)


@pytest.fixture
def locales(tmp_path: Path) -> Path:
    for language in ("vi", "en"):
        source = (LOCALES_DIR / f"{language}.toml").read_text("utf-8")
        (tmp_path / f"{language}.toml").write_text(source, "utf-8")
    return tmp_path


def change(folder: Path, language: str, old: str, new: str) -> None:
    path = folder / f"{language}.toml"
    text = path.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")


@pytest.mark.parametrize(
    ("language", "old", "new", "complaint"),
    [
        ("en", 'privacy = "What is kept? (nothing)"\n', "", "en.toml lacks command.privacy"),
        (
            "vi",
            'privacy = "Bot giữ lại gì? (không giữ gì)"\n',
            "",
            "en.toml has an unknown key command.privacy",
        ),
        ("en", "{old} is no longer", "It is no longer", "reply.retired: placeholders differ (old)"),
        ("en", "{n} more sign: tap", "more sign: tap", "reply.more.one: placeholders differ (n)"),
        ("en", 'one = "There is', 'two = "There is', "en.toml lacks reply.more.one"),
        ("vi", "<b>Mình thấy:</b>", "<script>Mình thấy:</script>", "tag <script> is not allowed"),
        ("vi", "<b>Mình thấy:</b>", "<b>Mình thấy:", "tag <b> is left open"),
        ("vi", "<b>Mình thấy:</b>", "<b>Mình thấy:</i>", "closes nothing"),
        ("vi", "<b>Mình thấy:</b>", "<b onclick='x'>Mình thấy:</b>", "has attributes"),
        ("vi", "https://dolab.moha.gov.vn", "http://dolab.moha.gov.vn", "one https address"),
        ("vi", "<b>Mình thấy:</b>", "Mình thấy: 1 < 2", "must be written"),
        ("vi", "<b>Mình thấy:</b>", "Mình thấy {Dấu}:", "a brace that belongs to no placeholder"),
        ("vi", "<b>Mình thấy:</b>", "Gọi 111 nhé:", "a number to dial"),
        ("vi", "<b>Mình thấy:</b>", "Gọi 0901 234 567 nhé:", "a number to dial"),
        ("vi", "<b>Mình thấy:</b>", "Tin này an toàn:", "says 'an toàn'"),
        ("vi", "<b>Mình thấy:</b>", "Công ty UY TÍN:", "says 'uy tín'"),
        ("en", "<b>What I see:</b>", "This is human trafficking:", "says 'this is human trafficking'"),
        ("en", "<b>What I see:</b>", "Use a VPN:", "says 'vpn'"),
        ("en", "<b>What I see:</b>", "", "reply.seen: empty"),
        ("en", "<b>What I see:</b>", "x" * 5000, "5000 letters"),
        ("en", 'language = "en"', 'language = "fr"', "meta.language"),
        ("en", 'name = "English"', "name = English", "cannot be read"),
    ],
)
def test_a_faulty_file_stops_the_start(
    locales: Path, language: str, old: str, new: str, complaint: str
) -> None:
    change(locales, language, old, new)
    with pytest.raises(WordingError, match=re.escape(complaint)):
        load_wordings(CONSTANTS, locales)


def test_all_problems_are_told_at_once(locales: Path) -> None:
    change(locales, "vi", "<b>Mình thấy:</b>", "<b>Tin thật:")
    change(locales, "en", 'start = "Start"\n', "")
    with pytest.raises(WordingError) as caught:
        load_wordings(CONSTANTS, locales)
    assert str(caught.value).count("; ") >= 2


def test_without_any_file_there_is_no_start(tmp_path: Path) -> None:
    with pytest.raises(WordingError, match=r"vi\.toml is missing"):
        load_wordings(CONSTANTS, tmp_path)


def test_every_key_that_code_asks_for_exists(wordings: Mapping[str, Wording]) -> None:
    """Keys written out in the code, and every family of keys that is made from a closed list."""
    source = "\n".join(path.read_text("utf-8") for path in CONVERSATION.glob("*.py"))
    plain = set(re.findall(r'(?:say|count|find)\(\s*"([a-z_.0-9]+)"', source))
    families = {
        *(f"command.{command.name}" for command in COMMANDS),
        *(f"link.{trait}" for trait in LinkTrait),
        *(f"read.{status}" for status in ReadStatus if status != ReadStatus.OK),
        *(f"verdict.{degree}.{danger}" for degree in ("high", "caution") for danger in Danger),
        *(f"now.{degree}.{danger}" for degree in ("high", "caution") for danger in Danger),
        *(f"card.verdict_{danger}" for danger in Danger),
        *(f"signs.{severity}" for severity in Severity),
        *(f"helpline.{line.helpline_id}" for line in Helplines.load().all),
    }
    assert len(plain) > 60
    known = set(wordings["vi"].texts)
    assert {key for key in plain | families if key not in known and f"{key}.other" not in known} == set()


def test_no_key_is_idle(wordings: Mapping[str, Wording]) -> None:
    source = "\n".join(path.read_text("utf-8") for path in CONVERSATION.glob("*.py"))
    idle = []
    for key in wordings["vi"].texts:
        stem = key.removesuffix(".other")
        family = stem.rpartition(".")[0] + "."
        if f'"{stem}"' not in source and f'"{family}{{' not in source and f"'{family}" not in source:
            idle.append(key)
    # made from two closed lists, or from the start of a name
    made = ("verdict.", "now.", "crisis.", "card.verdict_", "learn.", "unclear.", "media.", "read.", "steps.")
    assert [key for key in idle if not key.startswith(made)] == []


def test_values_are_escaped_and_placeholders_in_them_stay_words(wordings: Mapping[str, Wording]) -> None:
    said = wordings["vi"].say("reply.quote", words="<b>{child}</b> & {evil}")
    assert said == "“&lt;b&gt;{child}&lt;/b&gt; &amp; {evil}”"
    assert wordings["vi"].say("reply.quote", words=Html("<i>x</i>")) == "“<i>x</i>”"


def test_numbers_come_from_the_list_of_helplines(wordings: Mapping[str, Wording]) -> None:
    assert "<b>111</b>" in wordings["vi"].say("reply.hotline")
    changed = load_wordings({**CONSTANTS, "child": "999"})
    assert "<b>999</b>" in changed["en"].say("reply.hotline")


def test_plurals(wordings: Mapping[str, Wording]) -> None:
    assert wordings["en"].count("reply.more", 1).startswith("There is 1 more sign")
    assert wordings["en"].count("reply.more", 2).startswith("There are 2 more signs")
    assert "2 dấu hiệu" in wordings["vi"].count("reply.more", 2)


def test_rule_two_of_the_brief_stands_word_for_word(wordings: Mapping[str, Wording]) -> None:
    assert wordings["vi"].say("none.line") == (
        "Mình không thấy dấu hiệu nào trong danh sách của mình. Điều đó không có nghĩa là tin này an toàn. "
        "Trước khi đi, hãy kiểm tra 5 câu hỏi."
    )
    for language in ("vi", "en"):
        assert len(wordings[language].say("none.questions").splitlines()) == 5


def test_every_language_has_each_number_of_the_same_text(wordings: Mapping[str, Wording]) -> None:
    numbers = re.compile(r"\{(child|police|consular|consular_2|yangon|peace_house)\}")
    for key, text in wordings["vi"].texts.items():
        assert set(numbers.findall(text)) == set(numbers.findall(wordings["en"].texts[key])), key


def test_the_menu_fits_telegram(wordings: Mapping[str, Wording]) -> None:
    for wording in wordings.values():
        for command in COMMANDS:
            assert re.fullmatch(r"[a-z0-9_]{1,32}", command.name)
            assert 3 <= len(wording.say(f"command.{command.name}")) <= 256


def test_buttons_and_toasts_are_short(wordings: Mapping[str, Wording]) -> None:
    for wording in wordings.values():
        labels = [text for key, text in wording.texts.items() if key.startswith("button.")]
        assert max(map(len, labels)) <= 26
        assert len(wording.say("delete.done")) <= 190, "Telegram shows it as a toast of 200 letters"


def words_of(html: str) -> list[str]:
    return re.findall(r"[^\W\d_]+", unescape(re.sub(r"<[^>]*>", "", html)))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_sentences_are_short(wordings: Mapping[str, Wording], language: str) -> None:
    """A reading age of about fourteen: sentences of few words."""
    lengths = []
    for key, text in wordings[language].texts.items():
        for sentence in re.split(r"[.!?:;\n•]+", text):
            count = len(words_of(sentence))
            # Vietnamese writes each syllable as a word of its own.
            assert count <= (36 if language == "vi" else 30), (key, sentence)
            lengths += [count] if count > 2 else []
    assert sorted(lengths)[len(lengths) // 2] <= (12 if language == "vi" else 10)


def test_a_third_language_is_one_more_file(locales: Path) -> None:
    """A made-up language: every letter run of the English file marked, placeholders and tags left alone."""
    english = (locales / "en.toml").read_text("utf-8")
    pieces = re.split(
        r"(\{[a-z0-9_]+\}|<[^>]*>|\\n|&\w+;|https?://\S+|/\w+)", english.split("[command]", 1)[1]
    )
    marked = "".join(p if n % 2 else re.sub(r'(?<== ")(?=\w)', "¤", p) for n, p in enumerate(pieces))
    head = (
        '[meta]\nlanguage = "xx"\nname = "Xaxa"\nplural = "other"\n\n[sign.upfront_fee]\ntitle = "¤ fee"\n\n'
    )
    body = re.sub(r"^one = .*\n", "", "[command]" + marked, flags=re.M)
    (locales / "xx.toml").write_text(head + body, "utf-8")
    texts = Texts.load(locales)
    text = "Đặt cọc 500k nhé"
    found = assessment(Verdict.HIGH, Danger.MONEY, matches=(match(text, "Đặt cọc", "upfront_fee"),))
    bot = dialogue(texts, RigAssessor(found))
    assert set(bot.languages) == {"vi", "en", "xx"}
    html = bot.answer(Incoming(text=text, language_hint="xx-XX"))[0].html
    assert "¤I have read what you sent" in html
    assert "¤ fee" in html
    assert "111" in html
    chooser = bot.command("language", Incoming(language="xx"))[0]
    assert [button.label for button in chooser.buttons[0]] == ["English", "Tiếng Việt", "Xaxa"]
    assert bot.press("learn:0:stop", None, "xx")[0].html


def test_an_unknown_sign_key_is_refused(locales: Path) -> None:
    change(locales, "en", "[command]", '[sign.upfront_fee]\nlaw = "x"\n\n[command]')
    with pytest.raises(WordingError, match=r"unknown key sign\.upfront_fee\.law"):
        load_wordings(CONSTANTS, locales)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('words.vi = "Vào nhóm kín"', 'words.vi = "Vào nhóm mở"', "does not stand in the text"),
        ('why.en = "decent work needs', 'why.en = "safe job, decent work needs', "safe job"),
        ('answer = "b"', 'answer = "d"', "unknown answer"),
        ('answer = "stop"', 'answer = "run"', "LessonError|ValueError"),
        ('"Xin đóng một nửa"]', "]", "needs 3 options"),
        ('ask.vi = "Số {child}', 'ask.vi = "Số 111', "a number to dial"),
    ],
)
def test_a_faulty_lesson_is_refused(tmp_path: Path, old: str, new: str, complaint: str) -> None:
    path = tmp_path / "lessons.toml"
    text = LESSONS_PATH.read_text("utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), "utf-8")
    with pytest.raises(LessonError, match=complaint):
        Lessons.load(path)


def test_forbidden_words_are_whole_words_in_any_case() -> None:
    forbidden = ForbiddenWords.load(FORBIDDEN_PATH)
    assert list(forbidden.problems("Công ty này UY  TÍN lắm", "vi"))
    assert list(forbidden.problems("Đừng lo, <b>an</b> toàn mà", "vi"))
    assert not list(forbidden.problems("Điều đó không có nghĩa là tin này an toàn.", "vi"))
    assert not list(forbidden.problems("The board is organised for dieting", "en"))
