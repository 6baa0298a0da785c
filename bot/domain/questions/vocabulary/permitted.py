"""Words that carry no fact: a language model may use them beside those of the plain answer."""

ENGLISH = frozenset(
    """
    a an the it its this that these those they is are was has and with at for of on in to as by
    from now currently price prices priced cost costs you your pay pays here hi hello there item
    offer offers details about which while listed list down checked last according shop shops
    hope helps happy glad let me know if need anything else welcome enjoy shopping find found
    following fit i am please thanks thank asking question right also then so comes come see
    page star stars rated rating buy before what asked detail side by my pleasure can
    help goes go will be
    """.split()
)
CHINESE = frozenset(
    """
    的 了 是 为 在 也 和 与 呢 哦 呀 哈 啦 吧 到 于 以 请 你 您 亲 价 元 块 它 这 那 款 件
    块钱 这个 这款 这件 这些 那款 以下 如下 目前 现在 当前 价格 价钱 售价 您好 你好 谢谢 感谢
    提问 问的 您问的 你问的 帮您 帮你 查到 查到了 显示 信息 资料 为您 为你 找到 找到了 商品 希望
    有帮助 对您 对你 有需要 再问我 随时 问我 参考 供您参考 供你参考 为准 时间 核对 截至 分别是 分别
    另外 同时 其中 收到 好的 页面 店铺 下单前 祝您 祝你 购物愉快 愉快 购物 评分 介绍 说明
    商品说明 具体 关于 内容 喜欢 的话 问题 日
    """.split()
)

BEFORE = frozenset(
    "原 原价 原来 之前 was before list listed from originally instead usually".split()
)
"""Stand before the price that holds no more."""
SAVING = frozenset("减 省 免 返 off save saving less back discount 券 折 优 惠 便 宜 补".split())
"""Stand beside what is taken off, which is never a price."""
MONEY = {
    "¥": "¥", "元": "¥", "块": "¥", "yuan": "¥", "rmb": "¥", "cny": "¥", "kuai": "¥",
    "$": "$", "usd": "$", "dollar": "$", "dollars": "$", "美": "$", "刀": "$",
    "€": "€", "euro": "€", "euros": "€", "eur": "€", "欧": "€",
    "£": "£", "gbp": "£", "镑": "£", "₹": "₹", "rupees": "₹", "inr": "₹", "rs": "₹", "hkd": "hk$",
    "港": "hk$", "jpy": "jp¥", "yen": "jp¥",
}  # fmt: skip
"""What makes a figure money, and the sign of it."""

PRICE = frozenset("price priced now at cost costs is for 价 后 是 到 only".split())
"""Stand before a price that is written without its currency."""
SIGNS = frozenset("¥$€£₹%")

NEGATIONS_HAN = frozenset("不无没未非免勿别莫")
NEGATIONS = frozenset("no not never without non neither nor none cannot".split())
NUMERALS_HAN = "零〇一二三四五六七八九十百千万亿两半"
NUMERALS = frozenset(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen
    sixteen seventeen eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety
    hundred thousand million dozen half double twice once couple single pair first second third
    """.split()
)
HAZARDS = (
    "sold out", "out of stock", "in stock", "no longer", "free", "guarantee", "lowest", "cheapest",
    "best", "coupon", "after coupon", "discount", "售罄", "下架", "有货", "没货", "缺货",
    "最低", "最便宜",     "包邮", "保证", "正品", "券", "优惠", "降价", "涨价", "限时", "赠", "送",
)  # fmt: skip
"""Claims that stand as a whole in the plain answer, or nowhere."""
