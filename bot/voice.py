"""In which language a chat is spoken to: its own, else that of who asks, else the settings'."""

from bot.chats import Chats
from bot.settings import BotSettings
from bot.texts import Texts, language_of, texts


class Voice:
    """Chooses the texts."""

    def __init__(self, chats: Chats, settings: BotSettings) -> None:
        self._chats = chats
        self._default = settings.language

    def texts(self, chat_id: int, code: str | None) -> Texts:
        """What is said in a chat.

        Args:
            chat_id: Where; of a private chat, the person's id.
            code: Telegram's language code of who asks.
        """
        own = self._chats.get(chat_id).language
        return texts(own or language_of(code, self._default))
