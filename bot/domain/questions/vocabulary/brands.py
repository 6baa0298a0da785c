"""Brands in either script."""

BRANDS = """
华为,huawei
荣耀,honor
小米,xiaomi,mi
红米,redmi
苹果,apple
iphone,苹果手机
ipad,苹果平板
airpods,苹果耳机
macbook,苹果电脑
三星,samsung
索尼,sony
松下,panasonic
飞利浦,philips
西门子,siemens
博世,bosch
美的,midea
格力,gree
海尔,haier
海信,hisense
康佳,konka
长虹,changhong
创维,skyworth
联想,lenovo
戴尔,dell
惠普,hp
华硕,asus
宏碁,acer
微软,microsoft
谷歌,google
罗技,logitech
雷蛇,razer
金士顿,kingston
闪迪,sandisk
西部数据,western digital,wd
希捷,seagate
佳能,canon
尼康,nikon
富士,fujifilm
大疆,dji
安克,anker
绿联,ugreen
倍思,baseus
品胜,pisen
罗马仕,romoss
紫米,zmi
漫步者,edifier
博士音响,bose
森海塞尔,sennheiser
捷波朗,jabra
铁三角,audio technica
一加,oneplus
真我,realme
步步高,bbk
魅族,meizu
中兴,zte
努比亚,nubia
摩托罗拉,motorola
诺基亚,nokia
任天堂,nintendo,switch
戴森,dyson
石头,石头科技,roborock
科沃斯,ecovacs
追觅,dreame
九阳,joyoung
苏泊尔,supor
小熊,小熊电器,bear electric
双立人,zwilling
膳魔师,thermos brand
虎牌,tiger
象印,zojirushi
德龙,delonghi
雀巢,nestle,nescafe
星巴克,starbucks
瑞幸,luckin
三顿半,saturnbird
可口可乐,coca cola,coke
百事,pepsi
农夫山泉,nongfu spring
伊利,yili
蒙牛,mengniu
光明,bright dairy
君乐宝,junlebao
飞鹤,feihe
惠氏,wyeth
美赞臣,mead johnson
爱他美,aptamil
三只松鼠,three squirrels
百草味,be cheery
良品铺子,bestore
洽洽,chacha
旺旺,want want,wangwang
德芙,dove chocolate
费列罗,ferrero
奥利奥,oreo
乐事,lays
康师傅,master kong,kangshifu
统一,uni president
金龙鱼,arawana
鲁花,luhua
福临门,fortune oil
海天,haitian
李锦记,lee kum kee
维达,vinda
清风,breeze paper
洁柔,c s paper
心相印,mind act upon mind
得宝,tempo
舒洁,kleenex
蓝月亮,blue moon
立白,liby
奥妙,omo
汰渍,tide
碧浪,ariel
威露士,walch
滴露,dettol
舒肤佳,safeguard
多芬,dove
力士,lux
海飞丝,head shoulders
潘婷,pantene
飘柔,rejoice
清扬,clear shampoo
欧莱雅,loreal,l oreal
兰蔻,lancome
雅诗兰黛,estee lauder
资生堂,shiseido
倩碧,clinique
科颜氏,kiehls
玉兰油,olay
妮维雅,nivea
曼秀雷敦,mentholatum
百雀羚,pechoin
自然堂,chando
珀莱雅,proya
薇诺娜,winona
完美日记,perfect diary
花西子,florasis
美宝莲,maybelline
高露洁,colgate
佳洁士,crest
黑人牙膏,好来,darlie
云南白药,yunnan baiyao
欧乐b,oral b
吉列,gillette
苏菲,sofy
护舒宝,whisper
七度空间,space 7
帮宝适,pampers
好奇,huggies
花王,kao,merries
贝亲,pigeon
乐高,lego
孩之宝,hasbro
美泰,mattel
费雪,fisher price
迪士尼,disney
耐克,nike
阿迪达斯,阿迪,adidas
彪马,puma
新百伦,new balance
安踏,anta
李宁,li ning
特步,xtep
鸿星尔克,erke
匡威,converse
万斯,vans
斯凯奇,skechers
安德玛,under armour
露露乐蒙,lululemon
北面,the north face,north face
哥伦比亚,columbia
迪卡侬,decathlon
骆驼,camel
优衣库,uniqlo
海澜之家,hla
波司登,bosideng
太平鸟,peacebird
森马,semir
美特斯邦威,meters bonwe
南极人,nanjiren
恒源祥,hengyuanxiang
无印良品,muji
宜家,ikea
网易严选,yanxuan
名创优品,miniso
新秀丽,samsonite
晨光,m g,mg stationery
得力,deli
百乐,pilot pen
斑马,zebra pen
三菱铅笔,uni ball
凌美,lamy
公牛,bull socket,gongniu
欧普,opple
雷士,nvc
史丹利,stanley
米其林,michelin
皇家,皇家宠物,royal canin
渴望,orijen
麦富迪,myfoodie
网易,netease
茅台,moutai
五粮液,wuliangye
青岛啤酒,tsingtao
百威,budweiser
喜力,heineken
同仁堂,tongrentang
汤臣倍健,by health
善存,centrum
"""
