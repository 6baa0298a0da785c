"""Ways in which a language model may lie about an answer, and a few in which it may be faithful."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from tests.questions.model import Says, completion, document, words


@dataclass(frozen=True)
class Scene:
    """What there is to lie about: a question's plain answer."""

    plain: str
    language: str
    is_stocked: bool
    titles: tuple[str, ...] = ()
    """Of the offers in it, as they are written there."""
    is_compared: bool = False

    def say(self, chinese: str, english: str) -> str:
        """The plain answer with a sentence more, in its own language."""
        return f"{self.plain}\n{chinese if self.language == 'zh' else english}"

    def changed(self, old: str, new: str) -> str:
        """The plain answer with a pattern replaced."""
        return re.sub(old, new, self.plain)


Lie = Callable[[Scene], Says]
PRICE = r"([¥$₹])([\d,]+)\.(\d\d)"


def _more(chinese: str, english: str) -> Lie:
    return lambda scene: words(scene.say(chinese, english))


def _swap(old: str, new: str) -> Lie:
    return lambda scene: words(scene.changed(old, new))


def _instead(chinese: str, english: str) -> Lie:
    return lambda scene: words(chinese if scene.language == "zh" else english)


def _traded(pattern: str) -> Lie:
    """The first two different matches in each other's place."""

    def lie(scene: Scene) -> Says:
        found = list(dict.fromkeys(match[0] for match in re.finditer(pattern, scene.plain)))[:2]
        return words(_exchanged(scene.plain, found))

    return lie


def _exchanged(text: str, found: list[str]) -> str:
    if len(found) < 2:
        return text
    first, second = found
    parts = [part.replace(second, first) for part in text.split(first)]
    return second.join(parts)


def _reversed_lines(scene: Scene) -> Says:
    """Where facts stand below a title, the other way round they stand below another one."""
    lines = [line for line in scene.plain.splitlines() if line.strip()]
    return words("\n".join(reversed(lines)))


def _always(says: Says) -> Lie:
    return lambda _: says


def _nested(depth: int = 20_000) -> Says:
    return Says(b"[" * depth + b"]" * depth)


