package feed

import (
	"fmt"
	"strings"
	"testing"
)

// full renders what the exports below are about.
func (r result) full() string {
	var b strings.Builder
	for i, l := range r.listings {
		fmt.Fprintf(&b, "%d id=%s title=%s", l.Row, l.ID, l.Title)
		for _, x := range []struct{ name, v string }{{"parent", l.ParentID}, {"brand", l.Brand}, {"desc", l.Description}, {"cat", l.Category}, {"price", strings.TrimSpace(l.Price + " " + l.Currency)},
			{"url", l.URL}, {"gtin", l.GTIN}, {"mpn", l.MPN}, {"bullets", strings.Join(l.Bullets, "/")}} {
			if x.v != "" {
				fmt.Fprintf(&b, " %s=%s", x.name, x.v)
			}
		}
		for _, im := range l.Images {
			b.WriteString(" +" + im.Ref)
		}
		if r.errs[i] != nil {
			b.WriteString(" !" + r.code(i))
		}
		for _, p := range l.Problems {
			b.WriteString(" ?" + p.Code)
		}
		b.WriteByte('\n')
	}
	return b.String()
}

func TestExports(t *testing.T) {
	for _, tt := range []struct{ profile, in, want string }{
		{"google", "id\ttitle\tdescription\tlink\timage link\tadditional image link\tprice\tbrand\tgtin\tgoogle product category\tproduct type\tcondition\n" +
			"G1\tTrail lamp\t\"Bright \"\"lamp\"\" for night walks\"\thttps://shop.example/g1\thttps://shop.example/1.jpg\thttps://shop.example/2.jpg,https://shop.example/3.jpg\t19.50 EUR\tLumo\t4006381333931\t1234\tOutdoor > Lamps\tnew\n",
			"2 id=G1 title=Trail lamp brand=Lumo desc=Bright \"lamp\" for night walks cat=Outdoor > Lamps price=19.50 EUR url=https://shop.example/g1 gtin=4006381333931 +https://shop.example/1.jpg +https://shop.example/2.jpg +https://shop.example/3.jpg\n"},
		{"google", "<?xml version=\"1.0\"?>\n<rss version=\"2.0\" xmlns:g=\"http://base.google.com/ns/1.0\">\n<channel><title>My shop</title><link>https://shop.example</link>\n<item>\n<g:id>G1</g:id><title><![CDATA[Lamp & <b>stand</b>]]></title>\n" +
			"<link>https://shop.example/g1</link><g:image_link>https://shop.example/1.jpg</g:image_link><g:additional_image_link>https://shop.example/2.jpg</g:additional_image_link><g:price>19.50 EUR</g:price>" +
			"<g:shipping><g:price>4.00 EUR</g:price><g:country>DE</g:country></g:shipping><g:brand>Lumo &amp; Co</g:brand></item>\n<item><g:id>G2</g:id><g:title>Torch</g:title></item></channel></rss>",
			"4 id=G1 title=Lamp & <b>stand</b> brand=Lumo & Co price=19.50 EUR url=https://shop.example/g1 +https://shop.example/1.jpg +https://shop.example/2.jpg\n7 id=G2 title=Torch\n"},
		{"google", "<feed xmlns=\"http://www.w3.org/2005/Atom\" xmlns:g=\"http://base.google.com/ns/1.0\"><title>Shop</title><entry><g:id>A1</g:id><title>Lamp</title><link rel=\"alternate\" href=\"https://shop.example/a1\"/><summary>Warm light</summary></entry></feed>",
			"1 id=A1 title=Lamp desc=Warm light url=https://shop.example/a1\n"},
		{"", "<?xml version=\"1.0\"?><catalog><offers><offer id=\"77\"><url>https://x.example/77</url><price>5</price><name>Mug</name><vendor>Potts</vendor><param name=\"Barcode\">123</param><pictures><picture>a.jpg</picture><picture>b.jpg</picture></pictures></offer></offers></catalog>",
			"1 id=77 title=Mug brand=Potts price=5 url=https://x.example/77 gtin=123 +a.jpg +b.jpg\n"},
		{"shopify", "Handle,Title,Body (HTML),Vendor,Product Category,Type,Tags,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Barcode,Image Src,Image Position,Image Alt Text,Variant Image,SEO Title\n" +
			"rain-hat,Rain hat,\"<p>Keeps\ndry</p>\",Drizzle,Apparel > Hats,Hats,sale,Size,S,RH-S,12.00,111,https://cdn.example/1.jpg,1,front,https://cdn.example/1.jpg,\n" +
			"rain-hat,,,,,,,,M,RH-M,12.00,112,https://cdn.example/2.jpg,2,,,\nrain-hat,,,,,,,,,,,,https://cdn.example/3.jpg,3,,,\nscarf,Scarf,,Drizzle,,,,Title,Default Title,SC,9.00,,,,,,\n",
			"2 id=rain-hat title=Rain hat brand=Drizzle desc=<p>Keeps\ndry</p> cat=Apparel > Hats price=12.00 gtin=111 bullets=sale +https://cdn.example/1.jpg +https://cdn.example/2.jpg +https://cdn.example/3.jpg\n6 id=scarf title=Scarf brand=Drizzle price=9.00\n"},
		{"shopify", "Title,URL handle,Description,Vendor,Product category,Type,Tags,Status,SKU,Barcode,Option1 name,Option1 value,Price,Product image URL,Image position,Variant image URL\n" +
			"Rain hat,rain-hat,<p>Dry</p>,Drizzle,Apparel > Hats,Hats,sale,Active,RH-S,111,Size,S,12.00,https://cdn.example/1.jpg,1,https://cdn.example/s.jpg\n" +
			",rain-hat,,,,,,,RH-M,112,Size,M,12.00,https://cdn.example/2.jpg,2,\n,rain-hat,,,,,,,,,,,,https://cdn.example/3.jpg,3,\nScarf,scarf,,Drizzle,,,,Active,SC,,,,9.00,,,\n",
			"2 id=rain-hat title=Rain hat brand=Drizzle desc=<p>Dry</p> cat=Apparel > Hats price=12.00 gtin=111 bullets=sale +https://cdn.example/1.jpg +https://cdn.example/s.jpg +https://cdn.example/2.jpg +https://cdn.example/3.jpg\n5 id=scarf title=Scarf brand=Drizzle price=9.00\n"},
		{"amazon", "item_sku\titem_name\tparent_sku\nH-1\tRain hat\t\nH-2\tRain hat S\tH-1\n", "2 id=H-1 title=Rain hat\n3 id=H-2 title=Rain hat S parent=H-1\n"},
		{"amazon", "商品名\t出品ID\t出品者SKU\t価格\t商品ID\n帽子\t01\tH-1\t1200\tB01\n", "2 id=H-1 title=帽子 price=1200\n"},
		{"", "商品SKU,库存SKU,商品中文名称,商品英文名称,英文报关名,商品目录,商品图片\nA1,K1,手机壳,Phone case,case,配件,a.jpg\n", "2 id=A1 title=手机壳 cat=配件 bullets=case/Phone case +a.jpg\n"},
		{"", "ID,Typ,Artikelnummer,Name,Kurzbeschreibung,Beschreibung,Regulärer Preis,Kategorien,Bilder\n12,simple,H,Regenhut,Leicht,Lang,12,Hüte,https://a.example/1.jpg\n",
			"2 id=12 title=Regenhut desc=Lang cat=Hüte price=12 bullets=Leicht +https://a.example/1.jpg\n"},
		{"woocommerce", "\uFEFFID,Type,SKU,\"GTIN, UPC, EAN, or ISBN\",Name,Published,\"Is featured?\",\"Visibility in catalog\",\"Short description\",Description,\"Regular price\",Categories,Images,Parent,Brands\n" +
			"12,variable,HAT,555,Rain hat,1,0,visible,Stays dry,Long text,12,\"Clothing > Hats\",\"https://a.example/1.jpg, https://a.example/2.jpg\",,Drizzle\n13,variation,HAT-S,,Rain hat - S,1,0,visible,,,12,,local.jpg,id:12,\n",
			"2 id=12 title=Rain hat brand=Drizzle desc=Long text cat=Clothing > Hats price=12 gtin=555 bullets=Stays dry +https://a.example/1.jpg +https://a.example/2.jpg\n3 id=13 title=Rain hat - S parent=id:12 price=12 +local.jpg\n"},
		{"magento", "sku,store_view_code,attribute_set_code,product_type,categories,name,description,price,base_image,additional_images\n" +
			"MH1,,Default,simple,\"Default Category/Men,Default Category/Hats\",Rain hat,Dry,12.0000,/m/h/mh1.jpg,\"/m/h/mh1.jpg,/m/h/mh2.jpg\"\n,,,,,,,,,/m/h/mh3.jpg\n",
			"2 id=MH1 title=Rain hat desc=Dry cat=Default Category/Men,Default Category/Hats price=12.0000 +m/h/mh1.jpg +m/h/mh2.jpg +m/h/mh3.jpg\n"},
		{"amazon", "TemplateType=fptcustom\tVersion=2024.1\tThe top 3 rows are for the platform\t\t\t\t\t\t\nProduct Type\tSeller SKU\tBrand Name\tProduct Name\tProduct Description\tBullet Point1\tBullet Point2\tMain Image URL\tSearch Terms\n" +
			"feed_product_type\titem_sku\tbrand_name\titem_name\tproduct_description\tbullet_point1\tbullet_point2\tmain_image_url\tgeneric_keywords\nhat\tH-1\tDrizzle\tRain hat\tKeeps \"dry\"\tLight\tFoldable\thttps://a.example/1.jpg\tumbrella hat\n",
			"4 id=H-1 title=Rain hat brand=Drizzle desc=Keeps \"dry\" cat=hat bullets=Light/Foldable/umbrella hat +https://a.example/1.jpg\n"},
		{"amazon", "settings=x\t\t\nSKU\tItem Name\tBrand Name\ncontribution_sku#1.value\titem_name[marketplace_id=ABC][language_tag=en_US]#1.value\tbrand[marketplace_id=ABC]#1.value\nH-1\tRain hat\tDrizzle\n",
			"4 id=H-1 title=Rain hat brand=Drizzle\n"},
		{"erp", "*父SKU,*SKU,*产品标题,产品描述,品牌,价格（元）,主图,附图1,附图2\nP1,P1-红,防雨帽,轻便,雨衣,12,a.jpg,b.jpg,\nP1,P1-蓝,,,,12,c.jpg,,\n,P1-绿,,,,12,d.jpg,,\nP2,P2-红,围巾,,,9,,,\n",
			"2 id=P1-红 title=防雨帽 parent=P1 brand=雨衣 desc=轻便 price=12 +a.jpg +b.jpg +c.jpg +d.jpg\n5 id=P2-红 title=围巾 parent=P2 price=9\n"},
	} {
		t.Run(tt.profile, func(t *testing.T) {
			r := readText(t, tt.in)
			if got := r.full(); got != tt.want {
				t.Errorf("got\n%swant\n%s", got, tt.want)
			}
			if got := r.feed.Dialects()[0].Profile; got != tt.profile {
				t.Errorf("profile %q, want %q", got, tt.profile)
			}
			if p := r.feed.Problems(); len(p) > 0 {
				t.Errorf("%v", p)
			}
		})
	}
}

