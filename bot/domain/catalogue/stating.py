"""What feeds state in their own words of delivery and coupons, read in both languages."""

import re
from datetime import date, timedelta

_CLAUSES = re.compile(r"[,;，；。！!|\n]|(?<!\d)[.](?!\d)")
_FAST = re.compile(
    r"(?:当日|当天|今日|今天|次日|第二天|明日|明天|次晨|半日|小时|分钟)内?(?:可|就|即|免费)*"
    r"(?:配送)?(?:到|送达|达)"
    r"|\b(?:same|next)[- ](?:business[- ]|working[- ])?day\b(?! or two)"
    r"|\bovernight\b|\btomorrow\b|\b(?:1|one)[- ](?:business[- ])?day\b"
    r"|\bwithin (?:\d|1\d|2[0-4]|one|two|three) (?:hours?|minutes)\b",
    re.I,
)
_SLOW = re.compile(
    r"(?:不|非|无法|暂不|未)[^，。]{0,4}(?:当日|次日|当天|隔日|送达|达)|发货|发出|(?:[3-9]\d|2[5-9]|\d{3,})\s*小时"
    r"|\b(?:no|not|without|except|excluding|unavailable|cannot)\b|n't\b"
    r"|\b(?:dispatch(?:ed)?|ships?|shipped|leaves?)\b",
    re.I,
)

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_NAMED = r"(?P<month{0}>jan|feb|mar|apr|may|jun|jul|aug|sept?|oct|nov|dec)[a-z]*\.?"
_ENDS = re.compile(
    r"(?P<year>20\d\d)[-/.年](?P<month>\d{1,2})[-/.月](?P<day>\d{1,2})"
    r"|(?P<month2>\d{1,2})月(?P<day2>\d{1,2})"
    r"|(?:至|到|截止|截至|[~～—–-])\s*(?P<month3>\d{1,2})[./](?P<day3>\d{1,2})(?!\d)"
    rf"|\b(?P<day4>\d{{1,2}})(?:st|nd|rd|th)?\s+{_NAMED.format(4)}"
    rf"|\b{_NAMED.format(5)}\s+(?P<day5>\d{{1,2}})(?!\d)",
    re.I,
)
_UNTIL = re.compile(
    r"至|到|止|截|前|有效|结束|[~～—–]|\d-\d|\b(?:until|till|til|by|through|thru|ends?|ending|expires?|"
    r"expiring|valid|before|to)\b",
    re.I,
)
_TODAY = re.compile(
    r"(?:仅限|限|仅|只限)?(?:今日|今天|当天)(?:内)?(?:截止|结束|止|有效|可用)|(?:仅限|限|仅|只限)(?:今日|今天|当天)"
    r"|最后一天|\btoday only\b|\b(?:ends?|expires?|valid) (?:only )?today\b|\blast day\b",
    re.I,
)
BACK = timedelta(days=60)
"""A day without a year so far behind is meant in the year to come."""


def is_fast(delivery: str | None) -> bool:
    """Whether goods arrive the same or the next day, as a feed's words on delivery say it.

    What only leaves the shop so soon is not there so soon, and what is denied is not promised.
    """
    return any(
        _FAST.search(clause) is not None and _SLOW.search(clause) is None
        for clause in _CLAUSES.split(delivery or "")
    )


def ends_on(coupon: str | None, said_on: date) -> date | None:
    """The last day of a coupon whose words, told on ``said_on``, name one; else None."""
    if not coupon:
        return None
    if _TODAY.search(coupon):
        return said_on
    if not _UNTIL.search(coupon):
        return None
    days = [day for each in _ENDS.finditer(coupon) if (day := _day(each, said_on)) is not None]
    # Of "11.01–11.11" the later one is the end.
    return max(days, default=None)


def _day(each: re.Match[str], said_on: date) -> date | None:
    parts = {key.rstrip("2345"): value for key, value in each.groupdict().items() if value}
    month = parts["month"].lower()
    number = int(month) if month.isdigit() else _MONTHS.index(month[:3]) + 1
    year = int(parts.get("year", said_on.year))
    try:
        day = date(year, number, int(parts["day"]))
        if "year" not in parts and day < said_on - BACK:
            day = day.replace(year=year + 1)
    except ValueError:
        # The 31st of November is nobody's last day, nor is the 29th of a plain February.
        return None
    return day
