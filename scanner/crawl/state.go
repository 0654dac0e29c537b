package crawl

import (
	"strings"

	"lookalike/corpora/table"
)

// stateNames are the keys under which shop systems keep the fields of a product in their state, best first.
var stateNames = []struct {
	field string
	keys  []string
}{
	{"title", []string{"title", "name", "productName", "product_name", "productTitle", "subject", "item_name"}},
	{"brand", []string{"brand", "brandName", "brand_name", "vendor", "manufacturer", "item_brand"}},
	{"price", []string{"price", "salePrice", "sale_price", "currentPrice", "finalPrice", "final_price", "minPrice", "price_min"}},
	{"currency", []string{"currency", "currencyCode", "priceCurrency", "currency_code"}},
	{"id", []string{"sku", "id", "productId", "product_id", "itemId", "spu", "item_id"}},
	{"description", []string{"description", "body_html", "descriptionHtml", "content", "shortDescription"}},
	{"category", []string{"category", "categoryName", "product_type", "productType", "type"}},
	{"images", []string{"images", "image", "media", "gallery", "featured_image", "featuredImage", "imageUrl", "image_url", "imagePathList", "mainImage", "imageUrls", "imageURLs", "imageList", "pictures", "photos"}},
	{"gtin", []string{"gtin", "gtin13", "ean", "barcode", "upc"}},
	{"mpn", []string{"mpn", "model", "partNumber"}},
	{"seller", []string{"seller", "sellerName", "shopName", "storeName", "merchant"}},
	{"bullets", []string{"bullets", "highlights", "features", "sellingPoints", "bulletPoints"}},
}

// takeState finds the object of a block of state that looks most like a product, and takes its fields. An object is a
// product's when it has a title and two further fields of which one is a price or pictures; one of which the page's heading
// speaks comes first. Several products in one list are those of a list: only the one that the heading names counts.
func takeState(f *Found, v table.JSONValue, heading string) {
	left := maxObjects
	best, most, currency := map[string]table.JSONValue(nil), 0, ""
	var search func(v table.JSONValue, depth int, money string, listed bool)
	search = func(v table.JSONValue, depth int, money string, listed bool) {
		if left--; left < 0 || depth > maxNesting {
			return
		}
		money = or(currencyOf(v), money)
		if fields := productOf(v); fields != nil {
			n, named := weigh(fields), sameTitle(heading, scalar(fields["title"]))
			if n > 0 && named {
				n += len(stateNames)
			}
			if n > most && (named || !listed) {
				best, most, currency = fields, n, money
			}
		}
		v.Members(func(key []byte, e table.JSONValue) bool {
			k := string(key)
			if k == "body" && e.Kind == table.JSONString { // an answer inside an answer
				if inner, ok := blob(e.String()); ok {
					search(inner, depth+1, money, listed)
				}
			}
			if e.Kind >= table.JSONArray && !strings.Contains(strings.ToLower(k), "relat") && !strings.Contains(strings.ToLower(k), "recommend") {
				search(e, depth+1, money, listed)
			}
			return left > 0
		})
		several := listed || products(v) > 1
		v.Elements(func(e table.JSONValue) bool {
			if e.Kind >= table.JSONArray {
				search(e, depth+1, money, several)
			}
			return left > 0
		})
	}
	search(v, 0, "", false)
	if most < 3 || f.Sources["title"] != "" && !sameTitle(f.Listing.Title, scalar(best["title"])) {
		return
	}
	if p, ok := best["price"]; ok {
		currency = or(currencyOf(p), currency)
		if _, named := best["currency"]; !named && f.Sources["price"] == "" {
			defer f.set("currency", currency, "state") // what the price itself says comes first
		}
	}
	for _, n := range stateNames {
		e, ok := best[n.field]
		if !ok {
			continue
		}
		switch n.field {
		case "images", "bullets":
			var values []string
			if e.Kind == table.JSONArray {
				e.Elements(func(x table.JSONValue) bool {
					values = append(values, scalar(x))
					return len(values) < maxPlaces
				})
			} else {
				values = append(values, scalar(e))
			}
			f.add(n.field, unique(values), "state")
		case "price":
			price := scalar(e)
			if _, shopify := best["cents"]; shopify && digits(price) && len(price) > 2 {
				price = price[:len(price)-2] + "." + price[len(price)-2:]
			}
			f.set(n.field, price, "state")
		default:
			f.set(n.field, scalar(e), "state")
		}
	}
}

