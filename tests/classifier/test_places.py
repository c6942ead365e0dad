"""Places: the closed list, old and new names, and words that only look like places."""

import pytest

from classifier.normalization import normalize
from classifier.phrases import Tokens
from classifier.places import Places
from stats.vocabularies import DESTINATIONS, PLACES, PROVINCES


@pytest.fixture(scope="module")
def places():
    return Places.load()


def found(places, text):
    return places.find(Tokens.of(normalize(text)))


def test_codes_are_those_of_the_counters(places):
    assert set(places.codes) == set(PLACES)
    assert len(places.codes) == len(PLACES)


def test_provinces_are_home_and_destinations_are_not(places):
    assert all(places.places[code].zone == "home" for code in PROVINCES)
    assert all(places.places[code].zone in ("hub", "abroad") for code in DESTINATIONS)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("Tuyển công nhân ở Bình Dương", "ho_chi_minh"),
        ("kcn song than binh duong", "ho_chi_minh"),
        ("xưởng may Hải Dương", "hai_phong"),
        ("Hà Giang mùa hoa", "tuyen_quang"),
        ("Kon Tum cần người hái cà phê", "quang_ngai"),
        ("đi Mộc Bài lương 18tr", "bavet"),
        ("lam o ba vet", "bavet"),
        ("Bavet casino", "bavet"),
        ("qua Cam làm cskh", "campuchia"),
        ("Sihanoukville, Cambodia", "sihanoukville"),
        ("O'Smach gần Thái", "osmach"),
        ("đặc khu Bò Kẹo", "tam_giac_vang"),
        ("Myawaddy KK Park", "myawaddy"),
        ("bên Lào lương cao", "lao"),
        ("đi Đài làm hộ lý", "dai_loan"),
        ("đi Nhật 3 năm", "nhat_ban"),
        ("sang Anh làm nail", "anh"),
        ("Sai Gon cần phục vụ, lương tốt lắm", "ho_chi_minh"),
        ("TP. Huế tuyển lễ tân", "hue"),
        ("tp vinh nghe an", "nghe_an"),
        ("Phú Thọ tuyển giáo viên", "phu_tho"),
        ("Hòa Bình cũ, nay ở tỉnh Hòa Bình", "phu_tho"),
    ],
)
def test_finds_names_old_and_new(places, text, code):
    assert code in found(places, text)


@pytest.mark.parametrize(
    "text",
    [
        "lương 20K một giờ, bên K nghỉ thứ 7",
        "vắt cam, bán nước cam",
        "camera hành trình",
        "phí gửi xe 5k, chi phí công ty lo",
        "quán lẩu Thái cần phục vụ",
        "biết tiếng Thái, tiếng Lào là lợi thế",
        "gia sư tiếng Nhật, tiếng Hàn",
        "chủ nhật nghỉ, sinh nhật được tặng quà",
        "thợ hàn xì, hàn tig",
        "anh Đức quản lý, gặp chị Huệ",
        "tổng đài viên trực điện thoại",
        "nấu miến gà, bún miến",
        "yêu hòa bình thế giới",
        "can tho may, can tho phu",
        "tuân thủ pháp luật, pháp lý rõ ràng",
        "dân số già, thái độ tốt",
        "lao động phổ thông, lao công",
        "cho anh hỏi, anh ơi",
        "thanh toán lương ngày 5",
    ],
)
def test_other_meanings_are_no_places(places, text):
    assert dict(found(places, text)) == {}


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("quán 215 Điện Biên Phủ quận 3", "dien_bien"),
        ("phường Phú Thọ, Thủ Dầu Một", "phu_tho"),
        ("nhà ở đường Cần Thơ", "can_tho"),
        ("phở Nam Định gia truyền", "ninh_binh"),
        ("hủ tiếu Nam Vang", "phnom_penh"),
        ("cua Cà Mau", "ca_mau"),
        ("công viên Hòa Bình", "phu_tho"),
        ("sân bay Long Thành tuyển dụng", "dong_nai"),
        ("Thái Bình Dương", "hung_yen"),
    ],
)
def test_streets_and_dishes_are_not_their_namesakes(places, text, code):
    assert code not in found(places, text)


@pytest.mark.parametrize(
    ("text", "zones"),
    [
        ("làm ở Tây Ninh", {"home"}),
        ("xuống cửa khẩu Xa Mát, Tây Ninh", {"home", "border"}),
        ("tới Lao Bảo có xe", {"border"}),
        ("qua Poipet", {"hub"}),
        ("đi Hàn Quốc", {"abroad"}),
    ],
)
def test_zones(places, text, zones):
    assert places.zones(found(places, text)) == zones


def test_zones_of_bare_codes(places):
    assert places.zones({"bavet": None}) == {"hub"}


def test_spans_quote_the_first_mention(places):
    text = "Hà Nội hay hà nội đều được"
    span = found(places, text)["ha_noi"]
    assert span.quote(text) == "Hà Nội"