func TestBadXML(t *testing.T) {
	const head = "<?xml version=\"1.0\"?>\n<rss><channel>\n<item><id>1</id><title>Red</title></item>\n"
	for _, tt := range []struct{ name, in, want, problem string }{
		{"one bad item", head + "<item><id>2</id><title>Blue</item>\n<item><id>3</id><title>Grey</title></item></channel></rss>", "3 id=1 title=Red\n4 id=2 title=Blue !bad_xml\n5 id=3 title=Grey\n", ""},
		{"cut inside", head + "<item><id>2</id><title>Bl", "3 id=1 title=Red\n4 id=2 title=Bl !source_truncated\n", "source_truncated"},
		{"cut between", head + "\n", "3 id=1 title=Red\n", "source_truncated"},
		{"cut before", "<?xml version=\"1.0\"?>\n<rss><channel><item><id>1</id><title>Red</title></item></channel></r", "2 id=1 title=Red\n", "source_truncated"},
		{"entities", "<!DOCTYPE rss [<!ENTITY a \"aaaa\"><!ENTITY b \"&a;&a;\">]><rss><channel><item><id>1</id><title>&b;</title></item></channel></rss>", "1 id=1 title=&b;\n", "bad_xml"},
		{"html entities", "<rss><channel><item><id>1</id><title>Caf&eacute; &nbsp;x</title></item></channel></rss>", "1 id=1 title=Café \u00A0x\n", ""},
		{"tag inside text", "<rss><channel><item><id>1</id><title><![CDATA[a </item> b]]></title></item></channel></rss>", "1 id=1 title=a </item> b\n", ""},
		{"comment", "<rss><channel><!-- <item><title>no</title></item> --><item><id>1</id><title>Red</title></item></channel></rss>", "1 id=1 title=Red\n", ""},
		{"empty channel", "<rss><channel><title>x</title></channel></rss>", "", ""},
		{"large item", head + "<item><id>2</id><title>" + strings.Repeat("x", 3<<20) + "</title></item>\n<item><id>3</id><title>Grey</title></item></channel></rss>", "3 id=1 title=Red\n4 id= title= !record_too_large\n5 id=3 title=Grey\n", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := readText(t, tt.in)
			if got := r.full(); got != tt.want {
				t.Errorf("got\n%.500swant\n%s", got, tt.want)
			}
			var code strings.Builder
			for _, p := range r.feed.Problems() {
				code.WriteString(p.Code)
			}
			if code.String() != tt.problem {
				t.Errorf("problems %q, want %q", code.String(), tt.problem)
			}
		})
	}
}

