// What to try, step by step, and the acts that each step offers.
//
// An act has a person to be (`as`) and something to do: `text` is sent to the bot, or in each
// language another (with `order` the number of the last order is put behind it), `groupOf` opens
// the group of a promoter or, with a `text`, says it there (with `under` as a reply to the last
// post), `private` opens the private chat, `mark` and `days` move the clock, `shop` opens a page
// of the shop.

import { speech } from "./words.js";

const OUYANG = 1001;
const LIN = 2001;
const CHEN = 2002;
const MEI = 3001;
const WEI = 3002;
const ORDERS = "/shop/orders";

const STEPS = [
  { zh: "你是推手林姐。今天的卡片已经发好：逐张看，留下、换一个，或者自己写一句。",
    en: "You are Lin, a promoter. Today's cards are dealt: go card by card, keep one, swap one, "
      + "put your own words on it.",
    acts: [{ as: LIN, text: "/today" }] },
  { zh: "想自己挑？按频道翻，点数字选它；发 /send、/poster 加序号，就群发或做成海报。",
    en: "Rather choose yourself? Leaf through the channels, tap a number to pick; /send or /poster "
      + "with a number sends it to all groups, or draws a poster.",
    acts: [{ as: LIN, text: "/channels" }, { as: LIN, text: "/send 1" },
      { as: LIN, text: "/poster 1" }] },
  { zh: "看看早上会发什么，和群里收到的一模一样。",
    en: "See what the morning will bring, exactly as the group will get it.",
    acts: [{ as: LIN, text: "/preview" }] },
  { zh: "把时间拨到早上，好物就到群里了。",
    en: "Move the clock to the morning: the posts arrive in the group.",
    acts: [{ as: LIN, mark: "morning", groupOf: LIN }] },
  { zh: "你是梅梅，在小陈的群里。对好物有疑问？点它的「↩\uFE0E 回复」问一句，答案只有你看得见。",
    en: "You are Mei, a member of Chen's group. Tap “↩\uFE0E Reply” under a post and ask: "
      + "only you see the answer.",
    acts: [{ as: MEI, groupOf: CHEN, under: true,
      text: { zh: "券后多少钱？还有货吗", en: "How much with the coupon? In stock?" } }] },
  { zh: "私聊机器人也能问，用自己的话就行：找东西、比一比、问优惠券。",
    en: "Ask in private, in your own words: find something, compare, ask for coupons. "
      + "A slip of the pen does not matter.",
    acts: [
      { as: MEI, text: { zh: "有没有50元以内的充电宝", en: "a power bnak under 50 yuan" } },
      { as: MEI, text: { zh: "智能电饭煲和IH电饭煲哪个好",
        en: "Mizao rice cooker or Kettleby rice cooker?" } },
      { as: MEI, text: { zh: "抽纸有券吗", en: "any coupon for tissues?" } }] },
  { zh: "店里没写的，机器人不编，会去问小陈。先问，再到小陈的私聊点「我来回答」写一句："
      + "梅梅的答案就补上了。",
    en: "What the shop does not tell is not made up: Chen is asked. Ask first, then tap "
      + "“I will answer” in Chen's private chat: Mei's answer is completed.",
    acts: [
      { as: MEI, groupOf: CHEN,
        text: { zh: "/ask 65W 氮化镓充电器 包装里有什么", en: "/ask 65W 氮化镓充电器 what is in the box" } },
      { as: CHEN, private: true }, { as: MEI, groupOf: CHEN }] },
  { zh: "还是梅梅：点好物下面的按钮，到小店买一件。",
    en: "Still Mei: tap the button under a post and buy something.",
    acts: [{ as: MEI, groupOf: CHEN }] },
  { zh: "东西到了：在订单页点「确认收货」。",
    en: "It has arrived: tap “Confirm received” on the orders page.",
    acts: [{ as: MEI, shop: ORDERS }] },
  { zh: "小陈卖出了这一单，林姐是他的邀请人：两个人各有一份。",
    en: "Chen made this sale, and Lin invited Chen: each of them has a share.",
    acts: [{ as: CHEN, text: "/earnings" }, { as: LIN, text: "/earnings" }] },
  { zh: "这笔钱是怎么来的？问一声 /why。",
    en: "Where does the money come from? Ask /why.",
    acts: [{ as: CHEN, text: "/why", order: true }, { as: LIN, text: "/why", order: true }] },
  { zh: "回到林姐：改时段、看群的健康、做成长任务、看团队和榜单。",
    en: "Lin again: move the slots, see how the group is, what to learn next, the team, the board.",
    acts: [{ as: LIN, text: "/schedule" }, { as: LIN, text: "/groups" },
      { as: LIN, text: "/health" }, { as: LIN, text: "/learn" }, { as: LIN, text: "/team" },
      { as: LIN, text: "/board" }] },
  { zh: "你是运营欧阳。看看今天的排行（置顶、下架），马上发一档，再看报表。",
    en: "You are Ouyang, the operator. See the day's shortlist (pin, ban), post a slot at once, "
      + "read the report.",
    acts: [{ as: OUYANG, text: "/shortlist" }, { as: OUYANG, text: "/publish noon" },
      { as: OUYANG, text: "/uncertain" }, { as: OUYANG, text: "/report" }] },
  { zh: "月底了：在订单页点「月结」，再过 30 天，佣金就可以提现了。",
    en: "The month ends: tap “Settle the month” on the orders page. 30 days on it can be paid out.",
    acts: [{ as: MEI, shop: ORDERS }, { days: 30 }, { as: CHEN, text: "/earnings" }] },
  { zh: "梅梅反悔了：点「全部退货」，每一份佣金都退回去。",
    en: "Mei changes her mind: tap “Return everything”, and every share goes back.",
    acts: [{ as: MEI, shop: ORDERS }, { as: CHEN, text: "/earnings" }] },
  { zh: "林姐想请老魏也来：发 /invite，点邀请链接，选老魏。",
    en: "Lin invites Wei: send /invite, tap the link and choose Wei.",
    acts: [{ as: LIN, text: "/invite" }] },
  { zh: "你是老魏。读规则、答三道题，再发 /connect，点按钮接一个自己的群。",
    en: "You are Wei. Read the rules, answer three questions, then /connect a group of your own.",
    acts: [{ as: WEI, text: "/learn" }, { as: WEI, text: "/connect" }] },
];

export function steps() {
  return STEPS.map((step) => ({
    ...step,
    words: step[speech.language],
    acts: step.acts.map((one) => ({ ...one, text: one.text?.[speech.language] ?? one.text })),
  }));
}
