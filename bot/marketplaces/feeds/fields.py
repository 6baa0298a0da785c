"""The fields of an import and the columns they come from, whatever a file calls them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.errors import InputError

FIELDS = (
    "id title url price sale_price currency image brand category description stock coupon "
    "commission_rate rating reviews sales delivery size material returns contents"
).split()
"""What ``--map`` may name."""

NEEDED = ("title", "url", "price")

ALIASES = {
    "link": "url", "image_link": "image", "image_url": "image", "availability": "availability",
    "product_type": "product_type", "google_product_category": "google_product_category",
    "sale_price_effective_date": "sale_price_effective_date", "summary": "description",
    "expiration_date": "expiration_date", "quantity": "stock", "commission": "commission_rate",
    "名称": "title", "商品名称": "title", "标题": "title", "链接": "url", "商品链接": "url",
    "价格": "price", "原价": "price", "券后价": "sale_price", "优惠价": "sale_price",
    "币种": "currency", "图片": "image", "商品图片": "image", "品牌": "brand", "类目": "category",
    "分类": "category", "描述": "description", "库存": "stock", "优惠券": "coupon",
    "佣金比例": "commission_rate", "评分": "rating", "评论数": "reviews", "销量": "sales",
    "配送": "delivery", "编号": "id", "商品编号": "id",
    "return_policy": "returns", "in_the_box": "contents", "box": "contents",
    "尺寸": "size", "尺码": "size", "规格": "size", "材质": "material", "面料": "material",
    "退换": "returns", "退换货": "returns", "售后": "returns", "包装清单": "contents",
    "装箱清单": "contents",
}  # fmt: skip
"""Other names of columns: those of the Google specification, and usual Chinese ones."""

_KNOWN = {field: field for field in FIELDS} | ALIASES


@dataclass(frozen=True, slots=True)
class Broken:
    """Something in the place of a row that nobody can read; ``is_end`` when nothing follows."""

    reason: str
    is_end: bool = False


Cells = dict[str, str]
Row = tuple[int, Cells | Broken]
"""Line in the file, and what stands there."""


def fold(name: str) -> str:
    """The name of a column without case, namespace, and kind of separator: "g:Image Link"."""
    return "_".join(name.strip().lower().rpartition(":")[2].replace("-", " ").split())


def field_of(name: str) -> str | None:
    """The field that a column of this name holds, or None."""
    return _KNOWN.get(fold(name))


def columns(
    names: Sequence[str], mapping: Mapping[str, str], *, is_strict: bool = True
) -> Sequence[tuple[str, int]]:
    """Which field stands in which place under the heading ``names``.

    ``mapping`` (field → column) wins over a column's own name; of two columns for one field the
    first counts. Raises InputError naming what is missing, unless ``is_strict`` is off.
    """
    places: dict[str, int] = {}
    folded = [fold(name) for name in names]
    for field, column in mapping.items():
        if column in names:
            places[field] = names.index(column)
        elif fold(column) in folded:
            places[field] = folded.index(fold(column))
        elif is_strict:
            raise InputError(f"There is no column “{column}”; there are: {_listed(names)}.")
    for place, name in enumerate(names):
        known = field_of(name)
        if known is not None and known not in places:
            places[known] = place
    missing = [field for field in NEEDED if field not in places]
    if missing and is_strict:
        raise InputError(
            f"No column for {', '.join(missing)}; there are: {_listed(names)}. "
            f"Name it with --map {missing[0]}=COLUMN."
        )
    return tuple(places.items())


def read_mapping(pairs: Sequence[str]) -> dict[str, str]:
    """``("title=product_name", …)`` as field → column.

    Raises InputError for a pair without "=", an unknown field, or a field named twice.
    """
    mapping: dict[str, str] = {}
    for pair in pairs:
        field, equals, column = pair.partition("=")
        field = field.strip()
        if not equals or not column.strip():
            raise InputError(f"--map takes FIELD=COLUMN, not “{pair}”.")
        if field not in FIELDS:
            raise InputError(f"--map knows no field “{field}”; it knows: {', '.join(FIELDS)}.")
        if field in mapping:
            raise InputError(f"--map names “{field}” twice.")
        mapping[field] = column.strip()
    return mapping


def _listed(names: Sequence[str]) -> str:
    shown = ", ".join(name[:40] for name in names[:40] if name)
    return shown or "none"
