"""Words for what a person wears, carries and cares with: beauty, baby, clothes, digital,
sports."""

GOODS = """
洗发水,洗发露,shampoo
护发素,conditioner,hair conditioner
护发精油,发油,hair oil
发膜,hair mask
沐浴露,沐浴乳,body wash,shower gel
洗面奶,洁面乳,洁面,洗脸,facial cleanser,cleanser,face wash
洗手液,hand wash,hand soap
面膜,face mask,facial mask,sheet mask
面霜,乳液,face cream,moisturizer,moisturiser
护手霜,hand cream
身体乳,润肤乳,body lotion
精华,精华液,serum
爽肤水,化妆水,toner
眼霜,eye cream
防晒霜,防晒,防晒乳,sunscreen,sunblock
口红,唇膏,唇釉,lipstick
润唇膏,lip balm
粉底液,粉底,气垫,foundation
眼影,eyeshadow,eye shadow
睫毛膏,mascara
眉笔,eyebrow pencil
腮红,blush
卸妆,卸妆水,卸妆油,makeup remover
化妆刷,makeup brush
化妆品,彩妆,makeup,cosmetic > 口红,粉底,眼影
护肤品,护肤,skincare,skin care > 面膜,洁面乳,护手霜,防晒霜,面霜,精华,sunscreen,hand cream
香水,perfume,fragrance
指甲油,nail polish
指甲刀,指甲剪,nail clipper
棉签,cotton swab
化妆棉,卸妆棉,cotton pad
牙膏,toothpaste
牙刷,toothbrush > 电动牙刷
电动牙刷,electric toothbrush
牙线,dental floss,floss
漱口水,mouthwash
冲牙器,水牙线,water flosser
剃须刀,刮胡刀,razor,shaver,electric shaver
吹风机,电吹风,hair dryer,hairdryer
卷发棒,直发器,curling iron,hair straightener
梳子,comb,hairbrush
卫生巾,姨妈巾,sanitary pad,sanitary napkin
口罩,face covering,surgical mask
创可贴,band aid,plaster strip
体温计,温度计,thermometer
血压计,blood pressure monitor
体重秤,体脂秤,bathroom scale,body scale
按摩仪,按摩器,筋膜枪,massager,massage gun
眼罩,eye mask,sleep mask
耳塞,earplug
棉柔巾,洗脸巾,cotton tissue,cotton wipe,dry wipe
纸尿裤,尿不湿,尿布,拉拉裤,diaper,nappy
婴儿湿巾,baby wipe
奶瓶,baby bottle,feeding bottle
奶嘴,安抚奶嘴,pacifier,dummy
围兜,口水巾,围嘴,bib
连体衣,哈衣,爬服,romper,bodysuit,onesie
婴儿车,推车,stroller,pram
安全座椅,car seat
婴儿床,crib,cot
辅食,米糊,baby food
吸奶器,breast pump
叠叠乐,套圈,套圈玩具,stacking ring,stacking toy
积木,building block,toy brick
拼图,jigsaw,puzzle
玩具,toy > 积木,拼图,玩偶,遥控车,套圈,stacking rings,wooden toy
玩偶,毛绒玩具,公仔,plush,stuffed animal,doll
遥控车,玩具车,toy car,rc car
绘本,picture book
手机,智能手机,phone,smartphone,mobile phone,cell phone
手机壳,保护壳,phone case,phone cover
手机膜,钢化膜,贴膜,screen protector
手机支架,支架,phone stand,phone holder
充电宝,移动电源,power bank,powerbank,portable charger
充电器,充电头,快充头,charger,power adapter
数据线,充电线,usb线,charging cable,data cable,usb cable,cable
无线充电器,wireless charger
耳机,蓝牙耳机,headphone,earphone,earbud,headset
头戴式耳机,头戴耳机,over ear headphone
音箱,音响,蓝牙音箱,speaker
智能手表,手环,运动手环,smartwatch,smart watch,fitness band
手表,watch,wristwatch
平板,平板电脑,tablet
电脑,笔记本电脑,laptop,computer,notebook computer
显示器,monitor
键盘,keyboard > 机械键盘
机械键盘,mechanical keyboard
鼠标,mouse
鼠标垫,mouse pad
u盘,优盘,闪存盘,usb drive,flash drive,usb stick
硬盘,移动硬盘,固态硬盘,hard drive,ssd
内存卡,存储卡,sd card,memory card
路由器,router
摄像头,监控,webcam,security camera
相机,camera
打印机,printer
拓展坞,扩展坞,usb hub,docking station
三脚架,自拍杆,tripod,selfie stick
游戏机,游戏手柄,手柄,game console,game controller,gamepad
数码,电子产品,digital,electronics,gadget > 充电宝,耳机,数据线,键盘,充电器
t恤,短袖,t shirt,tee,tshirt
衬衫,衬衣,shirt
卫衣,hoodie,sweatshirt
毛衣,针织衫,sweater,jumper,knitwear
外套,夹克,jacket,coat
羽绒服,down jacket,puffer jacket
风衣,trench coat
冲锋衣,windbreaker,shell jacket
裤子,长裤,~裤,trousers,pants
牛仔裤,jeans
短裤,shorts
打底裤,紧身裤,leggings,tights
连衣裙,裙子,~裙,dress,skirt
内衣,文胸,underwear,bra
内裤,briefs,panties,boxers
睡衣,家居服,pajamas,pyjamas
保暖内衣,秋衣,thermal underwear
袜子,船袜,短袜,长袜,~袜,sock
鞋子,~鞋,鞋,shoe > 运动鞋,跑鞋,拖鞋,凉鞋,靴子,sneakers
运动鞋,跑鞋,球鞋,sneaker,running shoe,trainers
拖鞋,slipper,slippers,flip flop
凉鞋,sandal
靴子,雪地靴,boot
帽子,~帽,hat,cap > 毛线帽,beanie,棒球帽
毛线帽,针织帽,beanie,knit cap
棒球帽,鸭舌帽,baseball cap
围巾,scarf
手套,glove
腰带,皮带,belt
雨衣,raincoat,rain jacket
泳衣,泳裤,swimsuit,swimwear
衣服,服装,女装,男装,童装,clothes,clothing,apparel > t恤,羽绒服,衬衫,外套,连衣裙,t shirt
包包,手提包,斜挎包,女包,handbag,shoulder bag,tote bag
双肩包,背包,backpack,rucksack
钱包,wallet,purse
行李箱,拉杆箱,旅行箱,suitcase,luggage
旅行袋,旅行包,travel bag,duffel bag
颈枕,u型枕,neck pillow,travel pillow
墨镜,太阳镜,sunglasses
眼镜,镜框,glasses frame,eyeglasses
项链,necklace
耳环,耳钉,earring
手链,手镯,bracelet,bangle
戒指,finger ring
发夹,发圈,头绳,hair clip,hair tie
瑜伽垫,健身垫,yoga mat,exercise mat
弹力带,阻力带,拉力带,resistance band,exercise band
哑铃,dumbbell
跳绳,skipping rope,jump rope
健腹轮,ab wheel
跑步机,treadmill
篮球,basketball
足球,football,soccer ball
羽毛球拍,羽毛球,badminton racket,badminton
乒乓球拍,乒乓球,ping pong,table tennis
网球拍,网球,tennis racket
泳镜,swimming goggles
自行车,单车,bicycle,bike
滑板,滑板车,skateboard,scooter
头盔,helmet
帐篷,tent
睡袋,sleeping bag
登山杖,trekking pole,hiking pole
钓鱼竿,鱼竿,fishing rod
行车记录仪,dash cam
车载充电器,车充,car charger
车载支架,car mount
汽车坐垫,car seat cover
"""