// products counts the products among the elements of a list, up to two.
func products(v table.JSONValue) int {
	n := 0
	v.Elements(func(e table.JSONValue) bool {
		if weigh(productOf(e)) >= 3 {
			n++
		}
		return n < 2
	})
	return n
}

// variantNames are the members under which a product keeps the variant that is offered first.
var variantNames = []string{"selectedVariant", "selectedOrFirstAvailableVariant", "defaultVariant", "firstVariant", "variants", "offers", "skus"}

// variantPrice is the price of a product whose variants have it, with the object that names its currency.
func variantPrice(members map[string]table.JSONValue) (table.JSONValue, bool) {
	for _, k := range variantNames {
		e, ok := members[k]
		if !ok {
			continue
		}
		if e.Kind == table.JSONArray {
			first := table.JSONValue{}
			e.Elements(func(x table.JSONValue) bool { first = x; return false })
			e = first
		}
		var price table.JSONValue
		e.Members(func(key []byte, x table.JSONValue) bool {
			if string(key) == "price" && scalar(x) != "" {
				price = x
			}
			return price.Kind == table.JSONValue{}.Kind
		})
		if scalar(price) != "" {
			return price, true
		}
	}
	return table.JSONValue{}, false
}

// currencyOf is the currency that an object names: that of a price, or of what stands below.
func currencyOf(v table.JSONValue) string {
	out := ""
	v.Members(func(key []byte, e table.JSONValue) bool {
		switch string(key) {
		case "currency", "currencyCode", "priceCurrency", "currency_code":
			if s := scalar(e); len(s) == 3 {
				out = s
			}
		}
		return out == ""
	})
	return out
}

// productOf picks the fields of a product out of an object.
func productOf(v table.JSONValue) map[string]table.JSONValue {
	if v.Kind != table.JSONObject {
		return nil
	}
	members := map[string]table.JSONValue{}
	v.Members(func(key []byte, e table.JSONValue) bool {
		members[string(key)] = e
		return len(members) < 300
	})
	out := map[string]table.JSONValue{}
	for _, n := range stateNames {
		for _, k := range n.keys {
			e, ok := members[k]
			if !ok || e.Kind == table.JSONNull || e.Kind == table.JSONBool {
				continue
			}
			if e.Kind == table.JSONArray && n.field != "images" && n.field != "bullets" || e.Kind != table.JSONArray && scalar(e) == "" {
				continue
			}
			out[n.field] = e
			break
		}
	}
	if _, ok := out["price"]; !ok {
		if price, ok := variantPrice(members); ok {
			out["price"] = price
		}
	}
	// Shopify writes its prices in cents beside these two.
	if _, ok := members["compare_at_price_varies"]; ok && members["handle"].Kind == table.JSONString {
		out["cents"] = table.JSONValue{}
	}
	return out
}

func weigh(fields map[string]table.JSONValue) int {
	_, title := fields["title"]
	_, price := fields["price"]
	_, images := fields["images"]
	if !title || !price && !images {
		return 0
	}
	return len(fields)
}

// sameTitle reports whether state speaks of the product that the page names already.
func sameTitle(a, b string) bool {
	a, b = strings.ToLower(squeeze(a, 200)), strings.ToLower(squeeze(b, 200))
	return a != "" && b != "" && (strings.Contains(a, b) || strings.Contains(b, a))
}
