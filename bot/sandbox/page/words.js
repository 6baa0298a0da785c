// The page's own words in two languages, and which language is spoken.

const WORDS = {
  zh: {
    lang: "zh-CN", other: "EN", title: "好物 · 试玩", line: "假的 Telegram，真的机器人",
    who: "你现在是谁", clock: "时间", guide: "可以试试", browser: "浏览器", newTab: "新标签页",
    privateTab: "私聊", groupTab: "群", webTab: "小店", sideTab: "试玩",
    operator: "运营", promoter: "推手", member: "群成员", outsider: "路人", person: "",
    bot: "机器人", members: "位成员", start: "开始",
    write: "写消息…", writeGroup: "在群里说…", send: "发送", reply: "回复", menu: "命令",
    notMember: "你不在这个群里。", join: "加入群", noGroups: "还没有群。",
    noGroupsMore: "用推手身份给机器人发 /connect，或直接建一个群。",
    newGroup: "建一个群", botNot: "机器人不在群里", botMember: "机器人是普通成员",
    botAdmin: "机器人是管理员", actions: "更多",
    addBot: "把机器人拉进群", connectTitle: "把机器人加到群里", which: "哪个群", createNew: "新建群",
    groupName: "群名", groupNameDefault: "小区好物群", count: "成员数", basic: "普通群（加管理员时会升级为超级群）",
    asAdmin: "设为管理员", asMember: "设为成员", rights: "权限", add: "加入", cancel: "取消", close: "好的",
    setCount: "改成员数", joinMany: "三位新邻居进群", leave: "我退群", removeBot: "移出机器人",
    changeRights: "改机器人的权限", upgrade: "升级为超级群", block: "停用机器人",
    openAs: "以谁的身份打开？", chooseChat: "选一个群",
    plusMinute: "+1 分", plusHour: "+1 时", plusDay: "+1 天", plusMonth: "+30 天",
    morning: "拨到早上", noon: "拨到中午", evening: "拨到晚上", openShop: "逛小店", openOrders: "我的订单",
    toGroup: "去群里看看", noAnswer: "机器人没有应答", failed: "没有成功", edited: "已编辑", copied: "已复制",
    forwarded: "转发自", votes: "共 {0} 票", poll: "匿名投票", closedPoll: "投票已结束", document: "文件",
    onlyYou: "只有你看得见", edit: "编辑", askUnder: "回复好物提问", toPrivate: "看看私聊",
    pinned: "置顶", welcomeTitle: "从「可以试试」的第一步开始，\n或者点 / 看看有哪些命令。",
    joined: "进群了", joinedBy: "把「{0}」拉进了群", left: "离开了群", removed: "移出了「{0}」",
    migrated: "群已升级为超级群", topicOpened: "开了话题「{0}」", topicClosed: "话题已关闭",
    topicReopened: "话题重新打开", chatShared: "选了群「{0}」",
    can_delete_messages: "删除消息", can_pin_messages: "置顶消息", can_invite_users: "邀请用户",
    can_manage_topics: "管理话题", can_restrict_members: "封禁用户", can_change_info: "修改群资料",
    can_manage_chat: "管理群", can_manage_video_chats: "管理视频聊天",
    can_promote_members: "添加管理员",
  },
  en: {
    lang: "en", other: "中文", title: "Haowu · playground",
    line: "Toy Telegram, real bot",
    who: "Who you are", clock: "Time", guide: "What to try", browser: "Browser",
    newTab: "New tab", privateTab: "Private", groupTab: "Group", webTab: "Shop", sideTab: "Try",
    operator: "operator", promoter: "promoter", member: "member", outsider: "outsider", person: "",
    bot: "bot", members: "members", start: "Start",
    write: "Message…", writeGroup: "Message to the group…", send: "Send", reply: "Reply",
    menu: "Commands",
    notMember: "You are not in this group.", join: "Join group", noGroups: "No groups yet.",
    noGroupsMore: "As a promoter send /connect to the bot, or make a group yourself.",
    newGroup: "New group", botNot: "The bot is not here", botMember: "The bot is a plain member",
    botAdmin: "The bot is an administrator", actions: "More",
    addBot: "Add the bot", connectTitle: "Add the bot to a group", which: "Which group",
    createNew: "New group", groupName: "Name", groupNameDefault: "Riverside Finds",
    count: "Members", basic: "Basic group (becomes a supergroup when the bot is made admin)",
    asAdmin: "As administrator", asMember: "As member",
    rights: "Rights", add: "Add", cancel: "Cancel", close: "OK",
    setCount: "Change member count", joinMany: "Three neighbours join", leave: "Leave the group",
    removeBot: "Remove the bot", changeRights: "Change the bot's rights",
    upgrade: "Upgrade to supergroup", block: "Block the bot",
    openAs: "Open this link as…", chooseChat: "Choose a group",
    plusMinute: "+1 min", plusHour: "+1 h", plusDay: "+1 day", plusMonth: "+30 days",
    morning: "On to the morning", noon: "On to noon", evening: "On to the evening", openShop: "Shop",
    openOrders: "Orders",
    toGroup: "To the group", noAnswer: "The bot did not answer", failed: "That did not work",
    edited: "edited", copied: "Copied", forwarded: "Forwarded from", votes: "Votes: {0}",
    poll: "Anonymous poll", closedPoll: "Poll closed", document: "File", pinned: "Pinned",
    onlyYou: "Only you see this", edit: "Edit", askUnder: "Ask under the post",
    toPrivate: "Look in private",
    welcomeTitle: "Begin with the first step of What to try,\nor tap / for the commands.",
    joined: "joined the group", joinedBy: "added {0}", left: "left the group",
    removed: "removed {0}", migrated: "The group became a supergroup",
    topicOpened: "opened the topic “{0}”", topicClosed: "closed the topic",
    topicReopened: "reopened the topic", chatShared: "chose the group “{0}”",
    can_delete_messages: "Delete messages", can_pin_messages: "Pin messages",
    can_invite_users: "Invite people", can_manage_topics: "Manage topics",
    can_restrict_members: "Ban people", can_change_info: "Change group info",
    can_manage_chat: "Manage group", can_manage_video_chats: "Manage video chats",
    can_promote_members: "Add administrators",
  },
};

const asked = new URLSearchParams(location.search).get("lang");

export const speech = {
  language: /^zh/i.test(asked || localStorage.getItem("haowu.lang") || navigator.language)
    ? "zh" : "en",
  code() { return this.language === "en" ? "en" : "zh-hans"; },
  locale() { return this.language === "en" ? "en-GB" : "zh-CN"; },
  // The shop on the same address reads this cookie.
  tellShop() { document.cookie = `shop_lang=${this.language}; path=/; samesite=lax`; },
  change() {
    this.language = this.language === "en" ? "zh" : "en";
    localStorage.setItem("haowu.lang", this.language);
  },
};

const LATIN = { 1001: "Ouyang", 2001: "Lin", 2002: "Chen", 3001: "Mei", 3002: "Wei" };

// How readers of English call the people whose names are written in Chinese.
export function latin(person) {
  return speech.language === "en" ? LATIN[person.id] || "" : "";
}

const SKIES = { morning: "🌅", noon: "☀️", evening: "🌙" };

// What the sky looks like at a named mark of the clock.
export function sky(mark) {
  return SKIES[mark] || "🕘";
}

export function word(key, ...parts) {
  const text = WORDS[speech.language][key] ?? key;
  return parts.reduce((filled, part, place) => filled.replace(`{${place}}`, part), text);
}
