"""Words for what is eaten, drunk or fed."""

GOODS = """
大米,稻米,香米,米饭,~米,rice
糯米,glutinous rice,sticky rice
小米粥,黄小米,millet
糙米,brown rice
面粉,flour
面条,挂面,拉面,面皮,凉皮,noodle,ramen,~面
方便面,泡面,速食面,instant noodle
意大利面,意面,pasta,spaghetti,macaroni
米粉,米线,rice noodle,vermicelli
螺蛳粉,river snail noodle
食用油,~油,~oil,cooking oil,edible oil > 花生油,橄榄油,菜籽油,玉米油,葵花籽油,大豆油,olive oil,
  peanut oil
花生油,peanut oil,groundnut oil
橄榄油,olive oil
菜籽油,菜油,rapeseed oil,canola oil
玉米油,corn oil
葵花籽油,葵花油,sunflower oil
芝麻油,香油,sesame oil
燕麦,燕麦片,麦片,oat,oatmeal,oats,rolled oats
谷物,早餐谷物,cereal,muesli,granola
酱油,生抽,老抽,soy sauce
食醋,陈醋,香醋,~醋,vinegar
食盐,~盐,salt
白糖,红糖,冰糖,sugar
蜂蜜,honey
辣椒酱,辣酱,老干妈,chili sauce,chilli sauce,hot sauce
番茄酱,ketchup,tomato sauce
火锅底料,火锅料,hotpot base,hot pot base,hotpot soup
调料,调味料,seasoning,condiment,spice > 酱油,食醋,食盐
花椒,sichuan pepper
胡椒,胡椒粉,black pepper
零食,小吃,snack > 饼干,坚果,薯片,糖果,巧克力,果干,牛肉干,海苔,辣条,biscuit,cookie,chips,
  chocolate,nuts,cracker
饼干,曲奇,biscuit,cookie,cracker > 苏打饼干
苏打饼干,soda cracker,saltine
薯片,potato chip,crisps
巧克力,chocolate
糖果,软糖,~糖,candy,sweets,gummy > 奶糖
口香糖,chewing gum
坚果,nut,mixed nuts > 核桃,杏仁,腰果,开心果,夏威夷果,花生,瓜子,almond,walnut,cashew,pistachio,
  peanut
核桃,walnut
杏仁,巴旦木,almond
腰果,cashew
开心果,pistachio
花生,peanut
瓜子,sunflower seed,melon seed
红枣,大枣,jujube,red date
葡萄干,raisin
果干,芒果干,dried fruit,dried mango
牛肉干,beef jerky,jerky
海苔,紫菜,seaweed,nori
辣条,spicy strip
果冻,jelly
蛋糕,cake
面包,吐司,bread,toast
月饼,mooncake
粽子,zongzi,rice dumpling
饺子,水饺,dumpling
汤圆,元宵,tangyuan
包子,馒头,steamed bun
火腿肠,香肠,腊肠,sausage,ham
午餐肉,luncheon meat,spam meat
罐头,canned food,tinned food
鸡蛋,~蛋,egg
牛肉,牛排,beef,steak
猪肉,排骨,pork
羊肉,lamb,mutton
鸡肉,鸡胸肉,chicken,chicken breast
鱼肉,三文鱼,salmon,tuna,fish fillet,fish
虾仁,大虾,~虾,shrimp,prawn
螃蟹,大闸蟹,crab
豆腐,tofu,bean curd
豆浆,soy milk,soya milk
牛奶,纯牛奶,鲜奶,milk
酸奶,yogurt,yoghurt
奶酪,芝士,cheese
黄油,butter
奶粉,milk powder,infant formula,baby formula
冰淇淋,雪糕,冰激凌,ice cream
茶叶,~茶,tea > 绿茶,红茶,普洱,乌龙茶,花茶,green tea,black tea,oolong
绿茶,龙井,green tea
红茶,black tea
普洱,普洱茶,pu erh,puer tea
乌龙茶,铁观音,oolong
花茶,菊花茶,herbal tea
奶茶,milk tea,bubble tea
咖啡,coffee > 咖啡豆,速溶咖啡,挂耳咖啡
咖啡豆,coffee bean
速溶咖啡,instant coffee
挂耳咖啡,drip coffee,drip bag coffee
果汁,橙汁,juice
饮料,汽水,可乐,drink,beverage,soda,cola,soft drink
矿泉水,纯净水,mineral water,bottled water
啤酒,beer
白酒,茅台,baijiu,liquor
红酒,葡萄酒,wine
威士忌,whisky,whiskey
米酒,黄酒,rice wine
水果,鲜果,fruit > 苹果,橙子,脐橙,葡萄,香蕉,芒果,小台芒,草莓,蓝莓,猕猴桃,樱桃,西瓜,梨,桃,
  blueberries,kiwi,apple,orange,grape,mango
苹果,红富士,apple
橙子,脐橙,橙,orange,navel orange
橘子,桔子,蜜桔,砂糖橘,mandarin,tangerine
柠檬,lemon
柚子,蜜柚,pomelo,grapefruit
葡萄,提子,阳光玫瑰,grape,shine muscat
香蕉,banana
芒果,小台芒,台芒,mango
草莓,strawberry
蓝莓,blueberry
樱桃,车厘子,cherry
猕猴桃,奇异果,kiwi,kiwifruit
西瓜,watermelon
哈密瓜,甜瓜,cantaloupe,hami melon
雪梨,鸭梨,~梨,香梨,pear
水蜜桃,桃子,~桃,peach
荔枝,lychee,litchi
龙眼,桂圆,longan
榴莲,durian
菠萝,凤梨,pineapple
火龙果,dragon fruit,pitaya
石榴,pomegranate
椰子,coconut
牛油果,avocado
蔬菜,vegetable > 土豆,番茄,玉米,白菜
土豆,马铃薯,potato
番茄,西红柿,tomato
红薯,地瓜,sweet potato
玉米,corn,sweet corn
大蒜,garlic
生姜,ginger
洋葱,onion
蘑菇,香菇,木耳,mushroom
黄豆,绿豆,红豆,豆子,bean,soybean,mung bean
芝麻,sesame
枸杞,goji,wolfberry
燕窝,bird nest
人参,ginseng
蛋白粉,protein powder,whey
维生素,维他命,vitamin
鱼油,fish oil
益生菌,probiotic
钙片,calcium tablet
胶原蛋白,collagen
猫粮,cat food
狗粮,dog food
宠物零食,猫条,冻干,pet treat,cat treat,dog treat
猫砂,cat litter,kitty litter
猫抓板,cat scratcher,scratching board
猫爬架,cat tree
逗猫棒,猫玩具,cat toy
狗玩具,狗咬绳,磨牙绳,dog toy,chew rope,dog chew,chew toy
牵引绳,狗绳,dog leash,leash
宠物饮水机,宠物自动饮水机,自动饮水机,pet fountain,cat fountain,water fountain
宠物窝,猫窝,狗窝,狗床,猫床,宠物床,pet bed,cat bed,dog bed
尿垫,宠物尿垫,pee pad,puppy pad
鱼缸,aquarium,fish tank
"""
