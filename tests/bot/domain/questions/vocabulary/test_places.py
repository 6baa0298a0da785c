"""Places that are asked of delivery to, told from homes, doorsteps and goods of a place."""

import pytest

from bot.domain.questions.vocabulary.places import asked


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("能寄到新疆吗", "新疆"), ("新疆包邮吗", "新疆"), ("到西藏要几天", "西藏"),
        ("可以发海南吗", "海南"), ("寄到克拉玛依要多久", "克拉玛依"), ("广东那边能发吗", "广东"),
        ("偏远地区发货吗", "偏远地区"), ("国外能寄吗", "国外"), ("新疆运费多少", "新疆"),
        ("送到北京市朝阳区要几天", "北京市朝阳区"),
        ("do you ship to alaska?", "alaska"), ("shipping cost to canada?", "canada"),
        ("how long does delivery to hong kong take", "hong kong"), ("postage to tibet", "tibet"),
        ("can you deliver it to the us and how much", "us"),
        ("do you ship the power bank to alaska?", "alaska"), ("充电宝能发西藏吗", "西藏"),
        ("shipping for two boxes to guam please", "guam"), ("杯子邮到国外要多少运费", "国外"),
    ],
)  # fmt: skip
def test_a_place_is_named_in_many_ways(text: str, place: str) -> None:
    found, rest = asked(text)
    assert found == place
    assert place not in rest.split()


@pytest.mark.parametrize(
    "text",
    [
        "送到家吗", "能送到楼下么", "送货到家吗", "多久能到", "什么时候送到", "快递到付吗",
        "发货快吗", "送到的时候是坏的", "寄到以后坏了怎么办", "新疆大枣包邮吗",
        "云南白药牙膏包邮吗", "海南芒果几天到", "西藏的牦牛肉干多少钱", "is it shipped to me",
        "ship to my home?", "can you ship to us?", "delivery to the door",
        "what to do if delivered broken", "", "shipping cost of a kettle compared to a pot",
        "delivery time similar to the other one?", "ship the cup to my door",
    ],
)  # fmt: skip
def test_homes_and_goods_of_a_place_are_no_place_to_send_to(text: str) -> None:
    assert asked(text) == (None, text)


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("充电宝能发西藏吗", "充电宝 配送 吗"),
        ("杯子邮到国外要多少运费", "杯子 配送 要多少运费"),
        ("do you ship the cup to guam?", "do you ship the cup to  ?"),
    ],
)
def test_the_goods_are_left_and_that_it_is_of_delivery(text: str, rest: str) -> None:
    assert asked(text)[1] == rest
