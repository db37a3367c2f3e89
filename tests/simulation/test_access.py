"""Who may ask, set and see: owners, invited people, approved groups, admins."""

from bot.texts import texts
from tests.simulation.conftest import Scene

QUESTION = "乡村精品民宿有多少家？"
SAID = texts("zh")


async def test_a_pairing_code_lets_someone_in(scene: Scene) -> None:
    owner, guest = await scene.person(), await scene.person()
    async with scene.bot(owners=[owner.id], private="pairing"):
        await scene.ask(owner, "/start")
        told = await scene.ask(guest, QUESTION)
        code = told.text.split("配对码 ")[1].split()[0]
        await scene.quiet_owner(owner)
        await scene.say(guest, f"/pair {code}")
        assert (await scene.ask(owner, "/pair WRONGONE")).text == SAID.pair_wrong
        assert guest.people[0].name in (await scene.ask(owner, f"/pair {code.lower()}")).text
        assert (await scene.said(guest))[-1].text == SAID.welcome
        assert "271家" in (await scene.ask(guest, QUESTION + "？")).text
    # Remembered after a restart.
    async with scene.bot(owners=[owner.id], private="pairing"):
        assert "271家" in (await scene.ask(guest, QUESTION)).text


async def test_an_owner_lets_someone_in_by_a_button_and_keeps_another_out(scene: Scene) -> None:
    owner, guest, stranger = [await scene.person() for _ in range(3)]
    async with scene.bot(owners=[owner.id], private="pairing"):
        await scene.ask(owner, "/start")
        await scene.ask(guest, QUESTION)
        asked = (await scene.said(owner))[-1]
        # Nobody else may press it, whatever they send.
        refusal = (await scene.said(guest))[-1]
        data = asked.button(SAID.button_allow).data
        await scene.people.press(guest.id, guest.id, refusal.id, data)
        await scene.settled()
        assert "271家" not in (await scene.said(guest))[-1].text
        await scene.press(owner, asked, SAID.button_allow, by=owner)
        assert "271家" in (await scene.ask(guest, QUESTION)).text
        await scene.ask(stranger, QUESTION)
        await scene.press(owner, (await scene.said(owner))[-1], SAID.button_refuse, by=owner)
        before = await scene.said(stranger)
        await scene.say(stranger, QUESTION)
        await scene.quiet_owner(owner)
        assert await scene.said(stranger) == before


async def test_a_group_is_answered_once_an_owner_approves(scene: Scene) -> None:
    owner, member = await scene.person(), await scene.person()
    async with scene.bot(owners=[owner.id], groups="approval"):
        await scene.ask(owner, "/start")
        group = await scene.group(member, with_bot=False)
        await scene.stage.set_member(group.id, "member", by=member.id)
        asked = await scene.answer(owner, (await scene.said(owner))[-1].id)
        assert group.title in asked.text
        waiting = await scene.ask(group, f"/ask@ChuchuBot {QUESTION}", by=member)
        assert waiting.text == SAID.group_waiting
        await scene.press(owner, asked, SAID.button_allow, by=owner)
        welcome = await scene.answer(group, waiting.id)
        assert welcome.text == SAID.welcome
        assert "271家" in (await scene.ask(group, f"/ask@ChuchuBot {QUESTION}", by=member)).text


async def test_admins_set_their_group_and_others_do_not(scene: Scene) -> None:
    admin, member = await scene.person(), await scene.person()
    group = await scene.group(admin, member)
    async with scene.bot():
        assert (await scene.ask(group, "/settings@ChuchuBot", by=member)).text == SAID.admins_only
        panel = await scene.ask(group, "/settings@ChuchuBot", by=admin)
        await scene.press(group, panel, "English", by=member)
        assert (await scene.said(group))[-1].text == panel.text
        await scene.press(group, panel, "English", by=admin)
        english = await scene.people.wait_for_edit(group.id, panel, timeout=10)
        assert english.text.startswith("Settings")
        await scene.press(group, english, "strict", by=admin)
        silent = await scene.ask(group, "/ask@ChuchuBot 怎么做红烧肉？", by=member)
        assert silent.text == "The documents do not say."


async def test_figures_are_for_owners(scene: Scene) -> None:
    owner, other = await scene.person(), await scene.person()
    async with scene.bot(owners=[owner.id]):
        await scene.ask(other, QUESTION)
        await scene.ask(other, "怎么做红烧肉？")
        assert (await scene.ask(other, "/stats")).text == SAID.not_allowed
        figures = (await scene.ask(owner, "/stats")).text
    for line in ("提问：2", "已回答：1", "没有答案：1", "1 × 怎么做红烧肉？"):
        assert line in figures


async def test_guests_are_answered_in_chats_without_the_bot(scene: Scene) -> None:
    person = await scene.person()
    await scene.stage.change_bot(supports_guest_queries=True)
    group = await scene.group(person, with_bot=False)
    async with scene.bot():
        asked = await scene.say(group, f"@ChuchuBot {QUESTION}", by=person)
        answer = await scene.people.wait_for_message(group.id, asked, timeout=10, from_bot=False)
        assert "271家" in answer.text
    await scene.stage.change_bot(supports_guest_queries=False)
