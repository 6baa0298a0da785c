"""Words that carry nothing to look for, characters of the other way of writing, and details."""

FILLERS = """
来着,一瓶,一片,一支,一条,女朋友,男朋友,老婆,老公,妈妈,爸爸,内胆,支持,对吧,是吧,对不对,对吗,的话,套装,套,一提,一包,一盒,一袋,一箱,
的,了,吗,呢,吧,啊,呀,嘛,么,哦,噢,喔,哈,哈哈,哈哈哈,嗯,额,诶,哎,唉,哇,啦,咯,滴,哒,之,地,得,着,过,
我,你,您,他,她,我们,你们,他们,咱,咱们,大家,各位,亲,亲们,群主,老板,楼主,宝,宝子,小助手,机器人,
有,有没,没有,没,不,是,是不是,是否,不是,要,想,能,能不能,可以,可不可以,可否,会,会不会,行,行不行,
应该,需,用,让,给,把,被,
在,到,从,于,对于,关于,为,为了,以,因为,所以,但是,但,而,而且,或,或者,如果,就,才,都,也,还,还会,又,
再,再来,只,很,太,
更,最,挺,蛮,真,真的,好,好的,比较好,非常,特别,一点,一些,一点点,有点,有些,
请,请问,问,问下,问一下,想问,想问下,想问一下,问问,麻烦,麻烦问下,帮,帮我,帮忙,告诉,告诉我,知道,
说,说一下,讲,看,看下,
什么,啥,哪,哪个,哪款,哪种,哪里,哪儿,怎么,怎样,多少,几,谁,何,为什么,为啥,多,多么,什么时候,啥时候,
一,一个,一款,一种,一下,一件,一台,一把,一双,个,款,种,件,样,台,把,张,支,盒,
买,卖,购买,下单,拍,入手,需要买,选,挑,送,给孩子,给老婆,给妈妈,送人,送礼,礼物,礼品,东西,商品,
产品,好物,物品,货,
现在,目前,今天,今日,明天,昨天,最近,这几天,刚才,刚刚,当前,此刻,晚上,早上,中午,时候,已经,马上,
谢谢,谢,多谢,感谢,你好,您好,在吗,在不在,在么,哈喽,嗨,早,早安,早上好,晚安,晚上好,下午好,再见,
拜拜,辛苦,辛苦了,收到,
好的谢谢,ok,okay,okk,哈啰,大家好,
里,里面,上,下,中,内,外,钱,块,元,预算,价,左右,以内,以下,以上,之间,大概,大约,差不多,适合,用的,
吃的,穿的,喝的,
店,店铺,店家,商家,家里,自己,自用,这里,那里,这边,这儿,那边,群里,群,链接,发一下,发我,发个,这样,
那样,这么,那么,
free,time,tonite,long,possible,right,bro,dude,mate,hm,hmmm,system,take to,currently,
a,an,the,of,for,in,on,at,by,as,from,into,up,out,off,over,be,is,are,was,were,am,been,being,isnt,
arent,
do,does,did,doing,done,dont,doesnt,didnt,have,has,had,having,havent,can,could,cant,may,might,
will,
would,should,shall,must,wont,id,ill,im,ive,youre,thats,whats,hows,wheres,theres,lets,
i,me,my,mine,you,your,yours,he,she,his,her,him,we,us,our,their,one,ones,some,someone,anyone,
what,when,where,who,why,how,whose,whom,that is,not,no,yes,yeah,yep,nope,if,then,else,but,so,
too,also,
just,only,really,very,much,many,more,most,less,than,there,here,now,today,tomorrow,yesterday,
tonight,
currently,right now,at the moment,still,yet,again,already,ever,about,per,each,every,all,both of,
please,pls,plz,kindly,thanks,thank,thank you,thx,ty,hi,hello,hey,hiya,good morning,good evening,
good night,good afternoon,morning,evening,bye,goodbye,cheers,great,nice,cool,lol,haha,hmm,um,
uh,well,oh,
wow,sorry,excuse me,excuse,guys,everyone,everybody,all of you,bot,admin,sir,madam,friend,dear,
tell,say,know,let,wondering,wonder,ask,asking,question,help,check,see,get,gets,getting,got,
give,go,going,
buy,buying,buys,purchase,sell,sells,selling,take,takes,make,makes,made,come,comes,think,like,
use,used,
item,items,product,products,thing,things,stuff,gift,gifts,present,presents,goods,offer,offers,
deal,deals,
budget,max,maximum,min,minimum,around,between,under,below,above,within,approximately,roughly,
kind,kinds,sort,type of,type,types,way,lot,lots,bit,little,link,post,posted,shop,store,seller,
could you,can you,can i,would you,do you,is it,does it,i would like,mean,actually,maybe,sure,
old,new,
month,days,day,week,rmb,yuan,money,suitable,own,
different,same,other,another,else,others,same as,next,last"""

