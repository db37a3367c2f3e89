"""Methods that answer presses of buttons."""

from telegram.constants import CallbackQueryLimit

from bot.simulator.errors import bad_request
from bot.simulator.server.arguments import Arguments
from bot.simulator.world.world import World


def answer_callback_query(world: World, arguments: Arguments) -> bool:
    """Answer answerCallbackQuery."""
    text = arguments.text("text")
    if len(text) > CallbackQueryLimit.ANSWER_CALLBACK_QUERY_TEXT_LENGTH:
        raise bad_request("MESSAGE_TOO_LONG")
    world.answer_press(
        arguments.text("callback_query_id"),
        text=text,
        is_alert=arguments.flag("show_alert"),
        url=arguments.text("url"),
    )
    return True
