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

// column names of each field, best first: where a row fills several, the first one that is not empty counts, and of title,
// brand and description what the others say more is matched with the bullets. Names are
// compared without case, spaces, punctuation, width and what stands in brackets. The first name of each is the one of
// --map.
var fieldNames = [numFields][]string{
	fieldID: {"id", "sku", "item_sku", "seller-sku", "seller_sku", "product_id", "item_id", "listing_id", "offer_id", "asin", "productid", "itemid", "goods_id",
		"商品编号", "商品编码", "商品id", "产品编号", "产品id", "货号", "商家编码", "sku编码", "sku编号", "编号", "编码", "商品货号", "产品货号", "平台sku", "handle", "variant sku", "num_iid", "sku_id", "spu", "contribution_sku", "guid",
		"商品編號", "產品編號", "商品編碼", "產品編碼", "編號", "編碼", "貨號", "商品貨號", "賣場編號", "商品番号", "商品コード", "商品管理番号", "管理番号", "品番", "商品SKU", "产品SKU", "库存SKU", "店铺SKU", "MSKU", "自定义SKU",
		"出品者SKU", "SKUコード", "상품번호", "상품코드", "품번", "상품ID", "판매자 상품코드", "artikelnummer", "artikelnr", "référence",
		"referencia", "codice", "артикул"},
	fieldTitle: {"title", "name", "item_name", "product_name", "product_title", "item_title", "listing_title", "item-name", "goods_name", "headline", "subject",
		"商品名称", "商品标题", "标题", "产品名称", "产品标题", "品名", "名称", "宝贝标题", "商品名", "产品名", "中文名称", "英文标题", "英文名称", "中文标题", "货品名称", "刊登标题", "titel", "titre", "titulo", "título", "titolo", "商品名稱", "標題", "商品タイトル",
		"產品名稱", "產品標題", "商品標題", "名稱", "製品名", "タイトル", "件名", "상품명", "제목", "제품명", "상품 이름", "bezeichnung", "artikelname",
		"produktname", "nom", "nom du produit", "nombre", "nombre del producto", "nome", "nome prodotto", "naam",
		"nazwa", "название", "наименование"},
	fieldBrand: {"brand", "brand_name", "manufacturer", "品牌", "品牌名称", "品牌名", "商标", "vendor", "marke", "marque", "marca", "brands", "ブランド", "maker",
		"品牌名稱", "商標", "廠牌", "ブランド名", "メーカー", "メーカー名", "브랜드", "브랜드명", "제조사", "hersteller", "fabricant", "fabricante",
		"merk", "бренд"},
	fieldDescription: {"description", "body_html", "body", "product_description", "item_description", "item-description", "long_description", "details", "desc", "content", "detail",
		"商品描述", "描述", "产品描述", "详情", "商品详情", "详细描述", "产品详情", "宝贝描述", "商品介绍", "beschreibung", "descripcion", "descripción", "descrizione", "描述信息", "summary",
		"商品說明", "商品敘述", "產品描述", "產品說明", "詳細描述", "商品簡介", "說明", "詳情", "商品説明", "商品説明文", "説明", "説明文", "商品詳細", "詳細", "상품설명",
		"상세설명", "설명", "produktbeschreibung", "description du produit", "omschrijving", "opis", "описание"},
	fieldBullets: {"bullets", "bullet_point", "bullet_points", "bulletpoint", "features", "key_product_features", "highlights", "product_highlight", "selling_points", "short_description", "generic_keywords", "generic_keyword", "search_terms", "keywords", "tags", "seo_title", "seo_description", "meta_title", "meta_keywords", "meta_description",
		"kurzbeschreibung", "schlagwörter", "description courte", "descripción corta", "descrizione breve", "英文报关名", "中文报关名", "申报名称", "标签", "標籤", "タグ",
		"卖点", "产品卖点", "商品卖点", "五点描述", "要点", "短描述", "简介", "副标题", "关键词", "搜索关键词", "关键字",
		"賣點", "產品賣點", "關鍵字", "關鍵詞", "搜尋關鍵字", "副標題", "簡介", "商品の特徴", "特徴", "キーワード", "検索キーワード", "キャッチコピー", "키워드", "검색어",
		"특징"},
	fieldCategory: {"category", "product_type", "google_product_category", "product_category", "categories", "category_path", "category_name", "item_type", "item_type_keyword", "type", "feed_product_type", "productcategory",
		"类目", "分类", "商品类目", "商品分类", "产品分类", "产品类目", "类目名称", "品类", "类别", "所属分类", "kategorie", "categorie", "catégorie", "categoria", "categoría", "カテゴリ",
		"類目", "分類", "商品分類", "商品類目", "產品分類", "產品類目", "類別", "品類", "所屬分類", "カテゴリー", "商品カテゴリ", "商品カテゴリー", "ジャンル", "ジャンル名",
		"カテゴリ名", "카테고리", "분류", "카테고리명", "目录", "商品目录", "kategorien", "catégories", "categorías", "catégorie de produit", "rubrik", "warengruppe", "kategoria", "категория"},
	fieldPrice: {"price", "sale_price", "standard_price", "regular_price", "unit_price", "list_price", "variant price", "价格", "售价", "单价", "销售价", "商品价格", "现价", "零售价", "一口价", "regulärer preis", "angebotspreis", "tarif régulier", "precio normal", "prezzo di listino", "preis", "prix", "precio", "prezzo", "価格", "amount",
		"價格", "售價", "單價", "定價", "商品價格", "販売価格", "単価", "通常価格", "税込価格", "가격", "판매가", "판매가격", "цена", "prijs", "cena"},
	fieldCurrency: {"currency", "currency_code", "currency_id", "price_currency", "币种", "货币", "币别", "货币单位",
		"幣種", "幣別", "貨幣", "通貨", "통화", "währung", "devise", "moneda", "valuta"},
	fieldSeller: {"seller", "seller_name", "shop", "shop_name", "store", "store_name", "merchant", "merchant_name", "店铺", "店铺名称", "店铺名", "卖家", "卖家名称", "商家", "商家名称", "店名",
		"店鋪", "店鋪名稱", "店家", "賣家", "賣家名稱", "商店名稱", "店舗名", "店舗", "ショップ名", "出品者", "販売者", "판매자", "판매자명", "상점명", "스토어명",
		"verkäufer", "vendeur", "vendedor", "venditore"},
	fieldSellerID: {"seller_id", "shop_id", "store_id", "merchant_id", "店铺id", "卖家id", "商家id",
		"賣家ID", "店鋪ID", "店舗ID", "出品者ID", "판매자ID"},
	fieldPlatform: {"platform", "marketplace", "site", "channel", "平台", "销售平台", "来源平台", "站点", "渠道",
		"銷售平台", "プラットフォーム", "モール", "플랫폼"},
	fieldSupplier: {"supplier", "supplier_name", "供应商", "供应商名称", "供货商", "厂家",
		"供應商", "供應商名稱", "仕入先", "仕入先名", "공급사", "공급업체", "lieferant", "fournisseur", "proveedor", "fornitore"},
	fieldURL: {"url", "link", "product_url", "item_url", "product_link", "permalink", "canonical_link", "listing_url", "链接", "商品链接", "产品链接", "网址", "宝贝链接", "详情链接", "商品地址",
		"連結", "商品連結", "網址", "商品網址", "商品URL", "商品ページURL", "リンク", "상품URL", "링크", "produktlink", "lien", "enlace"},
	fieldImages: {"images", "image", "image_url", "image_urls", "image_link", "additional_image_link", "additional_image_links", "main_image", "main_image_url", "other_image_url", "image_src", "picture", "pictures", "photo", "photos", "thumbnail", "img", "imgs", "picture_url", "base_image", "small_image", "thumbnail_image", "additional_images", "image_path", "variant_image", "gallery", "image_file", "extra_image", "main_product_image_locator", "other_product_image_locator",
		"图片", "主图", "商品图片", "产品图片", "图片地址", "图片链接", "主图链接", "主图地址", "图片url", "附图", "副图", "商品主图", "产品主图", "轮播图", "详情图", "附图链接", "sku图", "变体图", "画像",
		"圖片", "主圖", "商品圖片", "產品圖片", "圖片網址", "圖片連結", "圖片地址", "附圖", "商品圖", "商品画像", "商品画像URL", "画像URL", "メイン画像", "サブ画像",
		"画像パス", "画像ファイル", "이미지", "상품이미지", "대표이미지", "추가이미지", "이미지URL", "bild", "bilder", "bild url", "image principale",
		"imagen", "imagenes", "imágenes", "immagine", "immagini"},
	fieldImageText: {"image_text", "ocr", "ocr_text", "image_ocr", "图片文字", "图中文字",
		"圖片文字", "画像文字"},
	fieldMarkets: {"markets", "market", "target_market", "target_markets", "target_country", "countries", "country", "sales_country", "目标市场", "销售国家", "目标国家", "市场", "国家", "销售市场", "上架国家",
		"目標市場", "銷售國家", "目標國家", "國家", "販売国", "対象国", "판매국가"},
	fieldGTIN: {"gtin", "ean", "upc", "barcode", "isbn", "gtin13", "gtin12", "gtin14", "ean13", "external_product_id", "product-id", "variant barcode", "条码", "条形码", "商品条码", "国际条码", "gtin_ean_upc", "global_unique_id", "gtin_upc_ean_or_isbn",
		"條碼", "商品條碼", "國際條碼", "JANコード", "JAN", "バーコード", "바코드"},
	fieldMPN: {"mpn", "part_number", "vendor_code", "manufacturer_part_number", "model", "model_number", "型号", "产品型号", "商品型号", "规格型号", "制造商型号",
		"型號", "產品型號", "商品型號", "規格型號", "型番", "製品型番", "모델번호", "모델명"},
	fieldShipFrom: {"ship_from", "ships_from", "shipping_from", "ship_from_country", "country_of_dispatch", "发货地", "发货国家", "发货国",
		"出貨地", "發貨地", "発送元", "発送元の地域", "출고지", "발송지"},
	fieldSold: {"sold", "units_sold", "sales", "sales_volume", "sold_count", "orders", "销量", "已售", "月销量", "总销量", "销售量",
		"銷量", "已售數量", "月銷量", "販売数", "판매량", "판매수"},
	fieldParentID: {"parent_id", "item_group_id", "parent_sku", "parent", "parentid", "父sku", "父商品编号", "主sku", "父体sku", "父级sku", "母sku", "父产品编号", "spu编码", "款号",
		"父商品編號", "主商品編號", "übergeordnetes produkt", "親SKU", "親商品コード", "親商品番号", "상위상품코드"},
	fieldLanguage: {"language", "lang", "locale", "content_language", "语言", "语种",
		"語言", "語系", "言語", "언어", "sprache", "langue", "idioma", "lingua"},
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
	// "产品中文名称" is "中文名称" of the goods.
	for _, goods := range [...]string{"商品", "产品", "產品", "货品", "貨品", "宝贝", "刊登"} {
		if short, ok := strings.CutPrefix(key, goods); ok && short != "" {
			if p, ok := d.names[short]; ok && p.field != fieldSeller && p.field != fieldPlatform {
				return p, true
			}
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
