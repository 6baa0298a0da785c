"""Words for what stands in a home: household, kitchen, appliances, furniture, tools, paper."""

GOODS = """
纸巾,抽纸,面巾纸,餐巾纸,tissue,facial tissue,paper tissue,napkin
卷纸,卫生纸,厕纸,toilet paper,toilet roll
厨房纸,厨房用纸,kitchen paper,paper towel,kitchen roll
湿厕纸,湿厕巾,moist toilet tissue,moist toilet paper
湿巾,湿纸巾,wet wipe,wipes
洗衣液,皂液,laundry liquid,laundry detergent,liquid detergent
洗衣粉,washing powder,laundry powder
洗衣凝珠,洗衣珠,laundry capsule,laundry pod
柔顺剂,柔软剂,fabric softener
肥皂,香皂,洗衣皂,soap,bar soap
洗洁精,dish soap,dishwashing liquid,washing up liquid
洗碗块,洗碗机专用,dishwasher tablet
消毒液,酒精,disinfectant,sanitizer,sanitiser
洁厕灵,马桶清洁,toilet cleaner
清洁剂,油污净,cleaner spray,cleaning spray
垃圾袋,garbage bag,trash bag,bin bag,rubbish bag,bin liner
垃圾桶,trash can,garbage bin,rubbish bin,dustbin
保鲜膜,cling film,plastic wrap
保鲜袋,密封袋,zip bag,ziplock,freezer bag
抹布,清洁布,洗碗布,百洁布,cleaning cloth,microfibre cloth,microfiber cloth,dishcloth,cloth
海绵,洗碗海绵,sponge
拖把,平板拖把,mop
扫把,扫帚,broom
刷子,马桶刷,brush
衣架,晾衣架,hanger,clothes hanger
晾衣夹,夹子,clothes peg,clothespin
收纳盒,收纳箱,储物盒,整理箱,storage box,organiser,organizer,storage bin
收纳袋,压缩袋,storage bag,vacuum bag
挂钩,粘钩,hook
毛巾,面巾,towel,face towel
浴巾,bath towel
浴帘,shower curtain
地垫,脚垫,门垫,doormat,bath mat,floor mat
地毯,carpet,rug
窗帘,curtain
枕头,枕芯,乳胶枕,记忆枕,pillow
抱枕,靠垫,cushion
被子,棉被,羽绒被,蚕丝被,quilt,duvet,comforter
毛毯,毯子,blanket,throw
床单,bed sheet,bedsheet
四件套,三件套床品,床上用品,bedding set,bedding
床垫,乳胶床垫,mattress
凉席,cooling mat,bamboo mat
蚊帐,mosquito net
蚊香,驱蚊,花露水,mosquito repellent
台灯,护眼灯,护眼台灯,desk lamp,table lamp,reading lamp
夜灯,小夜灯,night light
灯泡,灯管,light bulb,bulb
手电筒,flashlight,torch
灯具,~灯,lamp,light > 台灯,夜灯,灯泡,吸顶灯
雨伞,太阳伞,~伞,umbrella
蜡烛,香薰,香薰蜡烛,scented candle,candle,diffuser
花瓶,vase
绿植,花盆,plant pot,flower pot
钟表,挂钟,闹钟,clock,alarm clock
镜子,mirror
电池,5号电池,7号电池,battery,aa battery,aaa battery
插座,插线板,排插,power strip,socket,extension cord
锅具,~锅,不粘锅,pot,pan,cookware > 炒锅,平底锅,汤锅,奶锅
炒锅,铁锅,wok,stir fry pan
平底锅,煎锅,frying pan,skillet
汤锅,奶锅,炖锅,saucepan,stockpot,soup pot
高压锅,电压力锅,压力锅,pressure cooker
电饭煲,电饭锅,rice cooker
空气炸锅,air fryer
电磁炉,induction cooker,induction hob
微波炉,microwave oven,microwave
烤箱,电烤箱,oven,toaster oven
面包机,多士炉,toaster,bread maker
电热水壶,电水壶,热水壶,烧水壶,electric kettle
咖啡壶,手冲壶,coffee kettle,pour over kettle,gooseneck kettle,coffee pot
水壶,kettle > 电热水壶,咖啡壶,coffee kettle,electric kettle
咖啡机,coffee machine,coffee maker,espresso machine
榨汁机,原汁机,juicer
破壁机,搅拌机,料理机,blender,food processor,mixer
豆浆机,soy milk maker
电火锅,电煮锅,electric hot pot
洗碗机,dishwasher
净水器,滤水壶,water filter,water purifier
饮水机,water dispenser
保温杯,真空杯,thermos,vacuum flask,insulated bottle,insulated cup
吸管杯,儿童杯,sippy cup,straw cup
水杯,杯子,玻璃杯,马克杯,~杯,cup,mug,tumbler,drinking glass > 保温杯,吸管杯,thermos
水瓶,运动水壶,折叠水瓶,water bottle,drink bottle
饭盒,便当盒,lunch box,bento box
保鲜盒,密封盒,食品盒,food container,food storage container,storage container
碗,饭碗,bowl
盘子,餐盘,plate
碗盘,餐具套装,dinnerware,tableware set
筷子,chopstick
勺子,汤勺,spoon
叉子,fork
餐具,刀叉,cutlery,tableware,flatware
菜刀,刀具,厨房刀,knife,kitchen knife
剪刀,scissors
砧板,菜板,案板,切菜板,cutting board,chopping board
锅铲,铲子,spatula
开瓶器,bottle opener,corkscrew
厨房秤,电子秤,kitchen scale,scale,food scale
围裙,apron
烘焙模具,baking mould,baking pan,baking tray
蒸锅,蒸笼,steamer
茶具,茶壶,tea set,teapot
冰箱,refrigerator,fridge
洗衣机,washing machine,washer
烘干机,tumble dryer
空调,air conditioner
电风扇,风扇,~扇,fan
取暖器,暖风机,电暖器,heater
电热毯,electric blanket
暖水袋,暖手宝,热水袋,hand warmer,hot water bottle
加湿器,humidifier
除湿机,dehumidifier
空气净化器,air purifier
吸尘器,vacuum cleaner,vacuum
扫地机器人,扫地机,robot vacuum
除螨仪,mite vacuum
熨斗,挂烫机,iron,steam iron,garment steamer
缝纫机,sewing machine
电视,电视机,tv,television
投影仪,投影,projector
热水器,water heater
沙发,sofa,couch
桌子,书桌,餐桌,~桌,desk,table
椅子,办公椅,电脑椅,~椅,chair,office chair > 折叠椅,folding chair
折叠椅,户外椅,露营椅,folding chair,camping chair
凳子,板凳,stool
书架,置物架,货架,shelf,bookshelf,rack
衣柜,柜子,wardrobe,cabinet,closet
床架,~床,bed frame
鞋架,鞋柜,shoe rack
螺丝刀,screwdriver
锤子,hammer
扳手,wrench,spanner
电钻,drill
工具箱,五金工具,toolbox,tool set,tool kit
卷尺,tape measure
胶带,tape,sticky tape
胶水,glue
梯子,ladder
门锁,智能锁,锁具,door lock,padlock
笔,中性笔,签字笔,圆珠笔,水笔,pen,gel pen,ballpoint
铅笔,pencil
钢笔,fountain pen
马克笔,荧光笔,marker,highlighter
彩笔,水彩笔,彩铅,colouring pen,colored pencil,crayon
水彩,水彩颜料,颜料,watercolour,watercolor,paint set
笔记本,本子,记事本,手账,notebook,journal
便利贴,便签,便签纸,sticky note,post it
计划本,日程本,日历,台历,planner,diary,calendar
打印纸,a4纸,printer paper,copy paper
文件夹,文件袋,folder
橡皮,橡皮擦,eraser,rubber
尺子,ruler
订书机,stapler
笔袋,铅笔盒,pencil case
计算器,calculator
书包,school bag,schoolbag
书籍,图书,~书,book
贺卡,greeting card
文具,stationery > 中性笔,笔记本,便利贴,铅笔,notebook,pen,planner
厨具,厨房用品,kitchenware,kitchen > 炒锅,保鲜盒,砧板,菜刀,cutting board,厨房
家电,电器,home appliance,appliance > 电饭煲,冰箱,洗衣机,空调,吸尘器
家具,furniture > 沙发,桌子,椅子,书架,衣柜
日用品,生活用品,household goods,daily necessities > 抽纸,垃圾袋,洗衣液,皂液,laundry capsules
"""
