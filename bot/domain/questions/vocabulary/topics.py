"""Words by which members ask about one side of an offer, and what else a question is after."""

from collections.abc import Mapping

from bot.domain.records import Topic

TOPICS: Mapping[Topic, str] = {
    Topic.PRICE: """
多少钱,多钱,领完券,用完券,叠完券,领了券,用了券,领券后,用券后,叠券后,券之后,要付,实付,付多少,下来多少,
要付多少,到手,免费,不要钱,白送,几块钱,几块,几多钱,什么价,啥价,啥价格,什么价格,什么价位,价格,价钱,价位,售价,怎么卖,
咋卖,贵吗,
贵不贵,现价,原价,报价,多少元,多少块,要多少,卖多少,券后,券后多少,券后价,券后多少钱,到手价,
到手多少,
优惠后,优惠后多少,用券后,用券多少,折后价,折后,几钱,多少米,
how much,is it free,for free,free of charge,price,prices,priced,pricing,cost,costs,
price after coupon,after coupon,after the coupon,
with coupon,with the coupon,what does it cost,how expensive,expensive,how many yuan,final price,
discounted price,sale price,how much money,whats the damage""",
    Topic.COUPON: """
券,优惠券,优惠卷,劵,优惠,折扣,打折,满减,红包,活动,有券吗,有优惠吗,有没有券,有没有优惠,领券,用券,
优惠码,促销,减多少,便宜多少,
coupon,coupons,voucher,vouchers,discount,discounts,discounted,promo,promo code,promotion,code,
deal on,
on sale,any deal,any deals""",
    Topic.STOCK: """
还能下单,能下单,能下单吗,有货,有货吗,还有货,还有货吗,有没有货,有现货,现货,库存,缺货,断货,售罄,卖完,卖完了,卖光,还有吗,
还有没有,还能买,
还能买吗,能买吗,还剩,还剩多少,剩多少,没货,没货了,抢完,还在卖,下架,还有么,还有嘛,补货,没了吗,
sell out,selling out,run out,ran out,sold already,
in stock,stock,available,availability,out of stock,sold out,still there,any left,left,
still have,
still available,still sell,remaining,how many left,can i still buy,restock""",
    Topic.DELIVERY: """
上门,上门送,送上门,几天到,多久发,发货快吗,快吗,多久能发,啥时候发货,当天发,多久到,什么时候到,啥时候到,何时到,几天能到,多久能到,多久可以到,几天可以到,发货,
什么时候发货,多久发货,
几天发货,啥时候发货,物流,快递,配送,送货,送到,到货,包邮,邮费,运费,多久送到,几时到,哪天到,
明天能到,明天到,寄到,
几点发货,今天几点发货,今晚几点发货,多少运费,要多少运费,多少邮费,要多少邮费,
发什么快递,什么快递,能送,邮寄,包邮吗,几天送到,
delivery,deliver,delivered,delivers,shipping,ship,ships,shipped,arrive,arrives,arrival,
when will it arrive,when does it arrive,how long does it take,how many days,how fast,postage,
how soon,come tomorrow,get here,shipping fee,shipping cost,shipping time,dispatch,courier""",
    Topic.SIZE: """
大码,有没有大码,多大,多重,几寸,多长,多宽,多高,多厚,尺码,尺寸,大小,规格,容量,重量,净重,净含量,有多大,多少克,多少斤,
多少升,多少毫升,
多少公斤,多少片,多少张,多少包,多少袋,多少只,几片,几包,几袋,几只,几件,几斤,几升,几双,多少个,
几个,几码,什么码,
码数,码,号码,长度,宽度,高度,厚度,直径,分量,几米,多少双,多少支,什么尺码,什么尺寸,什么规格,几层,
偏大,偏小,多少毫安,
多少瓦,多少w,功率,
how much does it weigh,how much does this weigh,how much it weigh,
size,sizes,how many liters,how many litres,how many ml,
sizing,how big,how large,how heavy,how long is,how tall,how wide,how thick,dimension,
dimensions,thickness,
weight,weigh,weighs,capacity,volume,how many,how many pieces,measurements,length,
width,height,net weight,diameter,fit,fits,wattage,how many watts""",
    Topic.MATERIAL: """
什么钢,什么木,什么布,什么棉,做的吗,材质,什么材质,啥材质,啥料,什么皮,什么皮的,真皮吗,内胆材质,材料,什么材料,面料,什么做的,什么面料,料子,布料,成分,配料,配料表,成份,啥做的,
用什么做,什么料,
material,materials,made of,made from,made out of,fabric,ingredient,ingredients,composition""",
    Topic.RATING: """
差不差,评价差不差,评分,评分怎么样,评价,评价怎么样,口碑,好评,好评率,好不好,好不好用,好用吗,好吃吗,好吃,好用,
怎么样,咋样,如何,质量,
质量怎么样,质量好吗,靠谱吗,靠谱,差评,几分,多少人买,销量,值得买,值得买吗,好评多吗,好吗,几颗星,
评论,
people say,ppl say,say about it,people think,do people like,
rating,ratings,rated,review,reviews,any good,is it good,quality,stars,score,reputation,worth it,
worth buying,how good,reviewed,feedback""",
    Topic.RETURNS: """
给赔吗,给赔,赔吗,碎了,破了,能退吗,能退,坏了,坏了能,包换,质量问题,退吗,可退吗,退货,退换,退换货,可以退,可以退吗,能不能退,可退,退款,包退,七天无理由,7天无理由,
无理由,换货,能换吗,能换,
售后,坏了怎么办,包赔,坏果,可以换吗,不喜欢能退,支持退货,怎么退,
replacement,replace,broken,if broken,faulty,damaged,
refundable,non refundable,
return,returns,returned,returnable,return it,return policy,send it back,send back,refund,
refunds,
exchange,exchanges,money back,after sales,give it back""",
    Topic.CONTENTS: """
盒子里有什么,里有什么,里有啥,包含哪些,包含哪些东西,包括哪些,哪些东西,有些什么,都含什么,盒里有什么,里面有什么,里面有啥,包含什么,包括什么,含什么,有哪些东西,套装里有什么,
装了什么,送几,送几个,送几块,送几片,送几包,送几件,送多少,送不送,有没有送,带几,带几个,带不带,含不含,
配不配,配几个,配什么,附不附,
盒子里,包装里,清单,包装清单,配件,都有什么,送什么,附带,附赠,里面都有啥,里面几个,
whats in the box,what is in the box,what in the box,in the box,inside the box,whats inside,
what inside,what is inside,comes with,come with,what do i get,included,include,includes,
contents,came with,do they include,do i get,bundled,supplied with,supplied,
content,contain,contains,accessories,in the package,in the set,what comes""",
    Topic.AGE: """
没更新,多久没更新,多少天没更新,价格是什么时候的,什么时候的价格,什么时候的价,啥时候的价格,价格多久前,价格更新,多久前更新,
价格什么时候更新,
什么时候更新的,价格新吗,价格准吗,还是这个价,现在还是这个价,价格有效,价格过期,这价格还有效吗,
现在还是这个价吗,价格是几号的,
价格是哪天的,今天的价格吗,是今天的价,
how old is this price,how old is the price,how old is that price,how old,price from,
when was this price,when was the price,price updated,how recent,last updated,up to date,
still valid,
price current,is this price current,still this price,is the price still,current price as of,
last checked,price last checked,price still""",
    Topic.LOWEST: """
以前更低,更低,有没有更低,算低吗,30天内,30天最低,便宜过,更便宜过,更低过,最低过,比现在便宜,以前更便宜,30天最低吗,三十天最低,三十天最低吗,历史最低,历史最低价,最低价,最低价吗,史低,是最低吗,
是不是最低,最低吗,
一个月最低,近期最低,这个月最低,30天内最低,三十天内最低,历史价格,以前多少钱,之前多少钱,降价了吗,
涨价了吗,
降价吗,最近降价,最便宜的时候,30天最低价,
30 day low,day low,at its cheapest,its cheapest,cheapest this month,best price in 30 days,
low in 30 days,lower before,been lower,
best price,best price this month,cheapest this year,
lowest,the lowest,lowest price,lowest in 30 days,is this the lowest,cheapest in 30 days,
cheapest its been,all time low,price history,cheapest ever,lowest ever,been cheaper,
was it cheaper,
ever cheaper,lowest price in 30 days,cheapest in a month,cheapest price in 30 days""",
    Topic.ABOUT: """
是什么,是啥,介绍,介绍一下,介绍下,详情,详细,说明,说说,什么东西,干什么用,做什么用,怎么用,用途,
功能,讲讲,参数,
配置,什么样,长什么样,
what is it,what is this,what is that,tell me about,tell me more,more about,details,detail,
describe,description,about it,about this,what does it do,specs,specification,features,
more info""",
}
"""Each topic's words and phrases, longest match first."""

