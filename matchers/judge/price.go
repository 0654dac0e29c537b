package judge

import (
	"strconv"
	"strings"
)

// price adds the piece that says how far the listing's price lies below the reference price of the right that leads, where
// both are known in the same currency and the listing names the goods by the very sign. The piece is worth no points: a low
// price alone proves nothing. It is evidence for a counterfeit, and puts the finding before others of its grade.
func (p *page) price(g *group) {
	r := g.lead
	if !r.text() || !r.exact() || !full(r.use.use) {
		return
	}
	reference, currency, ok := ParsePrice(g.right.ReferencePrice)
	if !ok || currency == "" || !strings.EqualFold(currency, strings.TrimSpace(p.listing.Currency)) {
		return
	}
	asked, _, ok := ParsePrice(p.listing.Price)
	if !ok || asked >= reference {
		return
	}
	code := NotePriceBelow
	if 2*asked <= reference {
		code = NotePriceFarBelow
	}
	said := note(code, "price", asked, "reference", reference, "currency", currency, "percent", round(100*asked/reference))
	g.pieces = append(g.pieces, Piece{Name: PiecePrice, Value: round(1 - asked/reference), Note: said})
}

// ParsePrice reads an amount with an optional currency behind or before it: "129.00 USD", "EUR 1.299,00". Of several kinds
// of separator the last divides the decimals; a single one followed by three digits divides thousands. Amounts of nothing
// and below are none.
func ParsePrice(s string) (amount float64, currency string, ok bool) {
	var number string
	for f := range strings.FieldsSeq(s) {
		switch digit := strings.ContainsAny(f, "0123456789"); {
		case digit && number == "":
			number = f
		case digit || currency != "":
			return 0, "", false
		default:
			currency = strings.ToUpper(f)
		}
	}
	at := strings.LastIndexAny(number, ".,")
	if at >= 0 {
		whole, decimals := number[:at], number[at+1:]
		other := strings.ContainsAny(whole, ".,")
		if len(decimals) == 3 && !(other && whole[strings.IndexAny(whole, ".,")] != number[at]) {
			whole, decimals = whole+decimals, ""
		}
		number = strings.NewReplacer(".", "", ",", "").Replace(whole) + "." + decimals
	}
	amount, err := strconv.ParseFloat(number, 64)
	if err != nil || !(amount > 0 && amount < 1e12) {
		return 0, "", false
	}
	return amount, currency, true
}
