"""The place that a question of delivery names: 寄到新疆吗, does it ship to Alaska."""

import re
from functools import cache

_HOME = frozenset(
    (
        "家,家里,我家,我家里,门口,家门口,楼下,楼上,学校,公司,单位,小区,宿舍,手,手上,手里,我,我们,我这,"
        "我这里,我们这,这,这里,这边,那,那里,那边,哪,哪里,哪儿,货,付,me,us,home,my home,my house,"
        "my door,my doorstep,my place,my address,the door,the house,the home,the office,here,there,"
        "you,them,it,this,that,work"
    ).split(",")
)
"""Where somebody is, which names no place."""
_REGIONS = (
    "北京 上海 天津 重庆 河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南"
    " 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾 内蒙古 内蒙 广西 西藏 宁夏 新疆 香港 澳门"
    " 乌鲁木齐 拉萨 三亚 深圳 广州 成都 杭州 武汉 哈尔滨"
    " 偏远地区 偏远 农村 乡镇 乡下 山区 海外 国外 境外 外地"
)
_VERB = r"(?:寄|送|发|邮|运|配送|派送|发货|快递|邮寄|配)"
_AFTER = (
    r"(?=\s*(?:的?(?:运费|邮费|快递)|吗|么|嘛|不|吧|呢|要|需|得|能|可|会|多|几|啥|什么|包|怎|行|$"
    r"|[,，。.?？!！]))"
)
_WITH_VERB, _DELIVERY = frozenset({"to", "sent", "arrive"}), "配送"
_TO = rf"{_VERB}(?:到|往|去|至)\s*(?P<to>(?![的了后以之])[\u4e00-\u9fff]{{1,8}}?){_AFTER}"
_ARRIVE = rf"(?<![\u4e00-\u9fff])到(?P<arrive>{{regions}}){_AFTER}"
_SENT = rf"(?:能|可以|可|会|肯|给){_VERB}(?P<sent>{{regions}}){_AFTER}"
_FIRST = (
    r"(?P<first>{regions})(?:那边|这边|那里|这里|地区|省|市)?\s*"
    rf"(?=(?:能|可以|可|会|也)?(?:{_VERB}|包邮|到得了|到吗|能到|送得到|(?:的|要)?(?:运费|邮费|快递)))"
)
_ENGLISH = (
    r"(?:ship|ships|shipped|shipping|deliver|delivers|delivered|delivery|send|sent|post|postage|mail)"
    r"(?: (?!(?:to|compared|similar|up|next|due|how|what|when|and|or)\b)[a-z0-9'-]+){0,5}? to "
    r"(?P<english>(?:the )?[a-z][a-z.' -]{1,30}?)"
    r"(?=\s*(?:[?!,;]|$|\.(?:\s|$)"
    r"| (?:and|or|for|cost|take|free|possible|please|too|by|within|as|how|in)\b))"
)


def asked(text: str) -> tuple[str | None, str]:
    """The place that a folded ``text`` asks of delivery to, and the text without it.

    None where it names none: "送到家吗" asks of the delivery itself.
    """
    for pattern in _patterns():
        for match in pattern.finditer(text):
            group = match.lastgroup or ""
            name, (start, end) = match[group].strip(), match.span(group)
            if name in _HOME:
                continue
            if group in _WITH_VERB:
                # "能发" alone is no word for delivery; without the place it would name goods.
                return name, f"{text[: match.start()]} {_DELIVERY} {text[end:]}".strip()
            return name.removeprefix("the "), f"{text[:start]} {text[end:]}".strip()
    return None, text


@cache
def _patterns() -> tuple[re.Pattern[str], ...]:
    regions = "|".join(sorted(_REGIONS.split(), key=len, reverse=True))
    return tuple(
        re.compile(pattern.replace("{regions}", f"(?:{regions})"))
        for pattern in (_TO, _SENT, _ARRIVE, _FIRST, _ENGLISH)
    )