func TestDeclaredCharset(t *testing.T) {
	r := readText(t, "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?><rss><channel><item><id>1</id><title>Gr\xf6\xdfe</title></item></channel></rss>")
	if got := r.listings[0].Title; got != "Größe" {
		t.Errorf("%q", got)
	}
}

func TestHeadings(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"編號,商品標題,類目,品牌,商品說明,價格,幣別,商品圖片,條碼\n7,透氣鞋,鞋類,足下,輕,990,TWD,a.jpg,471\n",
			"2 id=7 title=透氣鞋 brand=足下 desc=輕 cat=鞋類 price=990 TWD gtin=471 +a.jpg\n"},
		{"商品管理番号,商品名,ブランド名,商品説明文,カテゴリー,販売価格,商品画像URL1,商品画像URL2,JANコード,型番\n7,帽子,青空,軽い,服飾,990円,a.jpg,b.jpg,490,X1\n",
			"2 id=7 title=帽子 brand=青空 desc=軽い cat=服飾 price=990 JPY gtin=490 mpn=X1 +a.jpg +b.jpg\n"},
		{"상품코드,상품명,브랜드,카테고리,판매가,대표이미지\n7,모자,하늘,의류,9900,a.jpg\n",
			"2 id=7 title=모자 brand=하늘 cat=의류 price=9900 +a.jpg\n"},
	} {
		r := readText(t, tt.in)
		if got := r.full(); got != tt.want {
			t.Errorf("got\n%swant\n%s", got, tt.want)
		}
		if d := r.feed.Dialects()[0]; len(d.Ignored) > 0 {
			t.Errorf("columns without meaning: %q", d.Ignored)
		}
	}
}

// TestSeveralTitles holds that no text of the goods is lost when several columns mean the same.
func TestSeveralTitles(t *testing.T) {
	for _, tt := range []struct{ in, want string }{
		{"id,name,title,manufacturer,brand\n1,Adidas shoes,Plain shoes,Acme Works,Acme\n", "2 id=1 title=Plain shoes brand=Acme bullets=Adidas shoes/Acme Works\n"},
		{"id,title,title\n1,Plain shoes,Adidas shoes\n2,Plain shoes,shoes\n", "2 id=1 title=Plain shoes bullets=Adidas shoes\n3 id=2 title=Plain shoes\n"},
		{"货号,中文名称,英文名称,卖点\n1,红鞋,Red shoes,透气\n", "2 id=1 title=红鞋 bullets=透气/Red shoes\n"},
		{"{\"id\":1,\"subject\":\"Adidas shoes\",\"title\":\"Plain shoes\"}\n", "1 id=1 title=Plain shoes bullets=Adidas shoes\n"},
	} {
		if got := readText(t, tt.in).full(); got != tt.want {
			t.Errorf("got\n%swant\n%s", got, tt.want)
		}
	}
}
