package feed

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// field is a place in a listing that a column fills.
type field uint8

const (
	fieldNone field = iota
	fieldID
	fieldTitle
	fieldBrand
	fieldDescription
	fieldBullets
	fieldCategory
	fieldPrice
	fieldCurrency
	fieldSeller
	fieldSellerID
	fieldPlatform
	fieldSupplier
	fieldURL
	fieldImages
	fieldImageText
	fieldMarkets
	fieldGTIN
	fieldMPN
	fieldShipFrom
	fieldSold
	fieldParentID
	fieldLanguage
	numFields
)

// column names of each field, best first: where a row fills several, the first one that is not empty counts. Names are
// compared without case, spaces, punctuation, width and what stands in brackets. The first name of each is the one of
// --map.
var fieldNames = [numFields][]string{
	fieldID: {"id", "sku", "item_sku", "seller-sku", "seller_sku", "product_id", "item_id", "listing_id", "offer_id", "asin", "productid", "itemid", "goods_id",
		"商品编号", "商品编码", "商品id", "产品编号", "产品id", "货号", "商家编码", "sku编码", "sku编号", "编号", "编码", "商品货号", "产品货号", "平台sku", "handle", "parentsku", "variant sku", "num_iid", "sku_id", "spu", "contribution_sku", "guid"},
	fieldTitle: {"title", "name", "item_name", "product_name", "product_title", "item_title", "listing_title", "item-name", "goods_name", "headline", "subject",
		"商品名称", "商品标题", "标题", "产品名称", "产品标题", "品名", "名称", "宝贝标题", "商品名", "产品名", "中文名称", "英文标题", "英文名称", "中文标题", "货品名称", "刊登标题", "titel", "titre", "titulo", "título", "titolo", "商品名稱", "標題", "商品タイトル"},
	fieldBrand: {"brand", "brand_name", "manufacturer", "品牌", "品牌名称", "品牌名", "商标", "vendor", "marke", "marque", "marca", "brands", "ブランド", "maker"},
	fieldDescription: {"description", "body_html", "body", "product_description", "item_description", "item-description", "long_description", "details", "desc", "content", "detail",
		"商品描述", "描述", "产品描述", "详情", "商品详情", "详细描述", "产品详情", "宝贝描述", "商品介绍", "beschreibung", "descripcion", "descripción", "descrizione", "描述信息", "summary"},
	fieldBullets: {"bullets", "bullet_point", "bullet_points", "bulletpoint", "features", "key_product_features", "highlights", "product_highlight", "selling_points", "short_description", "generic_keywords", "generic_keyword", "search_terms", "keywords",
		"卖点", "产品卖点", "商品卖点", "五点描述", "要点", "短描述", "简介", "副标题", "关键词", "搜索关键词", "关键字"},
	fieldCategory: {"category", "product_type", "google_product_category", "product_category", "categories", "category_path", "category_name", "item_type", "item_type_keyword", "type", "feed_product_type", "productcategory",
		"类目", "分类", "商品类目", "商品分类", "产品分类", "产品类目", "类目名称", "品类", "类别", "所属分类", "kategorie", "categorie", "catégorie", "categoria", "categoría", "カテゴリ"},
	fieldPrice:    {"price", "sale_price", "standard_price", "regular_price", "unit_price", "list_price", "variant price", "价格", "售价", "单价", "销售价", "商品价格", "现价", "零售价", "一口价", "preis", "prix", "precio", "prezzo", "価格", "amount"},
	fieldCurrency: {"currency", "currency_code", "price_currency", "币种", "货币", "币别", "货币单位"},
	fieldSeller:   {"seller", "seller_name", "shop", "shop_name", "store", "store_name", "merchant", "merchant_name", "店铺", "店铺名称", "店铺名", "卖家", "卖家名称", "商家", "商家名称", "店名"},
	fieldSellerID: {"seller_id", "shop_id", "store_id", "merchant_id", "店铺id", "卖家id", "商家id"},
	fieldPlatform: {"platform", "marketplace", "site", "channel", "平台", "销售平台", "来源平台", "站点", "渠道"},
	fieldSupplier: {"supplier", "supplier_name", "供应商", "供应商名称", "供货商", "厂家"},
	fieldURL:      {"url", "link", "product_url", "item_url", "product_link", "permalink", "canonical_link", "listing_url", "链接", "商品链接", "产品链接", "网址", "宝贝链接", "详情链接", "商品地址"},
	fieldImages: {"images", "image", "image_url", "image_urls", "image_link", "additional_image_link", "additional_image_links", "main_image", "main_image_url", "other_image_url", "image_src", "picture", "pictures", "photo", "photos", "thumbnail", "img", "imgs", "picture_url", "base_image", "small_image", "thumbnail_image", "additional_images", "image_path", "variant_image", "gallery", "image_file", "extra_image", "main_product_image_locator", "other_product_image_locator",
		"图片", "主图", "商品图片", "产品图片", "图片地址", "图片链接", "主图链接", "主图地址", "图片url", "附图", "副图", "商品主图", "产品主图", "轮播图", "详情图", "附图链接", "sku图", "变体图", "画像"},
	fieldImageText: {"image_text", "ocr", "ocr_text", "image_ocr", "图片文字", "图中文字"},
	fieldMarkets:   {"markets", "market", "target_market", "target_markets", "target_country", "countries", "country", "sales_country", "目标市场", "销售国家", "目标国家", "市场", "国家", "销售市场", "上架国家"},
	fieldGTIN:      {"gtin", "ean", "upc", "barcode", "isbn", "gtin13", "gtin12", "gtin14", "ean13", "external_product_id", "product-id", "variant barcode", "条码", "条形码", "商品条码", "国际条码", "gtin_ean_upc", "global_unique_id", "gtin_upc_ean_or_isbn"},
	fieldMPN:       {"mpn", "part_number", "manufacturer_part_number", "model", "model_number", "型号", "产品型号", "商品型号", "规格型号", "制造商型号"},
	fieldShipFrom:  {"ship_from", "ships_from", "shipping_from", "ship_from_country", "country_of_dispatch", "发货地", "发货国家", "发货国"},
	fieldSold:      {"sold", "units_sold", "sales", "sales_volume", "sold_count", "orders", "销量", "已售", "月销量", "总销量", "销售量"},
	fieldParentID:  {"parent_id", "item_group_id", "parent_sku", "parent", "parentid", "父sku", "父商品编号", "主sku", "父体sku", "父级sku", "母sku", "父产品编号", "spu编码", "款号"},
	fieldLanguage:  {"language", "lang", "locale", "content_language", "语言", "语种"},
}

