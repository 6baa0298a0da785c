"""`haowu check` asks the language model, where one is named."""

from bot.checking import Mark, models
from bot.settings import load
from tests.questions.model import Says, model, words


async def test_a_model_that_answers_is_fine_and_silence_is_told() -> None:
    async with model() as served:
        settings = load(_env_file=None, llm_base_url=served.url, llm_model="tiny")
        served.says = words("About 250 ml.")
        assert [one.mark for one in await models.look(settings)] == [Mark.FINE]
        served.says = words("")
        (found,) = await models.look(settings)
        assert (found.mark, found.subject) == (Mark.WARNING, "LLM_BASE_URL")
        assert "an empty message" in found.sentence
        served.says = Says(b'{"error": {"message": "sk-x is wrong"}}', status=401)
        (found,) = await models.look(settings)
        assert "status 401" in found.sentence
        assert "sk-x" not in found.sentence


async def test_an_address_without_a_model_is_told_and_no_address_is_nothing() -> None:
    settings = load(_env_file=None, llm_base_url="http://127.0.0.1:9")
    assert [one.mark for one in await models.look(settings)] == [Mark.WARNING]
    assert await models.look(load(_env_file=None)) == []