TRAITS = """
棉,纯棉,全棉,精梳棉,cotton
竹,竹子,竹浆,竹制,bamboo
木,木质,实木,木头,木制,wood,wooden
不锈钢,stainless steel
玻璃,glass
陶瓷,ceramic,porcelain
硅胶,silicone
塑料,plastic
铝合金,aluminium,aluminum
羊毛,美利奴,wool,merino
真丝,丝绸,蚕丝,silk
真皮,皮革,皮质,leather
亚麻,linen
羽绒,白鸭绒,down feather
黑色,black
白色,white
红色,red
蓝色,blue
绿色,green
粉色,粉红,pink
灰色,grey,gray
黄色,yellow
紫色,purple
type c,usb c,usbc,typec
lightning,苹果接口
蓝牙,bluetooth
无线,wireless
防水,waterproof,water resistant
降噪,主动降噪,noise cancelling,noise canceling,anc
机械,mechanical
折叠,可折叠,foldable,folding,collapsible
快充,fast charging,quick charge
不粘,nonstick,non stick
有机,organic
无糖,零糖,sugar free,no sugar
进口,imported
加厚,heavyweight,thick,thickened
便携,portable
智能,smart
自动,automatic
母婴,婴儿用品,婴儿,宝宝,infant,newborn,baby
儿童,小孩,孩子,kid,child,children
运动,健身,sport,sports,fitness
宠物,pet
男士,男款,男,men,mens
女士,女款,女,women,womens,ladies
敏感肌,sensitive skin
一次性,disposable
户外,露营,outdoor,camping
豆腐猫砂,tofu cat litter
天然,natural
冷冻,速冻,frozen
新鲜,fresh
大号,large
小号,small
迷你,mini
"""
"""How a thing is, which narrows a search and is never the thing itself."""
