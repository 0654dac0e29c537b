package synth

import "strings"

// goods is one kind of product.
type goods struct {
	class     uint8  // Nice
	noun      string // as titles write it
	chinese   string
	category  string
	accessory string // a part or accessory of it, "" when it has none
}

var products = []goods{
	{25, "Running Shoes", "跑步鞋", "Clothing > Shoes > Running Shoes", "Laces"},
	{25, "Hooded Sweatshirt", "连帽卫衣", "Clothing > Sweatshirts", ""},
	{25, "Cotton T-Shirt", "纯棉T恤", "Clothing > T-Shirts", ""},
	{25, "Knit Beanie", "针织帽", "Clothing > Hats", ""},
	{18, "Leather Handbag", "真皮手提包", "Luggage > Handbags", "Strap"},
	{18, "Travel Backpack", "旅行背包", "Luggage > Backpacks", "Rain Cover"},
	{9, "Smartphone", "智能手机", "Electronics > Mobile Phones", "Case"},
	{9, "Wireless Earbuds", "无线耳机", "Electronics > Audio > Headphones", "Ear Tips"},
	{9, "Tablet Computer", "平板电脑", "Electronics > Tablets", "Screen Protector"},
	{9, "Action Camera", "运动相机", "Electronics > Cameras", "Mount"},
	{7, "Cordless Drill", "充电电钻", "Tools > Power Tools > Drills", "Battery"},
	{7, "Robot Vacuum Cleaner", "扫地机器人", "Home > Vacuum Cleaners", "Filter"},
	{8, "Kitchen Knife", "厨房刀", "Kitchen > Knives", "Sheath"},
	{8, "Electric Shaver", "电动剃须刀", "Beauty > Shaving", "Blades"},
	{11, "Desk Lamp", "台灯", "Home > Lighting > Desk Lamps", "Bulb"},
	{11, "Camping Stove", "野营炉", "Outdoor > Camping Stoves", "Gas Hose"},
	{11, "Coffee Machine", "咖啡机", "Kitchen > Coffee Machines", "Descaler"},
	{14, "Wrist Watch", "手表", "Jewelry > Watches", "Band"},
	{14, "Silver Necklace", "银项链", "Jewelry > Necklaces", ""},
	{28, "Building Blocks", "积木", "Toys > Building Toys", "Display Stand"},
	{28, "Plush Bear", "毛绒熊", "Toys > Plush Toys", ""},
	{28, "Yoga Mat", "瑜伽垫", "Sports > Yoga", "Bag"},
	{3, "Matte Lipstick", "哑光口红", "Beauty > Makeup > Lipstick", ""},
	{3, "Face Cream", "面霜", "Beauty > Skin Care", ""},
	{3, "Shampoo", "洗发水", "Beauty > Hair Care", ""},
	{5, "Vitamin C Tablets", "维生素C片", "Health > Vitamins", ""},
	{12, "City Bicycle", "城市自行车", "Sports > Bicycles", "Bell"},
	{12, "Baby Stroller", "婴儿推车", "Baby > Strollers", "Rain Cover"},
	{15, "Acoustic Guitar", "木吉他", "Music > Guitars", "Strings"},
	{16, "Fountain Pen", "钢笔", "Office > Pens", "Ink Cartridges"},
	{20, "Office Chair", "办公椅", "Furniture > Office Chairs", "Casters"},
	{20, "Memory Foam Pillow", "记忆棉枕头", "Home > Bedding > Pillows", ""},
	{21, "Water Bottle", "水杯", "Kitchen > Drinkware > Water Bottles", "Lid"},
	{24, "Bath Towel", "浴巾", "Home > Towels", ""},
	{30, "Ground Coffee", "咖啡粉", "Grocery > Coffee", ""},
	{30, "Dark Chocolate", "黑巧克力", "Grocery > Chocolate", ""},
}

