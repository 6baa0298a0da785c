"""The shop's invented offers and the feed in which they are told."""

import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from decimal import Decimal
from pathlib import Path

OFFERS = Path(__file__).with_name("offers.tsv")
CURRENCY = "CNY"
FEED_FIELDS = (
    "id title url price sale_price currency image brand category description stock coupon "
    "commission_rate rating reviews sales delivery size material returns contents"
).split()


@dataclass(frozen=True)
class Offer:
    """One offer; prices in yuan, the commission rate in per cent of the price paid.

    What the shop does not tell is empty: then the promoter is asked.
    """

    id: str
    category: str
    title: str
    brand: str
    price: Decimal
    sale_price: Decimal
    coupon: str
    commission_rate: Decimal
    stock: int
    rating: Decimal
    reviews: int
    sales: int
    delivery: str
    description: str
    size: str
    material: str
    returns: str
    contents: str

    def feed_row(self, shop_url: str) -> dict[str, str | int | float]:
        """Return the offer under the feed's field names; `shop_url` ends without a slash."""
        told: dict[str, str | int | float] = {
            "id": self.id,
            "title": self.title,
            "url": f"{shop_url}/p/{self.id}",
            "price": f"{self.price:.2f}",
            "sale_price": f"{self.sale_price:.2f}",
            "currency": CURRENCY,
            "image": f"{shop_url}/pictures/{self.id}.png",
            "brand": self.brand,
            "category": self.category,
            "description": self.description,
            "stock": self.stock,
            "coupon": self.coupon,
            "commission_rate": f"{self.commission_rate}%",
            "rating": float(self.rating),
            "reviews": self.reviews,
            "sales": self.sales,
            "delivery": self.delivery,
            "size": self.size,
            "material": self.material,
            "returns": self.returns,
            "contents": self.contents,
        }
        return told


def load_offers(path: Path = OFFERS) -> dict[str, Offer]:
    """Return the offers of a tab-separated file by their ids."""
    with path.open(encoding="utf-8", newline="") as lines:
        rows = list(csv.DictReader(lines, delimiter="\t"))
    return {row["id"]: _offer(row) for row in rows}


def _offer(row: dict[str, str]) -> Offer:
    kinds = {field.name: field.type for field in fields(Offer)}
    return Offer(**{name: kinds[name](row[name]) for name in kinds})  # type: ignore[operator]


def feed_lines(offers: Sequence[Offer], shop_url: str) -> str:
    """Return the feed as JSON lines."""
    rows = (json.dumps(offer.feed_row(shop_url), ensure_ascii=False) for offer in offers)
    return "".join(f"{row}\n" for row in rows)


def feed_table(offers: Sequence[Offer], shop_url: str) -> str:
    """Return the feed as tab-separated text with a heading."""
    rows = [[str(cell) for cell in offer.feed_row(shop_url).values()] for offer in offers]
    return "".join("\t".join(row) + "\n" for row in [list(FEED_FIELDS), *rows])
