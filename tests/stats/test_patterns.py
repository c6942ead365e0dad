from stats.events import CheckEvent, split_pattern
from stats.patterns import PatternRegister

IDS = ("upfront_fee.deposit", "upfront_fee.uniform", "vague_job.helper", "not_a_sign.x")


def test_only_known_ids_get_a_number() -> None:
    register = PatternRegister(IDS)
    codes = register.codes(("upfront_fee.deposit", "upfront_fee.0912345678", "gọi 0912345678"))
    assert len(codes) == 1
    sign, number = split_pattern(codes[0])
    assert register.name(sign, number) == "upfront_fee.deposit"
    assert CheckEvent("web", "text", "high", "money", patterns=codes).patterns == codes


def test_numbers_stay_when_the_catalogue_changes() -> None:
    assert PatternRegister(IDS[:1]).codes(IDS[:1]) == PatternRegister(IDS).codes(IDS[:1])


def test_a_forgotten_number_is_still_shown() -> None:
    assert PatternRegister(()).name("vague_job", 7) == "vague_job.#7"


def test_two_names_with_one_number_are_shown_together() -> None:
    seen: dict[str, str] = {}
    for number in range(2000):
        (code,) = PatternRegister([f"vague_job.p{number}"]).codes([f"vague_job.p{number}"])
        if code in seen:
            break
        seen[code] = f"vague_job.p{number}"
    pair = (seen[code], f"vague_job.p{number}")
    register = PatternRegister(pair)
    assert register.name(*split_pattern(code)) == " | ".join(sorted(pair))


def test_missing_catalogue_is_no_error(tmp_path) -> None:
    assert PatternRegister.of_catalogue(tmp_path / "no.toml").ids == ()


def test_ids_are_read_from_the_catalogue_file(tmp_path) -> None:
    file = tmp_path / "signs.toml"
    file.write_text('[[sign]]\nid = "vague_job"\n[sign.patterns]\nhelper = ["phụ việc"]\n', "utf-8")
    assert PatternRegister.of_catalogue(file).ids == ("vague_job.helper",)
