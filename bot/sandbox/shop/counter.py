"""The shop's counter: its pages and routes, where offers are bought, received and returned."""

import asyncio
from collections.abc import Awaitable, Callable
from dataclasses import asdict, dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

from starlette.requests import Request
from starlette.responses import JSONResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.templating import Jinja2Templates

from bot.sandbox.clock import SHOP_ZONE, Clock
from bot.sandbox.shop.catalogue import Offer, feed_lines, feed_table, load_offers
from bot.sandbox.shop.orders import Order, Reported, finished, report
from bot.sandbox.shop.pictures import picture
from bot.sandbox.shop.reporting import Reporter
from bot.sandbox.shop.words import WORDS, chosen

TEMPLATES = Path(__file__).with_name("templates")
LANGUAGE_COOKIE = "shop_lang"
PICTURE_AGE = {"Cache-Control": "public, max-age=86400"}


class Taken(Protocol):
    """What a report came to: how many of its rows were new, known, or nobody's."""

    @property
    def credited(self) -> int:
        """Rows that told something new."""
        ...

    @property
    def duplicate(self) -> int:
        """Rows that were known already."""
        ...

    @property
    def orphan(self) -> int:
        """Rows without a link that the bot knows."""
        ...


OnReport = Callable[[bytes], Awaitable[Taken]]


@dataclass
class Shop:
    """The shop's offers and orders, and the routes under `/shop`."""

    clock: Clock
    public_url: str
    reporter: Reporter
    on_report: OnReport | None = None
    offers: dict[str, Offer] = field(default_factory=load_offers)
    orders: dict[str, Order] = field(default_factory=dict)
    templates: Jinja2Templates = field(default_factory=lambda: Jinja2Templates(TEMPLATES))

    @property
    def url(self) -> str:
        """The shop's own address, without a slash at the end."""
        return f"{self.public_url.rstrip('/')}/shop"

    def routes(self) -> list[Route]:
        """Return the shop's routes."""
        return [
            Route("/shop", self.show_offers),
            Route("/shop/feed.jsonl", self.feed),
            Route("/shop/feed.tsv", self.feed),
            Route("/shop/pictures/{id}.png", self.show_picture),
            Route("/shop/p/{id}", self.show_offer),
            Route("/shop/buy", self.buy, methods=["POST"]),
            Route("/shop/orders", self.show_orders),
            Route("/shop/orders.csv", self.show_report),
            Route("/shop/orders/{id}/{act}", self.change, methods=["POST"]),
            Route("/shop/settle", self.settle, methods=["POST"]),
            # What the page of a closed month leads back to, in another language for instance.
            Route("/shop/settle", self.show_orders),
        ]

    def page(self, request: Request, name: str, **facts: Any) -> Response:
        """Return a page in the reader's language, which is then remembered."""
        asked = request.query_params.get("lang") or request.cookies.get(LANGUAGE_COOKIE)
        language = chosen(asked)
        context = {"w": WORDS[language], "language": language, "zone": SHOP_ZONE, **facts}
        answer = self.templates.TemplateResponse(request, name, context)
        if "lang" in request.query_params:
            answer.set_cookie(LANGUAGE_COOKIE, language, samesite="lax")
        return answer

    async def feed(self, request: Request) -> Response:
        """Answer the feed of all offers, as JSON lines or tab-separated."""
        offers = list(self.offers.values())
        if request.url.path.endswith(".tsv"):
            media_type = "text/tab-separated-values"
            return Response(feed_table(offers, self.url), media_type=media_type)
        return Response(feed_lines(offers, self.url), media_type="application/jsonl")

    async def show_picture(self, request: Request) -> Response:
        """Answer the picture of an offer."""
        offer = self.offers.get(request.path_params["id"])
        if offer is None:
            return Response(status_code=404)
        drawn = await asyncio.to_thread(picture, offer.id, offer.category, offer.title)
        return Response(drawn, media_type="image/png", headers=PICTURE_AGE)

    async def show_offers(self, request: Request) -> Response:
        """Answer the page of all offers."""
        return self.page(request, "offers.html", offers=self.offers.values())

    async def show_offer(self, request: Request) -> Response:
        """Answer the page of one offer; `subid` says through whose link one came."""
        offer = self.offers.get(request.path_params["id"])
        if offer is None:
            return Response("no such offer", status_code=404)
        subid = request.query_params.get("subid", "")
        return self.page(request, "offer.html", offer=offer, subid=subid)

    async def buy(self, request: Request) -> Response:
        """Make an order and tell the bot of it (`lead`)."""
        async with request.form() as form:
            given = {name: str(value) for name, value in form.items()}
        offer = self.offers.get(given.get("offer", ""))
        if offer is None or offer.stock == 0:
            return Response("no such offer, or sold out", status_code=404)
        now = self.clock.now()
        number = f"D{now.astimezone(SHOP_ZONE):%Y%m%d}{len(self.orders) + 1:06d}"
        try:
            quantity = int(given.get("quantity") or 1)
            order = Order(number, offer, quantity, given.get("subid", ""), now, now)
        except ValueError as problem:
            return Response(str(problem), status_code=400)
        self.orders[number] = order
        return self._told(request, order, await self.reporter.tell(order))

    async def change(self, request: Request) -> Response:
        """Receive, return or report an order again, and tell the bot how it stands now."""
        order = self.orders.get(request.path_params["id"])
        if order is None:
            return Response("no such order", status_code=404)
        acts: dict[str, Callable[[datetime], None]] = {
            "receive": order.receive,
            "return_all": order.return_all,
            "return_half": order.return_half,
            "again": lambda _at: None,
        }
        try:
            acts[request.path_params["act"]](self.clock.now())
        except KeyError:
            return Response("no such act", status_code=404)
        except ValueError as problem:
            return Response(str(problem), status_code=409)
        return self._told(request, order, await self.reporter.tell(order))

    def _told(self, request: Request, order: Order, reported: Reported) -> Response:
        if _wants_json(request):
            told = {"order": order.postback(), "report": asdict(reported)}
            told["report"]["at"] = order.postback()["time"]
            return JSONResponse(told)
        return RedirectResponse(f"/shop/orders#{order.id}", status_code=303)

    async def show_orders(self, request: Request) -> Response:
        """Answer all orders, newest first, as a page or as JSON."""
        return self._orders_page(request, "")

    def _orders_page(self, request: Request, sentence: str) -> Response:
        orders = list(reversed(self.orders.values()))
        if _wants_json(request):
            return JSONResponse([order.postback() for order in orders])
        return self.page(request, "orders.html", orders=orders, sentence=sentence)

    async def show_report(self, _request: Request) -> Response:
        """Answer the order report as CSV."""
        return Response(report(self.orders.values()), media_type="text/csv")

    async def settle(self, request: Request) -> Response:
        """Close the month: make the order report and hand it over."""
        for order in finished(self.orders.values()):
            order.is_settled = order.status == "received"
        words = WORDS[chosen(request.cookies.get(LANGUAGE_COOKIE))]
        sentence = words["no_hook"]
        if self.on_report is not None:
            taken = await self.on_report(report(self.orders.values()))
            sentence = words["taken"].format(taken=taken)
        if _wants_json(request):
            return JSONResponse({"sentence": sentence})
        return self._orders_page(request, sentence)


def _wants_json(request: Request) -> bool:
    return "application/json" in request.headers.get("accept", "")
