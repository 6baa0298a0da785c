"""What of own groups stands in the door's tables: which commands and buttons, for whom."""

from handlers.chat import groups
from handlers.chat.context import Audience, Handler, PressHandler
from handlers.chat.leaving import copying, disconnecting, exporting, linking, transferring
from handlers.chat.leaving import menu as group_menu
from handlers.chat.pools import points
from handlers.chat.schemes import verticals

COMMANDS: dict[str, tuple[Audience, Handler]] = {
    "connect": (Audience.PROMOTER, groups.connect),
    "groups": (Audience.PROMOTER, groups.groups),
    "vertical": (Audience.PROMOTER, verticals.vertical),
    "pickup": (Audience.PROMOTER, points.pickup),
    "links": (Audience.PROMOTER, linking.links),
    "export": (Audience.PROMOTER, exporting.export),
}
PRESSES: dict[str, tuple[Audience, PressHandler]] = {
    "vertical": (Audience.PROMOTER, verticals.press_vertical),
    "pickup": (Audience.PROMOTER, points.press_pickup),
    "group": (Audience.PROMOTER, group_menu.press_group),
    "copy": (Audience.PROMOTER, copying.press_copy),
    "copy_tick": (Audience.PROMOTER, copying.press_tick),
    "copy_look": (Audience.PROMOTER, copying.press_look),
    "copy_go": (Audience.PROMOTER, copying.press_go),
    "copy_undo": (Audience.PROMOTER, copying.press_undo),
    "hand": (Audience.PROMOTER, transferring.press_hand),
    "hand_go": (Audience.PROMOTER, transferring.press_go),
    "hand_end": (Audience.PROMOTER, transferring.press_end),
    "hand_take": (Audience.ANYONE, transferring.press_take),
    "hand_yes": (Audience.PROMOTER, transferring.press_yes),
    "out": (Audience.PROMOTER, disconnecting.press_out),
    "out_go": (Audience.PROMOTER, disconnecting.press_go),
    "links": (Audience.PROMOTER, linking.press_links),
    "link_end": (Audience.PROMOTER, linking.press_end),
}