// isList reports whether a field takes the values of several columns.
func (f field) isList() bool {
	return f == fieldImages || f == fieldBullets || f == fieldImageText || f == fieldMarkets
}

// matched reports whether a column of the field can hold something to look at.
func (f field) matched() bool {
	switch f {
	case fieldTitle, fieldBrand, fieldDescription, fieldBullets, fieldImages, fieldImageText:
		return true
	}
	return false
}

// name is the word of the field in --map and in messages.
func (f field) name() string {
	if f == fieldNone {
		return ""
	}
	return fieldNames[f][0]
}

// place is where a name leads: the field, and how good the name is for it (0 is best).
type place struct {
	field field
	rank  uint8
}

// dictionary resolves column names.
type dictionary struct {
	names map[string]place
	maps  map[string]place // by the very name that the user gave
	taken [numFields]bool  // fields whose columns the user named
}

// newDictionary makes the dictionary of the built-in names and of those that the user gave. It returns the name of a field
// that does not exist.
func newDictionary(user map[string]string) (*dictionary, string) {
	d := &dictionary{names: make(map[string]place, 512), maps: map[string]place{}}
	for name, column := range user {
		f := fieldOf(name)
		if f == fieldNone {
			return nil, name
		}
		d.taken[f] = true
		for _, c := range splitMapped(column) {
			d.maps[c] = place{field: f}
		}
	}
	for f := field(1); f < numFields; f++ {
		if d.taken[f] {
			continue
		}
		for i, name := range fieldNames[f] {
			key := normalise(name)
			if _, ok := d.names[key]; !ok {
				d.names[key] = place{field: f, rank: uint8(i + 1)}
			}
		}
	}
	return d, ""
}

// splitMapped cuts the right side of --map, which may name several columns.
func splitMapped(s string) []string {
	parts := []string{s}
	for p := range strings.SplitSeq(s, ";") {
		if p = strings.TrimSpace(p); p != "" && p != s {
			parts = append(parts, p)
		}
	}
	return parts
}

func fieldOf(name string) field {
	key := normalise(name)
	for f := field(1); f < numFields; f++ {
		if normalise(fieldNames[f][0]) == key {
			return f
		}
	}
	return fieldNone
}

// find resolves a column name.
func (d *dictionary) find(name string) (place, bool) {
	if len(name) > 200 {
		return place{}, false
	}
	name = strings.TrimSpace(name)
	if p, ok := d.maps[name]; ok {
		return p, true
	}
	key := normalise(name)
	if key == "" {
		return place{}, false
	}
	if p, ok := d.names[key]; ok {
		return p, true
	}
	for m, p := range d.maps {
		if normalise(m) == key {
			return p, true
		}
	}
	// "Image 3", "bullet_point5", "图片2": one of several columns of a list.
	if short := strings.TrimRight(key, "0123456789"); short != key {
		if p, ok := d.names[short]; ok && p.field.isList() {
			return p, true
		}
	}
	return place{}, false
}

// known is find for the sniffers of corpora/table.
func (d *dictionary) known(name []byte) bool {
	if len(name) > 200 || len(name) == 0 {
		return false
	}
	_, ok := d.find(string(name))
	return ok
}

// normalise brings a column name to the form in which names are compared.
func normalise(s string) string {
	ascii := true
	for i := range len(s) {
		if s[i] >= utf8.RuneSelf {
			ascii = false
			break
		}
	}
	if !ascii {
		s = norm.NFKC.String(s)
	}
	s = strings.TrimSpace(strings.TrimPrefix(strings.TrimSpace(s), "\uFEFF"))
	if len(s) > 2 && (s[0] == 'g' || s[0] == 'G') && s[1] == ':' {
		s = s[2:]
	}
	var b strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '#' && b.Len() > 0 && depth == 0:
			return b.String() // "brand[…]#1.value"
		case r == '(' || r == '[' || r == '【':
			depth++
		case r == ')' || r == ']' || r == '】':
			depth = max(depth-1, 0)
		case depth > 0:
		case unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r):
			b.WriteRune(unicode.ToLower(r))
		}
	}
	return b.String()
}