NEXT_POST = """
下一波,下一波什么时候发,下一波几点,下次什么时候发,下次几点发,下一次什么时候,什么时候发,几点发,
下一场,下一期,
什么时候更新,下一条,下一个什么时候发,下次发,今晚几点发,什么时候再发,几点更新,下一轮,
下一轮什么时候,
what time do you post,do you post,you post deals,post deals,
next post,the next post,when is the next post,next posts,next deal,next deals,when do you post,
when will you post,next round,when is the next one,next drop,when next,post again,next batch"""

MY_ORDER = """
我的订单,订单,单号,订单号,记上了吗,记上,记了吗,入账,算上了吗,算到,我下的单,我买的,我下单了,
下单了,我买了,查订单,
有没有记录,
my order,my orders,order number,order id,order no,credited,counted my,my purchase,i ordered,
i bought,was my order,track my order"""

FIND = """
有没有,有木有,有无,有什么,有啥,有哪些,推荐,求推荐,推荐下,推荐一下,推荐个,想买,想要,想找,要买,
找,帮我找,找个,求,求购,哪里有,
哪有,在哪买,买个,来个,来点,给我,给我找,有卖,卖不卖,需要,搜,搜一下,看看,哪个好,哪款好,哪些,
什么好,
best rated,top rated,best,
looking for,look for,find,find me,search,search for,recommend,recommendation,suggest,suggestion,
suggestions,do you have,do you sell,any,anything,something,show,show me,i want,i need,want,need,
want to buy,where can i buy,where can i get,got any,have any,is there,are there,is there any,
which,
give me,options,ideas"""