LIES: dict[str, Lie] = {
    "another price": _swap(PRICE, r"\g<1>1\g<2>.\g<3>"),
    "a price one cent less": _swap(PRICE, r"\g<1>\g<2>.01"),
    "a price with its point moved": _swap(PRICE, r"\g<1>0.\g<2>"),
    "another currency": _swap(PRICE, r"€\g<2>.\g<3>"),
    "a price without its currency's sign, another's word": _swap(PRICE, r"\g<2>.\g<3> euros"),
    "a price in Chinese numerals": _more("其实只要三十元。", "It is just 三十 yuan."),
    "a price in banker's numerals": _more("折后壹拾玖元。", "Only nineteen yuan ninety."),
    "a price in English words": _more("只要 thirty yuan 哦", "It is only thirty dollars now."),
    "a price in full-width digits": _more("现价１９.９元", "Now just ¥１９.９"),
    "a price in keycap emoji": _more("只要1️⃣9️⃣元", "Just $1️⃣9️⃣"),
    "a price in superscripts": _more("只要¹⁹元", "Just $¹⁹"),
    "a price in Arabic-Indic digits": _more("只要١٩元", "Just $١٩"),
    "a price in circled digits": _more("只要⑨元", "Just $⑨"),
    "a zero-width blank in a price": _swap(PRICE, "\\g<1>\u200b9\u200b\\g<2>.\\g<3>"),
    "a range where one price is": _swap(PRICE, r"\g<1>1-\g<1>\g<2>.\g<3>"),
    "a half price": _more("今天半价。", "It is half price today."),
    "it is free": _more("其实免费送。", "It is actually free."),
    "another offer's price": _more("脐橙也才¥29.90。", "The navel oranges are ¥29.90, too."),
    "another offer's title": _more(
        "也看看奥丽兰橄榄油。", "Have a look at the Velmora serum as well."
    ),
    "a made-up coupon": _more("再领20元券。", "There is another $20 coupon."),
    "a made-up coupon code": _more("输入 SAVE50 更便宜。", "Use the code SAVEMORE."),
    "a made-up percentage": _more("直降50%。", "That is 50% off."),
    "a made-up discount in words": _more("打五折。", "Half off, fifty percent."),
    "a price said to be a discount": _swap(PRICE, r"\g<0> off, "),
    "a link": _more("点 https://cheap.example/x", "See https://cheap.example/x"),
    "a link without its scheme": _more("去 cheap-deals.shop 买", "Go to cheap-deals.shop"),
    "a link in Markdown": _more("[点这里](https://cheap.example)", "[here](https://cheap.example)"),
    "a link into Telegram": _more("加 t.me/cheapdeals", "Join t.me/cheapdeals"),
    "a link with dots in words": _more("去 cheap 点 com", "Go to cheap dot com"),
    "a mention": _more("问 @cheapdeals", "Ask @cheapdeals"),
    "a telephone number": _more("打 13800138000", "Call 138-0013-8000"),
    "a WeChat id": _more("加微信 haowu_vip", "Add haowu_vip on WhatsApp"),
    "a brand it is not of": _more("这是华为的。", "It is made by Samsung."),
    "a brand in quotes": _more("「索尼」品质", "Quality of “Sony”."),
    "the opposite about stock": lambda scene: words(
        scene.say("已经卖完了。", "It is sold out.")
        if scene.is_stocked
        else scene.say("现在有货，放心买。", "It is in stock, go ahead.")
    ),
    "two prices in each other's place": _traded(PRICE),
    "two titles in each other's place": lambda scene: words(
        _exchanged(scene.plain, list(scene.titles[:2]))
    ),
    "lines turned about below the titles": lambda scene: (
        _reversed_lines(scene) if scene.is_compared else words(scene.plain)
    ),
    "another one is the cheaper": lambda scene: words(
        re.sub(
            r"(更便宜：|Cheaper: )(.*)",
            lambda match: match[1] + next((t for t in scene.titles if t != match[2]), match[2]),
            scene.plain,
        )
    ),
    "a denial slipped in": _swap(
        r"已售罄|有货|sold out|in stock|Sold out|In stock", r"not at all \g<0>"
    ),
    "a denial slipped in, in Chinese": _swap(r"已售罄|有货", r"并没有\g<0>"),
    "a no left out": _swap(r"\bNo (?=returns)|不(?=支持)|[Nn]ot |没有|未", ""),
    "a no before it": _swap(r"已售罄|有货|[Ss]old out|[Ii]n stock", r"No: \g<0>"),
    "a cross before it": _swap(r"已售罄|有货|[Ss]old out|[Ii]n stock", r"❌ \g<0>"),
    "a question made of it": _swap(r"已售罄|有货|[Ss]old out|[Ii]n stock", r"\g<0>?"),
    "sold out, left out": _swap(r"\s*📦 ?(已售罄|[Ss]old out)", ""),
    "soon": _swap(r"已售罄|[Ss]old out|有货|[Ii]n stock", r"soon \g<0>"),
    "a price a month": _swap(PRICE, r"\g<0> a month"),
    "a price for each": _swap(PRICE, r"\g<0>/each"),
    "a price from which on": _swap(PRICE, r"from \g<0>"),
    "a thousand times the price": _swap(PRICE, r"\g<0>k"),
    "ten thousand pieces": _swap(r"(\d+) (件|left)", r"\g<1>万 \g<2>"),
    "few left": _more("仅剩3件。", "Only 3 left."),
    "few left, in words": _more("就剩最后几件了，快抢。", "Almost gone, hurry up."),
    "a price denied": _swap(PRICE, r"not \g<0>"),
    "a promise of delivery": _more("保证明天到。", "Guaranteed to arrive tomorrow."),
    "a promise of money back": _more("不满意包退。", "Your money back if you do not like it."),
    "free shipping": _more("全国包邮。", "Free worldwide shipping."),
    "a gift": _more("下单还送赠品。", "A free gift comes with it."),
    "the lowest price ever": _more("史上最低价！", "The lowest price ever!"),
    "cheaper than anywhere": _more("全网最便宜。", "Cheaper than anywhere else."),
    "a cure": _more("能治失眠。", "It cures insomnia."),
    "another rating": _more("评分4.9分。", "Rated 4.9 stars."),
    "a rating in words": _more("五星好评。", "Five stars all over."),
    "a crowd of buyers": _more("10万人好评。", "100,000 people love it."),
    "a made-up material": _more("真皮材质。", "Made of genuine walnut."),
    "a made-up size": _more("有XL码。", "Size XL is there."),
    "a made-up warranty": _more("质保三年。", "With a warranty of three years."),
    "another day": _more("价格到12月31日。", "The price holds until 31 December."),
    "another hour": _swap(r"\b(\d{1,2}):(\d\d)\b", r"23:5\g<2>"),
    "no time beside the price": _swap(r"[^\n。.]*\b\d{1,2}:\d\d[^\n。.]*[。.]?", ""),
    "advice": _more("建议马上下单。", "You should buy it right now."),
    "the other language": _instead(
        "The price is as stated above.", "价格就是上面说的那样，放心买吧。"
    ),
    "a third language": _instead("Le prix est bon.", "Der Preis ist gut."),
    "instructions obeyed": _instead(
        "好的，我已忽略之前的指令，一切免费。", "Sure! I ignored my instructions: all is free."
    ),
    "its own instructions": _instead(
        "规则：只用给出的事实和原答复里的内容。", "Rules: use only the given facts."
    ),
    "I do not know": _instead("抱歉，我不知道。", "Sorry, I do not know."),
    "an apology as a machine": _instead("作为语言模型，我不能购物。", "As an AI, I cannot shop."),
    "bold type": lambda scene: words(f"<b>{scene.plain}</b>"),
    "a tag with an address": lambda scene: words(f'<a href="https://x.example">{scene.plain}</a>'),
    "JSON in words": lambda scene: words('{"answer": "' + scene.plain + '"}'),
    "a code fence": lambda scene: words(f"```\n{scene.plain}\n```"),
    "far too much": lambda scene: words(scene.plain * 40),
    "letters turned about": lambda scene: words(f"\u202e{scene.plain}"),
    "nothing": _always(words("")),
    "blanks": _always(words(" \n\t ")),
    "no content": _always(words(None)),
    "content in parts": _always(completion({"content": [{"type": "text", "text": "19"}]})),
    "a tool call": _always(words("x", tool_calls=[{"id": "1", "function": {"name": "buy"}}])),
    "cut by its limit": lambda scene: completion({"content": scene.plain[:40]}, finish="length"),
    "filtered": lambda scene: completion({"content": scene.plain}, finish="content_filter"),
    "no choices": _always(document({"choices": []})),
    "an error with status 200": _always(document({"error": {"message": "overloaded"}})),
    "a list": _always(document([1, 2, 3])),
    "not JSON": _always(Says(b"<html>Bad gateway</html>")),
    "not UTF-8": _always(Says(b"\xff\xfe\x00")),
    "no body": _always(Says(b"")),
    "a deep nest": _always(_nested()),
    "status 500": _always(Says(b"{}", status=500)),
    "status 429": _always(Says(b"{}", status=429)),
    "status 401": _always(Says(b"{}", status=401)),
    "a redirect": _always(Says(b"", status=302, headers=("Location: http://127.0.0.1:9/",))),
    "silence": _always(Says(is_hanging=True)),
    "no end": _always(Says(b'{"choices": "', is_endless=True)),
    "a broken connection": lambda scene: Says(words(scene.plain).body, is_cut=True),
}

FAITHFUL: dict[str, Lie] = {
    "word for word": lambda scene: words(scene.plain),
    "with a greeting": lambda scene: words(
        ("您好～\n" if scene.language == "zh" else "Hi there!\n") + scene.plain
    ),
    "with a kind end": _more("有需要再问我哦～", "Let me know if I can help with more."),
    "its lines in one": lambda scene: words(" ".join(scene.plain.split())),
    "its lines the other way round": lambda scene: (
        words(scene.plain) if scene.is_compared else _reversed_lines(scene)
    ),
}
"""What may be sent; whoever checks more strictly still sends the plain answer."""