var (
	// Syllables of invented names.
	onsets = split("b br c ch cl d dr f fl g gl gr h j k kr l m n p pl pr qu r s sk sl sp st t tr v w x y z zh")
	vowels = split("a e i o u a e i o ai ea ee ia io oa ou")
	codas  = split("- - - - b d ck l ll m n n nd nt r r rn s sh st t x z")
	// Endings and stems that many marks share.
	endings = split("a o ex ix on ia is en ero ana ella ino ity ify ora us")
	stems   = split("tech home pro life kids lab works gear house style plus care craft zone line max eco fit smart pet")
	// Ordinary words that are also registered.
	ordinary = split("amber anchor arrow aurora beacon birch bliss canyon cedar charm cloud comet coral crown dawn delta dove " +
		"eagle echo ember falcon fern flint forest fox frost gale garden glow grove harbor haven hawk hazel heritage honey " +
		"horizon indigo iron ivory jade juniper lark lemon lily lotus lunar lynx magnet maple marble meadow mint nectar noble " +
		"north nova oak oasis ocean olive onyx orbit orchid otter pearl pepper pilot pine planet poppy prism quartz raven " +
		"reef ridge river robin rose ruby sable sage sail scout shadow shell silver sky slate spark spruce star stone storm " +
		"summit sunny swan swift target thistle tide tiger timber titan trail tulip valley velvet vertex violet wave willow " +
		"wolf zenith zephyr")
	given    = split("adele bruno carla dario elise fabian greta hugo irene jonas klara lorenzo marta nils olga paolo rita stefan tessa viktor")
	surnames = split("albrini bergqvist castellano drummond eklund farrow giordani hallberg iversen jansson kowalczyk lindqvist moretti " +
		"novotny okafor petrov quintana rossetti sandoval tavernier")
	adjectives = split("lightweight waterproof foldable portable adjustable classic slim compact durable soft ergonomic premium " +
		"rechargeable modern handmade breathable reusable large small quiet")
	colours  = split("black white navy grey red green beige pink")
	audience = split("men women kids adults beginners travel office gym kitchen camping gifts")
	legal    = []string{"Inc.", "Ltd.", "GmbH", "S.p.A.", "LLC", "Co., Ltd."}

	// Characters that Chinese brand names are made of, each with its reading and its traditional form.
	characters = []character{
		{"安", "an", "安"}, {"宝", "bao", "寶"}, {"贝", "bei", "貝"}, {"百", "bai", "百"}, {"达", "da", "達"}, {"迪", "di", "迪"},
		{"东", "dong", "東"}, {"尔", "er", "爾"}, {"飞", "fei", "飛"}, {"福", "fu", "福"}, {"高", "gao", "高"}, {"冠", "guan", "冠"},
		{"海", "hai", "海"}, {"恒", "heng", "恆"}, {"华", "hua", "華"}, {"佳", "jia", "佳"}, {"杰", "jie", "傑"}, {"金", "jin", "金"},
		{"凯", "kai", "凱"}, {"康", "kang", "康"}, {"乐", "le", "樂"}, {"丽", "li", "麗"}, {"龙", "long", "龍"}, {"马", "ma", "馬"},
		{"美", "mei", "美"}, {"诺", "nuo", "諾"}, {"欧", "ou", "歐"}, {"奇", "qi", "奇"}, {"瑞", "rui", "瑞"}, {"赛", "sai", "賽"},
		{"尚", "shang", "尚"}, {"盛", "sheng", "盛"}, {"泰", "tai", "泰"}, {"天", "tian", "天"}, {"维", "wei", "維"}, {"沃", "wo", "沃"},
		{"西", "xi", "西"}, {"鑫", "xin", "鑫"}, {"雅", "ya", "雅"}, {"优", "you", "優"}, {"悦", "yue", "悅"}, {"泽", "ze", "澤"},
	}
	chineseAdjectives = []string{"轻便", "防水", "折叠", "便携", "加厚", "新款", "大容量", "静音", "家用", "户外"}
)

type character struct{ han, pinyin, traditional string }

// split returns the words of s, "-" standing for the empty one.
func split(s string) []string {
	words := strings.Fields(s)
	for i, w := range words {
		if w == "-" {
			words[i] = ""
		}
	}
	return words
}