DETAILS = """
颜色,色号,什么颜色,几种颜色,colour,color,colours,colors
保质期,过期,生产日期,新鲜吗,shelf life,expiry,expire,expires,best before,keeps
产地,哪里产,哪产的,产自,origin,made in,where is it from,produced
保修,质保,保修多久,保修几年,质保多久,质保几年,warranty,guarantee,guaranteed
机洗,手洗,水洗,可以洗,怎么洗,洗衣机洗,washable,machine wash,hand wash only,washed
微波,微波炉加热,可微波,能进微波炉,进微波炉,microwave safe,microwaveable
洗碗机清洗,进洗碗机,dishwasher safe
续航,续航多久,续航几小时,能用多久,用多久,battery life,battery lasts,how long does it last
飞机,上飞机,带上飞机,登机,plane,planes,airplane,flight,carry on
噪音,声音大,吵吗,吵不吵,noise,noisy,loud,quiet
保温,保温多久,能保温,keeps hot,keep hot,keep warm,keeps warm
承重,承重多少,load,hold up,bear weight,weight limit
型号,款式,model,version
品牌,牌子,什么牌子,哪个牌子,什么品牌,brand
年龄,几岁,多大孩子,多大宝宝,几个月,适合年龄,age,how old for,months old
口味,味道,辣吗,辣不辣,甜吗,甜不甜,酸吗,酸甜,taste,flavour,flavor,spicy,sweet
接口,充电口,connector,port,ports
安装,怎么装,install,installation,assembly,assemble
燃气,明火,电磁炉通用,gas stove,induction compatible
荧光剂,荧光,fluorescent
酒精吗,无酒精,含酒精,alcohol free,alcohol
香精,香味,有香味,scent,scented,fragrance free
添加剂,防腐剂,添加,additive,additives,preservative,added sugar
掉色,缩水,褪色,shrink,shrinks,fade,pre shrunk
起球,掉毛,pilling
过敏,致敏,allergy,allergic,hypoallergenic
"""
"""What else may be asked of an offer: answered by the sentence of the description that says it."""

TRADITIONAL = (
    "這这個个錢钱還还貨货嗎吗尺尺碼码評评價价麼么樣样換换盒盒裡里裏里時时間间歷历"
    "紙纸電电飯饭鍋锅寶宝禮礼類类發发條条單单記记號号買买賣卖華华為为蘋苹果果線线"
    "機机燈灯鞋鞋襪袜褲裤裙裙濕湿潔洁護护膚肤膠胶紅红藍蓝綠绿黃黄質质運运費费郵邮"
    "遞递動动車车書书筆笔門门開开關关張张雙双塊块幾几萬万兩两點点種种東东與与從从"
    "對对嬰婴兒儿奶奶瓶瓶鏡镜頭头頸颈環环鏈链錶表腦脑鍵键標标滑滑鼠鼠盤盘蓋盖鹽盐"
    "醬酱雞鸡魚鱼蝦虾麵面條条餅饼乾干堅坚榨榨淨净氣气風风扇扇熱热壺壶溫温湯汤麥麦"
    "薦荐選选應应該该說说請请問问謝谢給给讓让將将會会處处們们哪哪裝装備备內内優优惠惠"
    "減减團团購购貓猫狗狗糧粮傘伞貴贵嘗尝實实惠惠顏颜務务產产際际遊游戲戏聽听觀观"
)
"""Pairs: a character as written in Taiwan or Hong Kong, and the simplified one."""
