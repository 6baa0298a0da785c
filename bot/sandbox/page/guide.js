// What to try, step by step: who one is for it, what to write, or where the clock goes.

import { speech } from "./words.js";

const STEPS = [
  { as: 1001, text: "/invite",
    zh: "你是运营欧阳：发 /invite 拿到邀请链接。点开它，选林姐。",
    en: "You are Ouyang, the operator: send /invite for an invitation link. Tap it and choose "
      + "Lin." },
  { as: 2001, text: "/connect",
    zh: "你是推手林姐：发 /connect，点按钮，建一个群，把机器人设为管理员。",
    en: "You are Lin, a promoter: send /connect, tap the button, make a group with the bot as "
      + "administrator." },
  { as: 2001, text: "/today",
    zh: "看今天的选品，挑一个；/preview 看看会怎么发。",
    en: "See the day's shortlist and pick one; /preview shows the post as it will look." },
  { mark: "morning",
    zh: "把时间拨到早上：群里收到当天的好物。",
    en: "Move the clock to the morning: the group gets its picks." },
  { as: 3001,
    zh: "你是群成员梅梅：点链接，在小店里买一件。",
    en: "You are Mei, a member: tap a link and buy something in the shop." },
  { as: 3001, text: "/ask 大米 多少钱",
    zh: "在群里问一句：/ask 大米 多少钱。", group: true,
    en: "Ask in the group: /ask, and what you want to know." },
  { shop: "/shop/orders",
    zh: "到「我的订单」确认收货，也试试退一半。",
    en: "Under “Orders” confirm that it arrived; try returning half as well." },
  { as: 2001, text: "/earnings",
    zh: "林姐看收入：/earnings，再用 /why 订单号 看为什么是这个数。",
    en: "Lin looks at /earnings; /why with the order number tells why it is that much." },
  { days: 30,
    zh: "过 30 天，在订单页点「月结」，收入变成可提现。",
    en: "Let 30 days pass and settle the month on the orders page: held becomes payable." },
];

export function steps() {
  return STEPS.map((step) => ({ ...step, words: step[speech.language] }));
}