CHEAPEST = """
最便宜,最便宜的,最低价的,最实惠,便宜的,便宜,实惠,性价比,低价,
cheapest,the cheapest,lowest priced,cheap,least expensive,most affordable,affordable,
inexpensive"""

CHEAPER = """
便宜点,便宜点的,便宜一点,便宜一点的,更便宜,更便宜的,便宜些,便宜些的,再便宜点,低一点,
cheaper,a cheaper one,cheaper one,something cheaper,less expensive,anything cheaper,
cheaper ones"""

SIMILAR = """
类似,类似的,相似,相似的,差不多的,同款,这种,这类,一样的,像这个,像这样,像这样的,别的,其他的,
其它的,还有别的,换一个,
平替,同类,
similar,similar to,something similar,like this,like that,like it,something like this,
something like that,something like it,alternative,alternatives,another one,others like this,
other options,instead of this,same kind,comparable"""

COMPARE = """
对比,比较,比一下,比一比,对比一下,比较一下,哪个便宜,哪个更便宜,哪个好,哪个更好,哪个评分高,
哪个划算,哪款便宜,哪个贵,
区别,有什么区别,差别,不同,哪一个好,哪个更划算,谁便宜,谁更便宜,比比,选哪个,买哪个,哪个值,哪个快,
哪个大,比哪个,
compare,comparison,compared,difference,differences,difference between,which is cheaper,
which one is cheaper,which is better,which one is better,which one,better,which has,
whats the difference,which is,which arrives,which should i"""

SPLIT_ALWAYS = """
vs,versus,pk,还是,or"""
"""Between two things, these alone make it a comparison."""

SPLIT = """
和,与,跟,及,以及,、,and,with,to,against,than,比"""
"""Between two things, these part them once it is known to be a comparison."""

CONTEXT = """
这个,那个,它,这款,那款,这件,这双,这条,这把,这台,这种的,该商品,此商品,这东西,这玩意,这货,这,那,
上面这个,上面的,刚才那个,
刚刚那个,这个商品,这个东西,此款,本品,
it,this,that,this one,that one,its,the one,this item,this product,this thing,the above,they,
them,
these,those,the product,the item"""

PAIR = """
这两个,那两个,这两款,两个,两款,俩,这俩,它们,这两件,两者,二者,这几个,
these two,the two,both,those two,them both,the two of them"""
"""Two offers in context."""
