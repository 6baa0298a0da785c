"""Commands and buttons of growing, for the door's tables."""

from handlers.chat import lessons, start
from handlers.chat.context import Audience, GroupHandler, Handler, PressHandler
from handlers.chat.growing import boards, mentors, progress, team

COMMANDS: dict[str, tuple[Audience, Handler]] = {
    "learn": (Audience.PROMOTER, lessons.learn),
    "invite": (Audience.PROMOTER, start.invite),
    "team": (Audience.PROMOTER, team.team),
    "mentor": (Audience.PROMOTER_OR_OPERATOR, mentors.mentor),
    "board": (Audience.ANYONE, boards.board),
}
PRESSES: dict[str, tuple[Audience, PressHandler]] = {
    "rules": (Audience.PROMOTER, lessons.press_rules),
    "answer": (Audience.PROMOTER, lessons.press_answer),
    "grow_card": (Audience.PROMOTER, progress.press_card),
    "grow_tasks": (Audience.PROMOTER, progress.press_tasks),
    "team": (Audience.PROMOTER, team.press_team),
    "mentor_ask": (Audience.PROMOTER, mentors.press_ask),
    "mentor_mute": (Audience.PROMOTER, mentors.press_mute),
    "mentor_list": (Audience.PROMOTER, mentors.press_list),
    "mentor_take": (Audience.PROMOTER, mentors.press_take),
    "mentor_offer": (Audience.PROMOTER, mentors.press_offer),
    "board_span": (Audience.PROMOTER, boards.press_span),
    "board_in": (Audience.ANYONE, boards.press_in),
}
OPEN_PRESSES = ("board_in",)
"""Buttons that also stand in groups: whoever taps taps for themselves."""
GROUP_COMMANDS: dict[str, GroupHandler] = {"board": boards.board_here}

Replying, heard = mentors.Replying, mentors.heard
"""Words to pass on, and who passes them on."""
